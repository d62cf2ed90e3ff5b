"""Reading Telnyx's webhooks about calls: real bodies, unknown words, and rubbish."""

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contactcenter.providers import registry
from contactcenter.providers.base import OtherEvent, RawWebhook, WebhookIdentity
from contactcenter.providers.errors import MalformedWebhook, Taxonomy
from contactcenter.providers.telnyx.call_words import ENDS
from contactcenter.providers.voice import (
    AnyVoiceEvent,
    CallStatusEvent,
    CallWord,
    CostEvent,
    InboundCall,
    Leg,
    RecordingEvent,
    StepDone,
    TranscriptEvent,
    VoiceProvider,
)
from tests.providers.conftest import SAMPLES, sample

CALL = "v3:MdI91X4lWFEs7IgbBEOT9M4AigoY08M0WWZFISt1Yw2axZ_IiE4pqg"
LEG = "428c31b6-7af4-4bcb-b7f5-5013ef9657c1"
NUMBER = "+35319605860"
TAG = "have a nice day =]"
AT = datetime(2018, 2, 2, 22, 25, 27, 521_992, UTC)
KEY = "event:0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"
COMMON: dict[str, Any] = {
    "provider_call_id": CALL,
    "dedupe_key": KEY,
    "leg_id": LEG,
    "session_id": LEG,
    "tag": TAG,
    "occurred_at": AT,
}
PARTIES = {"sender": NUMBER, "to": NUMBER}
VOICE_SAMPLES = sorted(
    path.stem for path in Path(SAMPLES, "telnyx").glob("*.json") if path.stem.startswith(("call.", "conference."))
)


def _json(document: object) -> RawWebhook:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return RawWebhook("https://cc.example.com/hooks/telnyx/voice", body, {}, "application/json")


def _sample(name: str, **payload: Any) -> RawWebhook:
    document = json.loads(sample(f"telnyx/{name}.json"))
    document["data"]["payload"].update(payload)
    return _json(document)


def _event(event_type: str, **payload: Any) -> RawWebhook:
    return _json({"data": {"event_type": event_type, "id": "e1", "payload": {"call_control_id": "v3:1"} | payload}})


def _parse(webhook: RawWebhook) -> AnyVoiceEvent:
    return registry.voice("TELNYX").parse(webhook)


def test_every_sample_is_read() -> None:
    kinds = {name: type(_parse(_sample(name))).__name__ for name in VOICE_SAMPLES}
    assert kinds == {
        "call.answered": "CallStatusEvent",
        "call.bridged": "CallStatusEvent",
        "call.cost": "CostEvent",
        "call.dequeued": "OtherEvent",
        "call.dtmf.received": "OtherEvent",
        "call.enqueued": "OtherEvent",
        "call.hangup": "CallStatusEvent",
        "call.hold": "CallStatusEvent",
        "call.initiated": "InboundCall",
        "call.machine.detection.ended": "OtherEvent",
        "call.recording.saved": "RecordingEvent",
        "call.recording.transcription.saved": "TranscriptEvent",
        "call.speak.ended": "StepDone",
        "call.transcription": "TranscriptEvent",
        "call.unhold": "CallStatusEvent",
        "conference.created": "OtherEvent",
        "conference.ended": "OtherEvent",
        "conference.participant.joined": "OtherEvent",
        "conference.participant.left": "OtherEvent",
    }


def test_an_incoming_call() -> None:
    assert _parse(_sample("call.initiated")) == InboundCall(**COMMON, **PARTIES, raw_status="call.initiated")


def test_a_call_of_ours_begins_in_the_queue() -> None:
    assert _parse(_sample("call.initiated", direction="outgoing", state="bridging")) == CallStatusEvent(
        **COMMON, **PARTIES, raw_status="call.initiated", status=CallWord.QUEUED, direction="OUTBOUND"
    )


@pytest.mark.parametrize(
    ("name", "status", "answered", "bridged"),
    [
        ("call.answered", CallWord.IN_PROGRESS, True, False),
        ("call.bridged", CallWord.IN_PROGRESS, True, True),
        ("call.hold", CallWord.ON_HOLD, None, False),
        ("call.unhold", CallWord.IN_PROGRESS, None, False),
    ],
)
def test_a_call_moves(name: str, status: CallWord, answered: bool | None, bridged: bool) -> None:
    assert _parse(_sample(name)) == CallStatusEvent(
        **COMMON, **PARTIES, raw_status=name, status=status, answered=answered, bridged=bridged
    )


