"""The control endpoints: what tests and benchmarks read and set. JSON in and out, see docs/simulator.md."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .accounts import TELNYX, TWILIO, Account, connection_for, telnyx_seed
from .callcontrol import call_us, calls, hang_up
from .carrier import Carrier
from .http import Request, Response, json_response
from .ledger import Message
from .outcomes import Reply

PREFIX = "/_control/"
DEFAULT_LIMIT = 10_000


def handle(carrier: Carrier, request: Request) -> Response:
    """Answer a control request; a mistake in it is a 400 with the reason."""
    if not _is_ours(request):
        return json_response({"error": "the control endpoints are not for browsers"}, 403)
    action = _ACTIONS.get((request.method, request.path.removeprefix(PREFIX).strip("/")))
    if action is None:
        return json_response({"error": "no such control endpoint"}, 404)
    try:
        return json_response(action(carrier, request))
    except ValueError as error:
        return json_response({"error": str(error)}, 400)


def _is_ours(request: Request) -> bool:
    """Keep web pages out that point a visitor's browser here: those send an Origin or a site."""
    return not request.header(b"origin") and request.header(b"sec-fetch-site") in ("", "none", "same-origin")


def _health(carrier: Carrier, _request: Request) -> dict[str, Any]:
    return {"status": "ok", "uptime_seconds": round(time.time() - carrier.started_at, 1)}


def _messages(carrier: Carrier, request: Request) -> dict[str, Any]:
    query = {name: values[-1] for name, values in request.query().items()}
    since, after = float(query.get("since") or 0), int(query.get("after") or 0)
    limit = int(query.get("limit") or DEFAULT_LIMIT)
    inbound = query.get("direction") == "inbound"
    rows = [
        message
        for message in carrier.ledger.oldest_first()
        if (message.direction == "inbound") is inbound
        and query.get("to") in (None, "", message.to)
        and message.accepted_at >= since
        and message.sequence > after
    ]
    return {
        "total": len(rows),
        "forgotten": carrier.ledger.forgotten,
        "messages": [_truth(carrier, message) for message in rows[:limit]],
    }


def _truth(carrier: Carrier, message: Message) -> dict[str, Any]:
    query = parse_qs(urlsplit(message.callback_url).query)
    return {
        "sequence": message.sequence,
        "provider": message.provider,
        "account": message.account_id,
        "id": message.id,
        "from": message.sender or message.chosen_sender,
        "to": message.to,
        "body": message.body,
        "media_urls": list(message.media_urls),
        "fetched": list(message.fetched),
        "messaging_service_id": message.messaging_service_id,
        "callback_url": message.callback_url,
        "attempt": query.get("m", [""])[0],
        "accepted_at": message.accepted_at,
        "received": carrier.ledger.requests_with(message.callback_url),
        "answer": message.answer,
        "taken": message.taken,
        "status": message.status,
        "error_code": message.error_code,
    }


def _stats(carrier: Carrier, _request: Request) -> dict[str, Any]:
    names = ("requests", "accepted", "not_accepted", "invalid", "unauthorized", "inbound", "webhooks")
    of_calls = ("calls", "call_requests", "call_accepted", "call_not_accepted", "call_invalid", "call_mistakes")
    return dict.fromkeys(names + of_calls, 0) | dict(carrier.counts)


def _reset(carrier: Carrier, _request: Request) -> dict[str, Any]:
    carrier.reset()
    return {"status": "ok"}


def _quiet(carrier: Carrier, _request: Request) -> dict[str, Any]:
    return {"stopped": carrier.quiet()}


def _script(carrier: Carrier, request: Request) -> dict[str, Any]:
    order = request.json()
    unknown = sorted(set(order) - {"kind", "to", "suffix", "outcome", "times"})
    if unknown:
        raise ValueError(f"unknown key {unknown[0]}")
    match order.get("kind", "text"):
        case "text":
            carrier.scripts.set(order)
        case "call":
            carrier.switchboard.scripts.set(order)
        case _:
            raise ValueError("kind must be text or call")
    return {"status": "ok"}


