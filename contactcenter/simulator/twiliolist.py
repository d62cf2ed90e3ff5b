"""Twilio's list of messages: filters To, From and DateSent, newest first, in pages with links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlencode

from . import twiliobodies as bodies
from .accounts import TWILIO, Account
from .http import Request, Response, json_response
from .ledger import Ledger, Message

_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


def list_messages(ledger: Ledger[Message], account: Account, request: Request) -> Response:
    """Return one page; a message that was not sent yet has no date and passes no DateSent filter."""
    query = {name: values[-1] for name, values in request.query().items()}
    size = min(max(_whole(query.get("PageSize", ""), 50), 1), 1000)
    page = max(_whole(query.get("Page", ""), 0), 0)
    rows = list(islice(_matching(ledger, account, query), page * size, (page + 1) * size + 1))
    more, rows = len(rows) > size, rows[:size]
    kept = {name: query[name] for name in _FILTERS if name in query} | {"PageSize": str(size)}
    base = f"{bodies.API}/{account.account_id}/Messages.json?"

    def link(number: int, token: str = "") -> str:
        extra = {"Page": str(number)} | ({"PageToken": token} if token else {})
        return base + urlencode(kept | extra)

    return json_response(
        {
            "end": page * size + max(len(rows) - 1, 0),
            "first_page_uri": link(0),
            "messages": [bodies.resource(message) for message in rows],
            "next_page_uri": link(page + 1, f"PA{rows[-1].id}") if more else None,
            "page": page,
            "page_size": size,
            "previous_page_uri": link(page - 1) if page else None,
            "start": page * size,
            "uri": link(page),
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
