"""Reading Telnyx's JSON webhooks about calls; they may come twice, late and in any order.

Source: Telnyx's page "Voice API webhooks" and its OpenAPI document. There is no event for the ringing of a call.
"""

from collections.abc import Callable, Mapping
from typing import Any

from contactcenter.providers import values
from contactcenter.providers.base import OtherEvent, RawWebhook, WebhookIdentity
from contactcenter.providers.errors import MalformedWebhook
from contactcenter.providers.telnyx.call_commands import tag_of
from contactcenter.providers.telnyx.call_words import DIRECTIONS, ENDS, UNKNOWN_END, failure_of
from contactcenter.providers.telnyx.webhooks import Json, data_of
from contactcenter.providers.text import clean
from contactcenter.providers.values import mapping, objects
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
)

_CHANNELS = {"single": 1, "dual": 2}
_FORMATS = {"mp3": "audio/mpeg", "wav": "audio/wav"}
# Of the leg that asked for the transcription, which is the customer's.
_SPEAKERS = {"inbound": Leg.CUSTOMER, "outbound": Leg.AGENT}


def parse(webhook: RawWebhook) -> AnyVoiceEvent:
    data = data_of(webhook)
    event_type, event_id = clean(data.get("event_type")), clean(data.get("id"))
    if not event_type or not event_id:
        raise MalformedWebhook("no event_type or id")
    key, payload = f"event:{event_id}", mapping(data.get("payload"))
    # Two kinds have it inside the payload only.
    occurred_at = values.moment(data.get("occurred_at")) or values.moment(payload.get("occurred_at"))
    reader = _READERS.get(event_type)
    if reader is None:
        return OtherEvent(event_type, key, occurred_at)
    return reader(payload, _common(payload) | {"dedupe_key": key, "occurred_at": occurred_at, "raw_status": event_type})


def identify(webhook: RawWebhook) -> WebhookIdentity:
    try:
        payload = mapping(data_of(webhook).get("payload"))
    except MalformedWebhook:
        return WebhookIdentity()
    # Never the other side's number: it may belong to another organization of ours. Most events tell no direction.
    ours = {"INBOUND": "to", "OUTBOUND": "from"}.get(DIRECTIONS.get(clean(payload.get("direction")), ""))
    number = clean(payload.get(ours)) if ours else ""
    numbers = (number,) if number and ":" not in number else ()
    return WebhookIdentity(
        numbers,
        account_id=clean(payload.get("organization_id")),
        connection_id=clean(payload.get("connection_id")),
    )


def _common(payload: Json) -> dict[str, Any]:
    call, leg = clean(payload.get("call_control_id")), clean(payload.get("call_leg_id"))
    tag = tag_of(payload.get("client_state"))
    # Some events lack the first; any of them finds the call.
    if not (call or leg or tag):
        raise MalformedWebhook("no call_control_id, call_leg_id or client_state of ours")
    return {
        "provider_call_id": call,
        "leg_id": leg,
        "session_id": clean(payload.get("call_session_id")),
        "tag": tag,
    }


def _initiated(payload: Json, common: dict[str, Any]) -> CallStatusEvent | InboundCall:
    direction = DIRECTIONS.get(clean(payload.get("direction")), "")
    if direction != "INBOUND":
        return CallStatusEvent(**common, **_parties(payload), status=CallWord.QUEUED, direction=direction)
    if not common["provider_call_id"]:
        raise MalformedWebhook("no call_control_id")  # nobody could answer it
    return InboundCall(**common, **_parties(payload))


def _moved(**facts: Any) -> Callable[[Json, dict[str, Any]], CallStatusEvent]:
    def read(payload: Json, common: dict[str, Any]) -> CallStatusEvent:
        return CallStatusEvent(**common, **_parties(payload), **facts)

    return read


def _hung_up(payload: Json, common: dict[str, Any]) -> CallStatusEvent:
    cause = clean(payload.get("hangup_cause"))
    end = ENDS.get(cause, UNKNOWN_END)
    return CallStatusEvent(
        **(common | {"raw_status": cause}),
        **_parties(payload),
        status=end.status,
        answered=end.answered,
        hangup_cause=cause,
        error=failure_of(end, cause),
    )


def _step_done(_payload: Json, common: dict[str, Any]) -> StepDone:
    return StepDone(**common)


def _recording_saved(payload: Json, common: dict[str, Any]) -> RecordingEvent:
    url, content_type = _file(payload)
    begin, end = (values.moment(payload.get(f"recording_{name}_at")) for name in ("started", "ended"))
    return RecordingEvent(
        **common,
        recording_id=clean(payload.get("recording_id")),
        url=url,
        content_type=content_type,
        is_available=bool(url),
        duration=values.seconds(round((end - begin).total_seconds())) if begin and end else None,
        channels=_CHANNELS.get(clean(payload.get("channels"))),
    )


def _recording_failed(payload: Json, common: dict[str, Any]) -> RecordingEvent:
    return RecordingEvent(**common, recording_id=clean(payload.get("recording_id")), is_available=False)


def _transcribed(payload: Json, common: dict[str, Any]) -> TranscriptEvent:
    said = mapping(payload.get("transcription_data"))
    return TranscriptEvent(
        **common,
        text=clean(said.get("transcript")),
        confidence=values.fraction(said.get("confidence")),
        speaker=_SPEAKERS.get(clean(said.get("transcription_track")), ""),
        is_final=said.get("is_final") is not False,
    )


def _recording_transcribed(payload: Json, common: dict[str, Any]) -> TranscriptEvent:
    return TranscriptEvent(
        **common,
        transcription_id=clean(payload.get("recording_transcription_id")),
        text=clean(payload.get("transcription_text")),
        is_whole=True,
        ends=True,
    )


def _billed(payload: Json, common: dict[str, Any]) -> CostEvent:
    # The total names no currency, its parts do.
    currencies = {values.currency(part.get("currency")) for part in objects(payload.get("cost_parts"))}
    return CostEvent(
        **common,
        cost=values.money(payload.get("total_cost")),
        currency=currencies.pop() if len(currencies) == 1 else None,
        billed_seconds=values.seconds(payload.get("billed_duration_secs")),
    )


def _parties(payload: Json) -> dict[str, Any]:
    return {"sender": clean(payload.get("from")), "to": clean(payload.get("to"))}


def _file(payload: Json) -> tuple[str, str]:
    """Address and type: the small format first. The first kind of address expires after ten minutes."""
    kinds = [mapping(payload.get(name)) for name in ("recording_urls", "public_recording_urls")]
    found = ((clean(urls.get(name)), content_type) for name, content_type in _FORMATS.items() for urls in kinds)
    return next(((url, content_type) for url, content_type in found if url), ("", ""))


_READERS: Mapping[str, Callable[[Json, dict[str, Any]], AnyVoiceEvent]] = {
    "call.initiated": _initiated,
    "call.answered": _moved(status=CallWord.IN_PROGRESS, answered=True),
    "call.bridged": _moved(status=CallWord.IN_PROGRESS, answered=True, bridged=True),
    "call.hold": _moved(status=CallWord.ON_HOLD),
    "call.unhold": _moved(status=CallWord.IN_PROGRESS),
    "call.hangup": _hung_up,
    "call.speak.ended": _step_done,
    "call.playback.ended": _step_done,
    "call.recording.saved": _recording_saved,
    "call.recording.error": _recording_failed,
    "call.transcription": _transcribed,
    "call.recording.transcription.saved": _recording_transcribed,
    "call.cost": _billed,
}
