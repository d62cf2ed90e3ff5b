"""Telnyx's commands to live calls: answer, hang up, transfer, speak, record and the like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import telnyxbodies as bodies
from .accounts import TELNYX, Account
from .calls import End
from .carrier import Carrier
from .http import Request, Response, json_response
from .lines import Line, any_of
from .phones import is_called
from .telnyxcallvalidation import (
    RING_SECONDS,
    check_sender,
    client_state_of,
    new_call,
    number_of,
    required,
    seconds_of,
    web_address_of,
)
from .telnyxevents import bridge, part
from .telnyxmedia import PLAYBACK_SECONDS, begin_media, keep_recording, make_sound, speech_seconds, transcribe
from .telnyxvalidation import Invalid, text_of

_REJECTIONS = {"USER_BUSY": End.BUSY, "CALL_REJECTED": End.REJECTED}


def command(carrier: Carrier, account: Account, request: Request, call_id: str, action: str) -> Response:
    """Give a call one command; the same command_id a second time does nothing more."""
    carrier.counts["call_commands"] += 1
    entry = _COMMANDS.get(action)
    call = carrier.switchboard.ledger.get(TELNYX, account.account_id, call_id)
    if entry is None or call is None:
        return bodies.error(404, "10005")
    try:
        data = request.json()
        command_id = text_of(data, "command_id")
        if command_id and command_id in call.commands:
            return _done()
        line = carrier.switchboard.line(account, call_id)
        if line is None:
            raise Invalid("90018", http_status=422)
        if entry.needs_answer and not line.answered.is_set():
            raise Invalid("90034", http_status=422)
        state = client_state_of(data, "client_state")
        entry.act(line, data)
    except Invalid as invalid:
        return bodies.error(invalid.http_status, invalid.code, field=invalid.field, **invalid.words)
    except ValueError:
        return bodies.error(400, "10015")
    call.client_state = state or call.client_state
    if command_id:
        call.commands.add(command_id)
    return _done()


def _done() -> Response:
    return json_response({"data": {"result": "ok"}})


def _only_ringing_inbound(line: Line) -> None:
    if not line.is_inbound or line.answered.is_set():
        raise Invalid("10027", http_status=422)


def _answer(line: Line, data: dict[str, Any]) -> None:
    _only_ringing_inbound(line)
    line.webhook_url = web_address_of(data, "webhook_url") or line.webhook_url
    line.call.client_state = text_of(data, "client_state") or line.call.client_state
    line.answer()
    begin_media(line, data)


def _reject(line: Line, data: dict[str, Any]) -> None:
    _only_ringing_inbound(line)
    line.finish(_REJECTIONS.get(required(data, "cause"), End.REJECTED))


def _hang_up(line: Line, data: dict[str, Any]) -> None:
    line.call.client_state = text_of(data, "client_state") or line.call.client_state
    line.finish(End.WE_HUNG_UP)


def _transfer(line: Line, data: dict[str, Any]) -> None:
    """Ring a second leg; an incoming call may be transferred before it was answered, and is answered with it."""
    if not line.answered.is_set() and not line.is_inbound:
        raise Invalid("90034", http_status=422)
    to, sender = number_of(data, "to"), text_of(data, "from") or line.call.to
    check_sender(line.board.carrier.accounts, line.account, sender)
    seconds = seconds_of(data, "timeout_secs", RING_SECONDS)
    call = new_call(line.account, sender=sender, to=to, session_id=line.call.session_id)
    call.client_state = client_state_of(data, "target_leg_client_state")
    call.callback_url = web_address_of(data, "webhook_url") or line.webhook_url
    part(line)
    leg = line.board.open_second_leg(line, call)
    leg.webhook_url = call.callback_url
    leg.peer, line.peer = line, leg
    line.stays_parked = data.get("park_after_unbridge") == "self"
    line.board.spawn(is_called(leg, seconds))
    line.board.spawn(_bridge_when_answered(line, leg, data))


async def _bridge_when_answered(line: Line, leg: Line, data: dict[str, Any]) -> None:
    await any_of(leg.answered, leg.over, line.over)
    if leg.lives and line.lives and leg.answered.is_set():
        line.answer()
        bridge(line, leg)
        begin_media(leg, data)


def _bridge(line: Line, data: dict[str, Any]) -> None:
    other = line.board.line(line.account, required(data, "call_control_id"))
    if other is None or other is line:
        raise Invalid("10005", "call_control_id", http_status=404)
    if not other.answered.is_set():
        raise Invalid("90034", "call_control_id", http_status=422)
    line.stays_parked = data.get("park_after_unbridge") == "self"
    bridge(line, other)


def _speak(line: Line, data: dict[str, Any]) -> None:
    seconds = speech_seconds(required(data, "payload"))
    required(data, "voice")
    line.board.spawn(make_sound(line, "speak", seconds, {}))


def _play(line: Line, data: dict[str, Any]) -> None:
    fields = {"media_url": web_address_of(data, "audio_url") or None, "media_name": text_of(data, "media_name") or None}
    if not any(fields.values()):
        raise Invalid("10004", "audio_url", http_status=422)
    line.board.spawn(make_sound(line, "playback", PLAYBACK_SECONDS, fields))


def _record(line: Line, data: dict[str, Any]) -> None:
    required(data, "format")
    required(data, "channels")
    seconds_of(data, "max_length", 0)
    seconds_of(data, "timeout_secs", 0)
    line.board.spawn(keep_recording(line, data))


def _stop_recording(line: Line, _data: dict[str, Any]) -> None:
    line.recording_stopped.set()


def _transcribe(line: Line, data: dict[str, Any]) -> None:
    line.board.spawn(transcribe(line, data))


def _stop_transcription(line: Line, _data: dict[str, Any]) -> None:
    line.transcription_stopped.set()


@dataclass(frozen=True, slots=True)
class _Command:
    act: Callable[[Line, dict[str, Any]], None]
    needs_answer: bool = True


_COMMANDS = {
    "answer": _Command(_answer, needs_answer=False),
    "bridge": _Command(_bridge),
    "hangup": _Command(_hang_up, needs_answer=False),
    "playback_start": _Command(_play),
    "record_start": _Command(_record),
    "record_stop": _Command(_stop_recording),
    "reject": _Command(_reject, needs_answer=False),
    "speak": _Command(_speak),
    "transcription_start": _Command(_transcribe),
    "transcription_stop": _Command(_stop_transcription),
    "transfer": _Command(_transfer, needs_answer=False),
}
