"""Telnyx's detail records: ended texts in and out, filtered, the newest first, in pages; nothing else shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from . import telnyxbodies as bodies
from .accounts import TELNYX, Account
from .http import Request, Response, json_response
from .ledger import FINAL, Ledger, Message

_MOST = 50
# The record's words differ from those of the messages API.
_WORDS = {
    "undelivered": "failed",
    "failed": "gw_reject",
    "read": "delivered",
    "delivery_unconfirmed": "dlr_unconfirmed",
}
_SHOWN = FINAL | {"received", "delivery_unconfirmed"}


def detail_records(ledger: Ledger[Message], account: Account, request: Request) -> Response:
    """Answer one page; the record type is required, as in reality."""
    query = {name: values[-1] for name, values in request.query().items()}
    if query.get("filter[record_type]") != "messaging":
        return bodies.error(400, "10015", message="filter[record_type] must be messaging.")
    try:
        since = _moment(query.get("filter[created_at][gte]", ""))
        until = _moment(query.get("filter[created_at][lt]", ""))
    except ValueError:
        return bodies.error(400, "10015", message="filter[created_at] is not a time.")
    found = [row for row in _matching(ledger, account, query) if _is_between(row.accepted_at, since, until)]
    size = min(max(_whole(query.get("page[size]", ""), 20), 1), _MOST)
    number = max(_whole(query.get("page[number]", ""), 1), 1)
    rows = [_record(row) for row in islice(found, (number - 1) * size, number * size)]
    pages = -(-len(found) // size)
    meta = {"page_number": number, "page_size": size, "total_pages": pages, "total_results": len(found)}
    return json_response({"data": rows, "meta": meta})


def _matching(ledger: Ledger[Message], account: Account, query: dict[str, str]) -> Iterator[Message]:
    for message in ledger.newest_first():
        if message.provider != TELNYX or message.account_id != account.account_id or message.status not in _SHOWN:
            continue
        direction = "inbound" if message.direction == "inbound" else "outbound"
        if query.get("filter[direction]") not in (None, "", direction):
            continue
        if query.get("filter[cld]") not in (None, "", message.to):
            continue
        if query.get("filter[cli]") in (None, "", message.sender or message.chosen_sender):
            yield message


def _record(message: Message) -> dict[str, Any]:
    is_inbound = message.direction == "inbound"
    return {
        "record_type": "messaging",
        "uuid": message.id,
        "cld": message.to,
        "cli": message.sender or message.chosen_sender,
        "direction": "inbound" if is_inbound else "outbound",
        "status": _WORDS.get(message.status, message.status),
        "errors": [message.error_code] if message.error_code else [],
        "created_at": bodies.iso(message.accepted_at),
        "sent_at": bodies.iso(message.sent_at),
        "completed_at": bodies.iso(message.completed_at),
        "parts": message.parts,
        "cost": "0.0000" if is_inbound else f"{0.0051 * message.parts:.4f}",
        "currency": "USD",
        "delivery_status_webhook_url": message.callback_url,
    }


def _is_between(at: float, since: float | None, until: float | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


def _moment(value: str) -> float | None:
    return datetime.fromisoformat(value).timestamp() if value else None


def _whole(value: str, default: int) -> int:
    return int(value) if value.isdigit() else default
