"""The control endpoints about calls: the ground truth, customers who call us, parties who hang up."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .accounts import TWILIO, Account
from .calls import INBOUND, SECOND_LEG, Call
from .callscripts import parse_caller
from .carrier import Carrier
from .http import Request
from .telnyxcallvalidation import new_call

DEFAULT_LIMIT = 10_000


def calls(carrier: Carrier, request: Request) -> dict[str, Any]:
    """List every call that the carrier really began, oldest first, its second legs inside it."""
    query = {name: values[-1] for name, values in request.query().items()}
    since, after = float(query.get("since") or 0), int(query.get("after") or 0)
    ledger = carrier.switchboard.ledger
    rows = [
        call
        for call in ledger.oldest_first()
        if call.direction != SECOND_LEG
        and query.get("direction") in (None, "", "inbound" if call.direction == INBOUND else "outbound")
        and query.get("to") in (None, "", call.to)
        and query.get("attempt") in (None, "", _attempt(call))
        and call.accepted_at >= since
        and call.sequence > after
    ]
    limit = int(query.get("limit") or DEFAULT_LIMIT)
    truth = [_truth(carrier, call) | {"legs": [_truth(carrier, leg) for leg in call.legs]} for call in rows[:limit]]
    return {"total": len(rows), "forgotten": ledger.forgotten, "calls": truth}


def _attempt(call: Call) -> str:
    return parse_qs(urlsplit(call.callback_url).query).get("a", [""])[0]


def _truth(carrier: Carrier, call: Call) -> dict[str, Any]:
    return {
        "sequence": call.sequence,
        "provider": call.provider,
        "account": call.account_id,
        "id": call.id,
        "leg_id": call.leg_id,
        "session_id": call.session_id,
        "direction": "inbound" if call.direction == INBOUND else "outbound",
        "from": call.sender,
        "to": call.to,
        "callback_url": call.callback_url,
        "attempt": _attempt(call),
        "command_id": call.command_id,
        "received": carrier.switchboard.ledger.requests_with(call.callback_url),
        "answer": call.answer,
        "status": call.status,
        "answered": bool(call.answered_at),
        "end": call.end.value if call.end else "",
        "accepted_at": call.accepted_at,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
    }


def call_us(carrier: Carrier, account: Account, order: dict[str, Any], to: str) -> dict[str, Any]:
    """Let a customer call one of our numbers; raises ValueError when the order makes no sense."""
    sender = str(order.get("from") or "")
    if not sender or not to:
        raise ValueError("from and to are needed")
    caller = parse_caller(order.get("script") or {})
    call = new_call(account, sender=sender, to=to)
    call.direction = INBOUND
    if account.provider == TWILIO:
        call = replace(
            call, provider=TWILIO, id="CA" + uuid.uuid4().hex, leg_id="", session_id="", connection_id=""
        )  # fmt: skip
    carrier.switchboard.receive(account, call, caller)
    return {"id": call.id, "provider": call.provider, "account": call.account_id, "to": call.to}


def hang_up(carrier: Carrier, request: Request) -> dict[str, Any]:
    """Let the party at the phone of a live leg hang up."""
    line = carrier.switchboard.live(str(request.json().get("id") or ""))
    if line is None:
        raise ValueError("no live call has this id")
    line.party_hangs_up()
    return {"status": line.call.status}
