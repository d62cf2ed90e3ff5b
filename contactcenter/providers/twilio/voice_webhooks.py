"""Reading Twilio's form webhooks about calls. Unknown fields are normal; order is not promised.

Sources: Twilio's pages "Call resource" (status callbacks), "TwiML Voice: Dial, Record, Recording, Transcription" and
"Conference Participant". A form says only by its fields what it is about.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from contactcenter.providers import values
from contactcenter.providers.base import OtherEvent, RawWebhook, WebhookIdentity
from contactcenter.providers.errors import MalformedWebhook
from contactcenter.providers.text import clean
from contactcenter.providers.twilio.call_words import CALL_WORDS, DIRECTIONS, ENDS, answered, failure_of
from contactcenter.providers.twilio.signature import Form
from contactcenter.providers.twilio.webhooks import field, form_of
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
)

_HOLDS = {"participant-hold": CallWord.ON_HOLD, "participant-unhold": CallWord.IN_PROGRESS}
_RECORDINGS = {"completed": True, "absent": False, "failed": False}
# Of the leg whose document asked for it, which is the customer's: what comes in is said by them.
_SPEAKERS = {"inbound_track": Leg.CUSTOMER, "outbound_track": Leg.AGENT}
_PROGRESS = ("CallbackSource", "SequenceNumber", "CallDuration", "ParentCallSid")


def parse(webhook: RawWebhook) -> AnyVoiceEvent:
    form = form_of(webhook)
    if not form:
        raise MalformedWebhook("empty form")
    return _reader_of(form)(webhook, form)


def identify(webhook: RawWebhook) -> WebhookIdentity:
    try:
        form = form_of(webhook)
    except MalformedWebhook:
        return WebhookIdentity()
    # Never the other side's number: it may belong to another organization of ours.
    direction = DIRECTIONS.get(field(form, "Direction"))
    ours = {"INBOUND": "To", "OUTBOUND": "From"}.get(direction or "")
    number = field(form, ours) if ours else ""
    # Browsers and SIP phones have addresses with a colon, and are no numbers.
    numbers = (number,) if number and ":" not in number else ()
    return WebhookIdentity(numbers, account_id=field(form, "AccountSid"))


Reader = Callable[[RawWebhook, Form], AnyVoiceEvent]


def _reader_of(form: Form) -> Reader:
    """By the first field that only one kind of webhook has; a call's own fields come with most of them."""
    ordered: tuple[tuple[bool, Reader], ...] = (
        ("TranscriptionEvent" in form, _transcript),
        ("ConferenceSid" in form and "StatusCallbackEvent" in form, _conference),
        ("RecordingStatus" in form, _recording),
        ("DialCallStatus" in form, _ring_result),
        ("QueueSid" in form or "QueueResult" in form, _other),
        ("CallSid" not in form, _other),
        # Also the last report of a recorded call, which names the recording.
        ("CallStatus" in form and any(name in form for name in _PROGRESS), _status),
        ("RecordingUrl" in form, _message),
        (field(form, "Direction") == "inbound" and field(form, "CallStatus") == "ringing", _inbound),
        ("CallStatus" in form, _status),
    )
    return next((reader for fits, reader in ordered if fits), _other)


def _inbound(webhook: RawWebhook, form: Form) -> InboundCall:
    to = field(form, "To")
    if not to:
        raise MalformedWebhook("no To")
    common = _common(form)
    # The sender of a withheld number may be empty: it rings all the same.
    return InboundCall(
        **common, dedupe_key=_key(webhook, "inbound-call", _sid(form)), sender=field(form, "From"), to=to
    )


def _status(webhook: RawWebhook, form: Form) -> CallStatusEvent:
    raw = field(form, "CallStatus")
    word = CALL_WORDS.get(raw)
    direction = DIRECTIONS.get(field(form, "Direction"), "")
    sequence = values.whole(field(form, "SequenceNumber"))
    return CallStatusEvent(
        **_common(form, raw),
        dedupe_key=_key(webhook, "call", _sid(form), raw if sequence is None else str(sequence)),
        sequence=sequence,
        status=word,
        direction=direction,
        answered=answered(word, direction),
        duration=values.seconds(field(form, "CallDuration")),
        hangup_cause=field(form, "SipResponseCode"),
        error=failure_of(word, field(form, "ErrorCode")),
        sender=field(form, "From"),
        to=field(form, "To"),
    )


def _ring_result(webhook: RawWebhook, form: Form) -> RingResult:
    raw, agent = field(form, "DialCallStatus"), field(form, "DialCallSid")
    # `answered` is said of a leg that has ended as well.
    word = CallWord.COMPLETED if raw == "answered" else CALL_WORDS.get(raw)
    duration = values.seconds(field(form, "DialCallDuration"))
    bridged = field(form, "DialBridged").lower()
    return RingResult(
        **_common(form, raw),
        dedupe_key=_key(webhook, "dial", _sid(form), agent),
        status=word,
        bridged=bridged == "true" if bridged else word is CallWord.COMPLETED and bool(duration),
        caller_is_gone=CALL_WORDS.get(field(form, "CallStatus")) in ENDS,
        agent_call_id=agent,
        duration=duration,
    )


