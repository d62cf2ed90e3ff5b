"""Telnyx's calls: dial and fetch. Commands to them are in telnyxcommands, events in telnyxevents."""

from __future__ import annotations

import time
from typing import Any

from . import telnyxbodies
from . import telnyxcallbodies as bodies
from .accounts import TELNYX, Account
from .calls import Call
from .carrier import Carrier
from .creating import Answers, take
from .http import Request, Response, json_response
from .lines import Line, any_of
from .logs import masked
from .outcomes import Refusal
from .phones import is_called
from .telnyxcallvalidation import RING_SECONDS, draft_dial, seconds_of
from .telnyxcommands import command
from .telnyxevents import tell
from .telnyxmedia import begin_media
from .telnyxvalidation import Invalid

EARLY_WAIT_SECONDS = 20.0
KNOWN_AFTER_END_SECONDS = 600.0


async def handle_calls(carrier: Carrier, account: Account, request: Request, parts: list[str]) -> Response:
    """Answer a request below /v2/calls."""
    match parts:
        case [] if request.method == "POST":
            return await _dial(carrier, account, request)
        case [call_id] if request.method == "GET":
            return _fetch(carrier, account, call_id)
        case [call_id, "actions", action] if request.method == "POST":
            return command(carrier, account, request, call_id, action)
    return telnyxbodies.error(404, "10005")


async def _dial(carrier: Carrier, account: Account, request: Request) -> Response:
    carrier.counts["call_requests"] += 1
    board = carrier.switchboard
    try:
        data = request.json()
        board.ledger.count_request(str(data.get("webhook_url") or ""))
        call = draft_dial(carrier.accounts, account, data)
    except Invalid as invalid:
        carrier.counts["call_invalid"] += 1
        return telnyxbodies.error(
            invalid.http_status, invalid.code, field=invalid.field, message=invalid.words.get("detail", "")
        )
    except ValueError:
        carrier.counts["call_invalid"] += 1
        return telnyxbodies.error(400, "10015")
    request.note = f"to {masked(call.to)}"
    known = board.dialled_with(account, call.command_id)
    if known is not None:
        carrier.counts["call_repeats"] += 1
        return json_response({"data": bodies.resource(known, fresh=True)})
    return await _take(carrier, account, request, call, data)


async def _take(carrier: Carrier, account: Account, request: Request, call: Call, data: dict[str, Any]) -> Response:
    board = carrier.switchboard
    outcome = board.scripts.choose(TELNYX, call.to)

    async def begin() -> None:
        line = board.open(account, call, outcome)
        board.remember_dial(account, call)
        _place(line, data)
        if outcome.early:
            await any_of(line.over, timeout=board.scaled(EARLY_WAIT_SECONDS))
            await line.mail.release()

    def refused(refusal: Refusal) -> Response:
        return telnyxbodies.error(refusal.http_status, refusal.code, message=refusal.message)

    answers = Answers(
        created=lambda: json_response({"data": bodies.resource(call, fresh=True)}),
        refused=refused,
        broken=lambda: telnyxbodies.error(500, "10007"),
    )
    return await take(carrier, request, outcome, answers, begin, counted_as="call_")


def _place(line: Line, data: dict[str, Any]) -> None:
    line.webhook_url = line.call.callback_url
    line.retries_on_timeout = data.get("retry_on_timeout") is not False
    line.board.spawn(is_called(line, seconds_of(data, "timeout_secs", RING_SECONDS)))
    line.board.spawn(_when_answered(line, data))


async def _when_answered(line: Line, data: dict[str, Any]) -> None:
    await any_of(line.answered, line.over)
    if not line.answered.is_set():
        return
    begin_media(line, data)
    if data.get("answering_machine_detection") not in (None, "disabled"):
        result = bodies.numbers(line.call) | {"result": "machine" if line.outcome.machine else "human"}
        tell(line, "call.machine.detection.ended", result, without="call_control_id")


def _fetch(carrier: Carrier, account: Account, call_id: str) -> Response:
    call = carrier.switchboard.ledger.get(TELNYX, account.account_id, call_id)
    if call is None or (call.ended_at and time.time() - call.ended_at > KNOWN_AFTER_END_SECONDS):
        return telnyxbodies.error(404, "10005")
    return json_response({"data": bodies.resource(call)})
