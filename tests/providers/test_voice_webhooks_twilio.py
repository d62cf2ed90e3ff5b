"""Reading Twilio's webhooks about calls: real bodies, unknown words, and rubbish."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from contactcenter.providers import registry
from contactcenter.providers.base import OtherEvent, RawWebhook, WebhookIdentity
from contactcenter.providers.errors import MalformedWebhook, Taxonomy
from contactcenter.providers.voice import (
    AnyVoiceEvent,
    CallStatusEvent,
    CallWord,
    InboundCall,
    Leg,
    MessageTaken,
    RecordingEvent,
    RingResult,
    TranscriptEvent,
    VoiceProvider,
)
from tests.providers.conftest import FORM, SAMPLES, sample

URL = "https://cc.example.com/hooks/twilio/voice?m=1"
CALL = "CA" + "4" * 32
ACCOUNT = "AC" + "a" * 32
OURS, THEIRS = "+15017122661", "+15558675310"
RECORDING = "RE" + "5" * 32
RECORDING_URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}"
VOICE_SAMPLES = sorted(
    path.stem
    for path in Path(SAMPLES, "twilio/webhooks").glob("*.form")
    if not path.stem.startswith(("inbound_", "sms_"))
)


def _sample(name: str, *, without: tuple[str, ...] = (), url: str = URL, **changes: str) -> RawWebhook:
    fields = dict(parse_qsl(sample(f"twilio/webhooks/{name}.form").decode(), keep_blank_values=True)) | changes
    return _form({name: value for name, value in fields.items() if name not in without}, url=url)


def _form(fields: dict[str, Any], *, url: str = URL) -> RawWebhook:
    return RawWebhook(url, urlencode(fields).encode(), {}, FORM)


def _parse(webhook: RawWebhook) -> AnyVoiceEvent:
    return registry.voice("TWILIO").parse(webhook)


def test_every_sample_is_read() -> None:
    kinds = {name: type(_parse(_sample(name))).__name__ for name in VOICE_SAMPLES}
    assert kinds == {
        "call_inbound": "InboundCall",
        "call_status_0_initiated": "CallStatusEvent",
        "call_status_1_ringing": "CallStatusEvent",
        "call_status_2_in-progress": "CallStatusEvent",
        "call_status_3_completed": "CallStatusEvent",
        "call_status_busy": "CallStatusEvent",
        "call_status_no-answer": "CallStatusEvent",
        "conference_end": "OtherEvent",
        "conference_participant_join": "OtherEvent",
        "dial_action": "RingResult",
        "enqueue_action_bridged": "OtherEvent",
        "queue_wait": "OtherEvent",
        "recording_absent": "RecordingEvent",
        "recording_completed": "RecordingEvent",
        "transcription_content": "TranscriptEvent",
        "transcription_started": "OtherEvent",
        "transcription_stopped": "TranscriptEvent",
    }


def test_an_incoming_call() -> None:
    assert _parse(_sample("call_inbound")) == InboundCall(
        provider_call_id=CALL,
        dedupe_key=f"inbound-call:{CALL}",
        raw_status="ringing",
        sender=THEIRS,
        to=OURS,
    )


def test_a_withheld_number_rings_all_the_same() -> None:
    event = _parse(_sample("call_inbound", From=""))
    assert isinstance(event, InboundCall)
    assert (event.sender, event.to) == ("", OURS)


@pytest.mark.parametrize(
    ("name", "status", "answered", "duration", "cause"),
    [
        ("0_initiated", CallWord.QUEUED, None, None, ""),
        ("1_ringing", CallWord.RINGING, None, None, ""),
        ("2_in-progress", CallWord.IN_PROGRESS, True, None, ""),
        ("3_completed", CallWord.COMPLETED, True, 49, "200"),
        ("busy", CallWord.BUSY, False, 0, "486"),
        ("no-answer", CallWord.NO_ANSWER, False, 0, ""),
    ],
)
def test_statuses_of_a_call_of_ours(
    name: str, status: CallWord, answered: bool | None, duration: int | None, cause: str
) -> None:
    event = _parse(_sample(f"call_status_{name}"))
    assert isinstance(event, CallStatusEvent)
    digit, _, word = name.rpartition("_")
    sequence = int(digit) if digit else 2
    assert (event.status, event.raw_status, event.sequence) == (status, word, sequence)
    assert (event.provider_call_id, event.dedupe_key) == (CALL, f"call:{CALL}:{sequence}")
    assert (event.answered, event.duration, event.hangup_cause, event.error) == (answered, duration, cause, None)
    assert (event.direction, event.sender, event.to, event.bridged) == ("OUTBOUND", OURS, THEIRS, False)
    assert event.occurred_at is not None
    assert event.occurred_at.tzinfo is not None


def test_the_time_of_a_status() -> None:
    event = _parse(_sample("call_status_3_completed"))
    assert isinstance(event, CallStatusEvent)
    assert event.occurred_at == datetime(2018, 3, 25, 9, 53, 13, tzinfo=UTC)


def test_a_failed_call_has_an_error() -> None:
    plain = _parse(_sample("call_status_busy", CallStatus="failed"))
    coded = _parse(_sample("call_status_busy", CallStatus="failed", ErrorCode="13224"))
    for event, code, taxonomy in (
        (plain, "failed", Taxonomy.FINAL_FAILURE),
        (coded, "13224", Taxonomy.VALIDATION_ERROR),
    ):
        assert isinstance(event, CallStatusEvent)
        assert event.error is not None
        assert (event.status, event.answered) == (CallWord.FAILED, False)
        assert (event.error.code, event.error.taxonomy) == (code, taxonomy)


def test_the_second_leg_names_the_first() -> None:
    event = _parse(
        _sample(
            "call_status_1_ringing", CallSid="CAb", ParentCallSid=CALL, Direction="outbound-dial", To="+420601000002"
        )
    )
    assert isinstance(event, CallStatusEvent)
    assert (event.provider_call_id, event.parent_call_id, event.direction) == ("CAb", CALL, "OUTBOUND")
    assert (event.to, event.dedupe_key) == ("+420601000002", "call:CAb:1")


@pytest.mark.parametrize(
    ("word", "answered"), [("in-progress", None), ("completed", None), ("no-answer", False), ("canceled", False)]
)
def test_an_incoming_call_is_in_progress_before_anybody_takes_it(word: str, answered: bool | None) -> None:
    event = _parse(_sample("call_inbound", CallStatus=word, CallDuration="7"))
    assert isinstance(event, CallStatusEvent)
    assert (event.direction, event.answered, event.sequence) == ("INBOUND", answered, None)
    assert (event.dedupe_key, event.duration) == (f"call:{CALL}:{word}", 7)


def test_an_unknown_word_stays_raw() -> None:
    event = _parse(_sample("call_status_3_completed", CallStatus="teleported", Direction="sideways"))
    assert isinstance(event, CallStatusEvent)
    assert (event.status, event.raw_status, event.direction) == (None, "teleported", "")
    assert (event.answered, event.error) == (None, None)


def test_the_last_report_of_a_recorded_call_is_a_status() -> None:
    event = _parse(
        _sample("call_status_3_completed", RecordingUrl=RECORDING_URL, RecordingSid=RECORDING, RecordingDuration="40")
    )
    assert isinstance(event, CallStatusEvent)
    assert event.status is CallWord.COMPLETED


def test_the_end_of_ringing_a_phone() -> None:
    agent = "CA" + "b" * 32
    assert _parse(_sample("dial_action")) == RingResult(
        provider_call_id=CALL,
        dedupe_key=f"dial:{CALL}:{agent}",
        raw_status="completed",
        status=CallWord.COMPLETED,
        bridged=True,
        agent_call_id=agent,
        duration=42,
    )


@pytest.mark.parametrize(
    ("word", "status", "bridged"),
    [
        ("answered", CallWord.COMPLETED, True),
        ("completed", CallWord.COMPLETED, True),
        ("busy", CallWord.BUSY, False),
        ("no-answer", CallWord.NO_ANSWER, False),
        ("failed", CallWord.FAILED, False),
        ("canceled", CallWord.CANCELED, False),
        ("teleported", None, False),
    ],
)
def test_results_of_ringing_without_a_word_about_the_bridge(word: str, status: CallWord | None, bridged: bool) -> None:
    event = _parse(_sample("dial_action", without=("DialBridged",), DialCallStatus=word))
    assert isinstance(event, RingResult)
    assert (event.status, event.raw_status, event.bridged) == (status, word, bridged)


def test_a_caller_who_went_before_the_bridge_was_not_bridged() -> None:
    event = _parse(_sample("dial_action", DialBridged="false"))
    assert isinstance(event, RingResult)
    assert event.bridged is False


def test_a_message_taken() -> None:
    fields = {"RecordingUrl": RECORDING_URL, "RecordingSid": RECORDING, "RecordingDuration": "17", "Digits": "hangup"}
    expected = MessageTaken(
        provider_call_id=CALL,
        dedupe_key=f"message:{CALL}:{RECORDING}",
        raw_status="in-progress",
        recording_id=RECORDING,
        recording_url=f"{RECORDING_URL}.mp3",
        duration=17,
    )
    assert _parse(_sample("call_inbound", CallStatus="in-progress", **fields)) == expected
    # Twilio's page does not promise the identifier.
    del fields["RecordingSid"]
    assert _parse(_sample("call_inbound", CallStatus="in-progress", **fields)) == expected


def test_recordings() -> None:
    assert _parse(_sample("recording_completed")) == RecordingEvent(
        provider_call_id=CALL,
        dedupe_key=f"recording:{RECORDING}:completed",
        raw_status="completed",
        recording_id=RECORDING,
        url=f"{RECORDING_URL}.mp3",
        content_type="audio/mpeg",
        is_available=True,
        duration=42,
        channels=2,
    )
    assert _parse(_sample("recording_absent")) == RecordingEvent(
        provider_call_id=CALL,
        dedupe_key=f"recording:{RECORDING}:absent",
        raw_status="absent",
        recording_id=RECORDING,
        is_available=False,
        channels=1,
    )
    assert _parse(_sample("recording_completed", RecordingStatus="in-progress")) == OtherEvent(
        "recording-in-progress", f"recording:{RECORDING}:in-progress"
    )


def test_a_recording_of_a_whole_conference_is_nobodys_call() -> None:
    event = _parse(_sample("recording_completed", without=("CallSid",), ConferenceSid="CF1"))
    assert event == OtherEvent("recording-completed", f"recording:{RECORDING}:completed")


def test_transcripts() -> None:
    transcription = "GT" + "8" * 32
    assert _parse(_sample("transcription_content")) == TranscriptEvent(
        provider_call_id=CALL,
        dedupe_key=f"transcript:{transcription}:2",
        raw_status="transcription-content",
        occurred_at=datetime(2024, 6, 25, 18, 45, 24, 454_203, UTC),
        transcription_id=transcription,
        position=2,
        text="to be or not to be",
        confidence=0.96823084,
        language="en-US",
        speaker=Leg.CUSTOMER,
        is_final=True,
    )
    stopped = _parse(_sample("transcription_stopped"))
    assert isinstance(stopped, TranscriptEvent)
    assert (stopped.ends, stopped.text, stopped.position, stopped.speaker) == (True, "", 3, "")
    started = _parse(_sample("transcription_started"))
    assert started == OtherEvent(
        "transcription-started", f"transcript:{transcription}:1", datetime(2024, 6, 25, 18, 45, 21, 454_203, UTC)
    )


@pytest.mark.parametrize(
    ("data", "text", "confidence"),
    [
        ('{"transcript": "a\\u0000b", "confidence": "0.5"}', "a�b", 0.5),
        ('{"transcript": 7, "confidence": 1.5}', "", None),
        ('{"transcript": "x", "confidence": NaN}', "x", None),
        ("[1]", "", None),
        ("{", "", None),
        ("[" * 100_000, "", None),
        ("", "", None),
    ],
)
def test_a_transcript_that_is_not_what_was_promised(data: str, text: str, confidence: float | None) -> None:
    event = _parse(_sample("transcription_content", TranscriptionData=data, Track="outbound_track", Final="false"))
    assert isinstance(event, TranscriptEvent)
    assert (event.text, event.confidence) == (text, confidence)
    assert (event.speaker, event.is_final, event.ends) == (Leg.AGENT, False, False)


def test_hold_and_unhold_come_from_the_conference() -> None:
    events = [
        _parse(_sample("conference_participant_join", StatusCallbackEvent=f"participant-{word}", SequenceNumber=number))
        for word, number in (("hold", "2"), ("unhold", "3"))
    ]
    conference = "CF" + "6" * 32
    assert events == [
        CallStatusEvent(
            provider_call_id=CALL,
            dedupe_key=f"conference:{conference}:{number}",
            raw_status=f"participant-{word}",
            status=status,
            occurred_at=datetime(2024, 3, 1, 18, 31, 45, tzinfo=UTC),
        )
        for word, number, status in (("hold", 2, CallWord.ON_HOLD), ("unhold", 3, CallWord.IN_PROGRESS))
    ]
    assert _parse(_sample("conference_end")) == OtherEvent(
        "conference-end", f"conference:{conference}:5", datetime(2024, 3, 1, 18, 40, 45, tzinfo=UTC)
    )


def test_different_events_never_share_a_key_and_repeats_always_do() -> None:
    webhooks = [_sample(name) for name in VOICE_SAMPLES if name not in ("call_status_busy", "call_status_no-answer")]
    no_leg = ("DialCallSid", "DialCallDuration", "DialBridged")
    webhooks += [
        _sample("dial_action", DialCallSid="CAc"),
        # A phone that could not be rung has no leg: the address tells the steps apart.
        _sample("dial_action", without=no_leg, DialCallStatus="failed", url=f"{URL}&s=1"),
        _sample("dial_action", without=no_leg, DialCallStatus="failed", url=f"{URL}&s=2"),
        _sample("call_status_3_completed", CallSid="CAb", ParentCallSid=CALL),
        _sample("call_inbound", CallStatus="completed"),
        _sample("recording_completed", RecordingStatus="in-progress"),
    ]
    keys = [_parse(one).dedupe_key for one in webhooks]
    assert len(set(keys)) == len(webhooks)
    assert [_parse(one).dedupe_key for one in webhooks] == keys
    assert max(len(key) for key in keys) < 100


def test_identity_is_our_side_of_the_call(twilio_voice: VoiceProvider) -> None:
    ours = WebhookIdentity((OURS,), "", ACCOUNT)
    nobody = WebhookIdentity((), "", ACCOUNT)
    leg = _sample("call_status_1_ringing", Direction="outbound-dial", ParentCallSid=CALL)
    assert twilio_voice.identify(_sample("call_inbound")) == ours
    assert twilio_voice.identify(_sample("call_status_3_completed")) == ours
    assert twilio_voice.identify(_sample("dial_action")) == ours
    assert twilio_voice.identify(_sample("dial_action", Direction="inbound", From=THEIRS, To=OURS)) == ours
    assert twilio_voice.identify(leg) == ours
    assert twilio_voice.identify(_sample("call_status_3_completed", Direction="sideways")) == nobody
    assert twilio_voice.identify(_sample("call_status_3_completed", From="client:agent_7")) == nobody
    assert twilio_voice.identify(_sample("recording_completed")) == nobody
    assert twilio_voice.identify(_sample("transcription_content")) == nobody
    assert twilio_voice.identify(RawWebhook(URL, b"{}", {}, "application/json")) == WebhookIdentity()


@pytest.mark.parametrize(
    "webhook",
    [
        _form({}),
        _form({"CallSid": "", "CallStatus": "ringing"}),
        _form({"CallSid": "", "DialCallStatus": "busy"}),
        _form({"DialCallStatus": "busy"}),
        _form({"CallSid": "CA1", "CallStatus": "ringing", "Direction": "inbound", "From": "+1"}),
        RawWebhook(URL, b"CallSid=\xff", {}, FORM),
        RawWebhook(URL, b'{"CallSid": "CA1"}', {}, "application/json"),
    ],
    ids=range(7),
)
def test_malformed_webhooks(twilio_voice: VoiceProvider, webhook: RawWebhook) -> None:
    with pytest.raises(MalformedWebhook):
        twilio_voice.parse(webhook)


def test_a_text_is_no_call(twilio_voice: VoiceProvider) -> None:
    assert isinstance(twilio_voice.parse(_form({"MessageSid": "SM1", "MessageStatus": "sent"})), OtherEvent)
