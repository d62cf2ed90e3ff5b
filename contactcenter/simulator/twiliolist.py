"""Twilio's lists in pages with links; the list of messages with its filters, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from . import twiliobodies as bodies
from .accounts import TWILIO, Account
from .http import Request, Response, json_response
from .ledger import Ledger, Message

_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


def list_messages(ledger: Ledger[Message], account: Account, request: Request) -> Response:
    """Return one page; a message that was not sent yet has no date and passes no DateSent filter."""
    query = {name: values[-1] for name, values in request.query().items()}
    found = _matching(ledger, account, query)
    path = f"{bodies.API}/{account.account_id}/Messages.json"
    return page(path, "messages", ((row.id, bodies.resource(row)) for row in found), query, _FILTERS)


def page(
    path: str,
    name: str,
    found: Iterable[tuple[str, dict[str, Any]]],
    query: Mapping[str, str],
    filters: tuple[str, ...],
) -> Response:
    """Return the page of (id, resource) rows that the query asks for, with links that keep its filters."""
    size = min(max(_whole(query.get("PageSize", ""), 50), 1), 1000)
    number = max(_whole(query.get("Page", ""), 0), 0)
    rows = list(islice(found, number * size, (number + 1) * size + 1))
    more, rows = len(rows) > size, rows[:size]
    kept = {key: query[key] for key in filters if key in query} | {"PageSize": str(size)}

    def link(number: int, token: str = "") -> str:
        extra = {"Page": str(number)} | ({"PageToken": token} if token else {})
        return f"{path}?{urlencode(kept | extra)}"

    return json_response(
        {
            "end": number * size + max(len(rows) - 1, 0),
            "first_page_uri": link(0),
            name: [resource for _, resource in rows],
            "next_page_uri": link(number + 1, f"PA{rows[-1][0]}") if more else None,
            "page": number,
            "page_size": size,
            "previous_page_uri": link(number - 1) if number else None,
            "start": number * size,
            "uri": link(number),
        }
    )


def _matching(ledger: Ledger[Message], account: Account, query: dict[str, str]) -> Iterator[Message]:
    for message in ledger.newest_first():
        if message.provider != TWILIO or message.account_id != account.account_id:
            continue
        if query.get("To") not in (None, "", message.to):
            continue
        if query.get("From") not in (None, "", message.sender or message.chosen_sender):
            continue
        if _sent_within(message, query):
            yield message


def _sent_within(message: Message, query: dict[str, str]) -> bool:
    wanted = [(name, query[name]) for name in _FILTERS[2:] if query.get(name)]
    if not wanted:
        return True
    if not message.sent_at:
        return False
    day = datetime.fromtimestamp(message.sent_at, UTC).date().isoformat()
    for name, value in wanted:
        limit = value[:10]
        if (name == "DateSent" and day != limit) or (name == "DateSent<" and day > limit):
            return False
        if name == "DateSent>" and day < limit:
            return False
    return True


def _whole(value: str, default: int) -> int:
    return int(value) if value.isdigit() else default