@pytest.mark.parametrize(
    ("cause", "status", "answered"),
    [
        ("normal_clearing", CallWord.COMPLETED, None),
        ("time_limit", CallWord.COMPLETED, True),
        ("user_busy", CallWord.BUSY, False),
        ("timeout", CallWord.NO_ANSWER, False),
        ("no_answer", CallWord.NO_ANSWER, False),
        ("originator_cancel", CallWord.CANCELED, False),
        ("not_found", CallWord.FAILED, False),
        ("call_rejected", CallWord.FAILED, False),
        ("unspecified", CallWord.FAILED, None),
        ("teleported", CallWord.COMPLETED, None),
        ("", CallWord.COMPLETED, None),
    ],
)
def test_a_call_ends(cause: str, status: CallWord, answered: bool | None) -> None:
    event = _parse(_sample("call.hangup", hangup_cause=cause))
    assert isinstance(event, CallStatusEvent)
    assert (event.status, event.answered, event.hangup_cause, event.raw_status) == (status, answered, cause, cause)
    error = event.error and (event.error.code, event.error.taxonomy, event.error.facts.may_fail_over)
    assert error == ((cause, Taxonomy.FINAL_FAILURE, False) if status is CallWord.FAILED else None)


def test_every_cause_of_the_vendor_has_a_meaning() -> None:
    """The enum of its API document."""
    assert set(ENDS) == {
        *("call_rejected", "normal_clearing", "originator_cancel", "timeout", "time_limit"),
        *("user_busy", "not_found", "no_answer", "unspecified"),
    }


def test_a_spoken_or_played_step_is_done() -> None:
    assert _parse(_sample("call.speak.ended")) == StepDone(**COMMON, raw_status="call.speak.ended")
    assert isinstance(_parse(_event("call.playback.ended")), StepDone)


def test_a_recording_without_a_call_control_id() -> None:
    event = _parse(_sample("call.recording.saved", recording_ended_at="2018-02-02T22:20:44.721992Z"))
    assert event == RecordingEvent(
        **(COMMON | {"provider_call_id": ""}),
        raw_status="call.recording.saved",
        url="http://example.com/recording.mp3",
        content_type="audio/mpeg",
        duration=17,
        channels=1,
    )


@pytest.mark.parametrize(
    ("urls", "public", "url", "content_type"),
    [
        ({"mp3": "a.mp3", "wav": "a.wav"}, {"mp3": "b.mp3"}, "a.mp3", "audio/mpeg"),
        ({"wav": "a.wav"}, {"mp3": "b.mp3"}, "b.mp3", "audio/mpeg"),
        ({"mp3": None, "wav": "a.wav"}, None, "a.wav", "audio/wav"),
        ({}, [], "", ""),
    ],
)
def test_of_the_addresses_of_a_recording_the_small_and_private_one(
    urls: object, public: object, url: str, content_type: str
) -> None:
    event = _parse(_sample("call.recording.saved", recording_urls=urls, public_recording_urls=public, channels="dual"))
    assert isinstance(event, RecordingEvent)
    assert (event.url, event.content_type, event.is_available, event.channels) == (url, content_type, bool(url), 2)


def test_a_recording_that_will_never_be() -> None:
    event = _parse(_event("call.recording.error", reason="Internal server error"))
    assert isinstance(event, RecordingEvent)
    assert (event.is_available, event.url, event.provider_call_id) == (False, "", "v3:1")


def test_transcripts() -> None:
    live = _parse(_sample("call.transcription"))
    assert isinstance(live, TranscriptEvent)
    assert (live.text, live.confidence, live.is_final) == ("hello this is a test speech", 0.977219, True)
    assert (live.position, live.speaker, live.is_whole, live.ends, live.tag) == (None, "", False, False, "")

    tracks = [
        _parse(_sample("call.transcription", transcription_data={"transcription_track": track, "is_final": False}))
        for track in ("inbound", "outbound", 5)
    ]
    assert [(one.speaker, one.is_final) for one in tracks if isinstance(one, TranscriptEvent)] == [
        (Leg.CUSTOMER, False),
        (Leg.AGENT, False),
        ("", False),
    ]

    whole = _parse(_sample("call.recording.transcription.saved"))
    assert isinstance(whole, TranscriptEvent)
    assert (whole.text, whole.transcription_id, whole.is_whole, whole.ends) == ("Hi!", LEG, True, True)