def _message(webhook: RawWebhook, form: Form) -> MessageTaken:
    url = field(form, "RecordingUrl")
    recording = field(form, "RecordingSid") or url.rpartition("/")[2]
    return MessageTaken(
        **_common(form, field(form, "CallStatus")),
        dedupe_key=_key(webhook, "message", _sid(form), recording),
        recording_id=recording,
        recording_url=_mp3(url),
        duration=values.seconds(field(form, "RecordingDuration")),
    )


def _recording(webhook: RawWebhook, form: Form) -> RecordingEvent | OtherEvent:
    raw, recording = field(form, "RecordingStatus"), field(form, "RecordingSid")
    key = _key(webhook, "recording", recording, raw)
    if raw not in _RECORDINGS or not field(form, "CallSid"):  # it still runs, or a whole conference's
        return OtherEvent(f"recording-{raw}", key, _moment(form))
    available = _RECORDINGS[raw]
    return RecordingEvent(
        **_common(form, raw),
        dedupe_key=key,
        recording_id=recording,
        url=_mp3(field(form, "RecordingUrl")) if available else "",
        content_type="audio/mpeg" if available else "",
        is_available=available,
        duration=values.seconds(field(form, "RecordingDuration")),
        channels=values.whole(field(form, "RecordingChannels")),
    )


def _transcript(webhook: RawWebhook, form: Form) -> TranscriptEvent | OtherEvent:
    raw, transcription = field(form, "TranscriptionEvent"), field(form, "TranscriptionSid")
    position = values.whole(field(form, "SequenceId"))
    key = _key(webhook, "transcript", transcription, "" if position is None else str(position))
    ends = raw == "transcription-stopped"
    # After an error more may follow; the end of the call closes what nothing else does.
    if not (ends or raw == "transcription-content") or not field(form, "CallSid"):
        return OtherEvent(raw, key, _moment(form))
    said = _data(form)
    return TranscriptEvent(
        **_common(form, raw),
        dedupe_key=key,
        transcription_id=transcription,
        position=position,
        text=clean(said.get("transcript")),
        confidence=values.fraction(said.get("confidence")),
        language=field(form, "LanguageCode"),
        speaker=_SPEAKERS.get(field(form, "Track"), ""),
        is_final=field(form, "Final").lower() != "false",
        ends=ends,
    )


def _conference(webhook: RawWebhook, form: Form) -> CallStatusEvent | OtherEvent:
    raw = field(form, "StatusCallbackEvent")
    key = _key(webhook, "conference", field(form, "ConferenceSid"), field(form, "SequenceNumber"))
    if raw not in _HOLDS or not field(form, "CallSid"):
        return OtherEvent(raw or "conference", key, _moment(form))
    # Without its sequence number, which counts the conference's events and not the leg's.
    return CallStatusEvent(**_common(form, raw), dedupe_key=key, status=_HOLDS[raw])


def _other(webhook: RawWebhook, form: Form) -> OtherEvent:
    names = ("EventType", "QueueResult", "CallStatus")
    kind = next((found for name in names if (found := field(form, name))), "unknown")
    return OtherEvent(kind, _key(webhook, "other", ""), _moment(form))


def _common(form: Form, raw: str = "") -> dict[str, Any]:
    return {
        "provider_call_id": _sid(form),
        "raw_status": raw or field(form, "CallStatus"),
        "parent_call_id": field(form, "ParentCallSid"),
        "occurred_at": _moment(form),
    }


def _sid(form: Form) -> str:
    sid = field(form, "CallSid")
    if not sid:
        raise MalformedWebhook("no CallSid")
    return sid


def _key(webhook: RawWebhook, kind: str, *parts: str) -> str:
    """One key for every delivery of one event.

    Where Twilio gives no identifier (a phone that could not be rung has no DialCallSid) the signed content is one:
    the address, which tells the steps of a call apart, and the body.
    """
    if all(parts):
        return ":".join((kind, *parts))
    digest = sha256(webhook.path_url.encode(errors="replace") + b"\n" + webhook.body).hexdigest()[:32]
    return f"{kind}:{digest}"


def _mp3(url: str) -> str:
    """Twilio serves a recording in the format that its address ends with."""
    return f"{url}.mp3" if url else ""


def _moment(form: Form) -> datetime | None:
    """Calls carry RFC 2822 times, transcriptions ISO 8601 ones."""
    stamp = field(form, "Timestamp")
    return values.moment(stamp) or values.mail_moment(stamp)


def _data(form: Form) -> Mapping[str, Any]:
    try:
        return values.mapping(json.loads(field(form, "TranscriptionData") or "{}"))
    except (ValueError, RecursionError):
        return {}