def _call(carrier: Carrier, request: Request) -> dict[str, Any]:
    order = request.json()
    unknown = sorted(set(order) - {"from", "to", "account", "provider", "script"})
    if unknown:
        raise ValueError(f"unknown key {unknown[0]}")
    to = str(order.get("to") or "")
    account = _account(carrier, str(order.get("account") or ""), str(order.get("provider") or ""), to)
    return call_us(carrier, account, order, to or (account.numbers[0] if account.numbers else ""))


def _inbound(carrier: Carrier, request: Request) -> dict[str, Any]:
    order = request.json()
    to = str(order.get("to") or order.get("number") or "")
    account = _account(carrier, str(order.get("account") or ""), str(order.get("provider") or ""), to)
    sender = str(order.get("from") or "")
    if not sender:
        raise ValueError("from is missing")
    copies, media_count = order.get("copies", 1), order.get("media_count", 0)
    if not (isinstance(copies, int) and 0 <= copies <= 100):
        raise ValueError("copies must be a whole number from 0 to 100")
    if not (isinstance(media_count, int) and 0 <= media_count <= 10):
        raise ValueError("media_count must be a whole number from 0 to 10")
    text = str(order.get("body") or "")
    reply = Reply(text, media_count, opt_out_type=str(order.get("opt_out_type") or ""))
    ours = to or (account.numbers[0] if account.numbers else "")
    message = carrier.customer_writes(account, sender, ours, reply, copies=copies)
    return {"id": message.id, "provider": message.provider, "account": message.account_id, "to": message.to}


def _account(carrier: Carrier, account_id: str, provider: str, number: str) -> Account:
    known = carrier.accounts
    account = known.find(account_id, provider.upper()) if account_id else known.owner_of(number)
    if account is None:
        raise ValueError("no account has this number or this id")
    return account


def _accounts(carrier: Carrier, _request: Request) -> dict[str, Any]:
    return {"accounts": [_shown(account) for account in carrier.accounts.all.values()]}


def _add_account(carrier: Carrier, request: Request) -> dict[str, Any]:
    order = request.json()
    provider = str(order.get("provider") or "").upper()
    account_id, secret = str(order.get("account_id") or ""), str(order.get("secret") or "")
    if provider not in (TWILIO, TELNYX) or not account_id or not secret:
        raise ValueError("provider (TWILIO or TELNYX), account_id and secret are needed")
    seed = telnyx_seed(str(order.get("private_key") or ""), secret) if provider == TELNYX else b""
    account = Account(
        provider=provider,
        organization=str(order.get("organization") or "control"),
        account_id=account_id,
        secret=secret,
        numbers=_numbers(order, "numbers"),
        messaging_service_id=str(order.get("messaging_service_id") or ""),
        private_seed=seed,
        callback_base=str(order.get("callback_base") or ""),
        pool=_numbers(order, "pool"),
        connection_id=_connection(order, provider, account_id),
    )
    carrier.accounts.add(account)
    return _shown(account)


def _connection(order: dict[str, Any], provider: str, account_id: str) -> str:
    given = str(order.get("connection_id") or "")
    return given or (connection_for(account_id) if provider == TELNYX else "")


def _numbers(order: dict[str, Any], name: str) -> tuple[str, ...]:
    numbers = order.get(name) or []
    if not isinstance(numbers, list):
        raise ValueError(f"{name} must be a list")
    return tuple(map(str, numbers))


def _shown(account: Account) -> dict[str, Any]:
    shown = asdict(account)
    del shown["secret"], shown["private_seed"]
    return shown | {"public_key": account.public_key}


_ACTIONS: dict[tuple[str, str], Callable[[Carrier, Request], dict[str, Any]]] = {
    ("GET", "health"): _health,
    ("GET", "messages"): _messages,
    ("GET", "stats"): _stats,
    ("GET", "accounts"): _accounts,
    ("POST", "accounts"): _add_account,
    ("POST", "reset"): _reset,
    ("POST", "script"): _script,
    ("POST", "inbound"): _inbound,
    ("GET", "calls"): calls,
    ("POST", "call"): _call,
    ("POST", "hangup"): hang_up,
    ("POST", "quiet"): _quiet,
}