def test_the_bill() -> None:
    expected = COMMON | {"session_id": "428c31b6-abf3-3bc1-b7f4-5013ef9657c1"}
    assert _parse(_sample("call.cost")) == CostEvent(
        **expected, raw_status="call.cost", cost=Decimal("0.0106"), currency="USD", billed_seconds=120
    )
    mixed = _parse(_sample("call.cost", cost_parts=[{"currency": "USD"}, {"currency": "EUR"}], total_cost="x"))
    assert isinstance(mixed, CostEvent)
    assert (mixed.cost, mixed.currency) == (None, None)


def test_other_events_are_kept_apart() -> None:
    assert _parse(_sample("conference.ended")) == OtherEvent(
        "conference.ended", KEY, datetime(2018, 2, 2, 22, 25, 27, 521_000, UTC)
    )
    assert _parse(_json({"data": {"event_type": "call.teleported", "id": "e1"}})) == OtherEvent(
        "call.teleported", "event:e1"
    )


@pytest.mark.parametrize(
    ("client_state", "tag"),
    [
        (base64.b64encode(b"leg-7").decode(), "leg-7"),
        (base64.b64encode("a\x00č".encode()).decode(), "a�č"),
        (base64.b64encode(b"\xff").decode(), ""),
        ("***", ""),
        ("žluť", ""),
        ("", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_the_tag_is_ours_or_nothing(client_state: object, tag: str) -> None:
    event = _parse(_event("call.answered", client_state=client_state))
    assert isinstance(event, CallStatusEvent)
    assert event.tag == tag


def test_the_tag_of_a_ringing_phone_comes_back(telnyx_voice: VoiceProvider) -> None:
    from contactcenter.providers.voice import RingPhone  # only this test commands

    (wire,) = telnyx_voice.commands(RingPhone("+1", "+2", 20, "", "", "0198f0c2:agent"))
    event = _parse(_event("call.answered", client_state=wire["target_leg_client_state"]))
    assert isinstance(event, CallStatusEvent)
    assert event.tag == "0198f0c2:agent"


def test_identity_is_the_connection_and_our_side_where_the_event_tells(telnyx_voice: VoiceProvider) -> None:
    connection = "7267xxxxxxxxxxxxxx"
    incoming = _sample("call.initiated", **{"from": "+1", "to": "+2"})
    outgoing = _sample("call.initiated", direction="outgoing", **{"from": "+1", "to": "+2"})
    silent = _sample("call.hangup", **{"from": "+1", "to": "+2"})
    sip = _sample("call.initiated", **{"from": "+1", "to": "sip:agent@example.com"})
    assert telnyx_voice.identify(incoming) == WebhookIdentity(("+2",), connection_id=connection)
    assert telnyx_voice.identify(outgoing) == WebhookIdentity(("+1",), connection_id=connection)
    assert telnyx_voice.identify(silent) == WebhookIdentity((), connection_id=connection)
    assert telnyx_voice.identify(sip) == WebhookIdentity((), connection_id=connection)
    assert telnyx_voice.identify(_json(b"\xff")) == WebhookIdentity()


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"null",
        {"data": []},
        {"data": {"event_type": "call.hangup"}},
        {"data": {"id": "e1"}},
        {"data": {"event_type": "call.hangup", "id": "e1"}},
        {"data": {"event_type": "call.hangup", "id": "e1", "payload": {"call_control_id": 7, "client_state": "***"}}},
        {
            "data": {
                "event_type": "call.initiated",
                "id": "e1",
                "payload": {"call_leg_id": "l1", "direction": "incoming"},
            }
        },
    ],
    ids=range(10),
)
def test_malformed_webhooks(telnyx_voice: VoiceProvider, document: object) -> None:
    with pytest.raises(MalformedWebhook):
        telnyx_voice.parse(_json(document))
