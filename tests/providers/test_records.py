"""Reading a provider's records: in pages, no further than needed, and nowhere else."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contactcenter.providers import registry
from contactcenter.providers.base import Timeouts
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.records import Search
from tests.providers import faults
from tests.providers.conftest import Carrier
from tests.providers.faults import Behaviour, Server, answering

Serve = Callable[..., Server]
SINCE = datetime(2026, 11, 20, 10, tzinfo=UTC)
TIMEOUTS = Timeouts(2, 10)


@pytest.fixture
def twilio() -> Carrier:
    """The one whose pages are addresses; Telnyx's are numbers, and its filter knows the time."""
    return Carrier(registry.get("TWILIO"))


def row(carrier: Carrier, name: str, *, minutes: float) -> dict[str, Any]:
    at = SINCE + timedelta(minutes=minutes)
    if carrier.is_twilio:
        created = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
        return {
            "sid": name,
            "status": "delivered",
            "direction": "outbound-api",
            "date_created": created,
            "price": "-0.0075",
        }
    return {
        "uuid": name,
        "status": "delivered",
        "direction": "outbound",
        "created_at": at.isoformat(),
        "cost": "0.0075",
    }


def page(carrier: Carrier, rows: list[Any], following: str = "") -> str:
    if carrier.is_twilio:
        return json.dumps({"messages": rows, "next_page_uri": following or None})
    return json.dumps({"data": rows, "meta": {}})


def in_turn(*bodies: str) -> Behaviour:
    """Answer each connection with the next body, and the last one for ever."""
    left = list(bodies)

    def behave(connection: Any, server: Server) -> None:
        answering("200 OK", left.pop(0) if len(left) > 1 else left[0])(connection, server)

    return behave


def search(carrier: Carrier, url: str, **wanted: Any) -> Any:
    wanted = {"since": SINCE, "to": "+12025550199", **wanted}
    records = registry.records(carrier.adapter.name)
    return records.search(carrier.credentials(url), Search(**wanted), TIMEOUTS, pages=3)


def test_pages_are_read_until_the_last(carrier: Carrier, serve: Serve) -> None:
    account = carrier.credentials("http://x").account_id
    following = f"/2010-04-01/Accounts/{account}/Messages.json?Page=1&PageToken=PA1"
    first = [row(carrier, f"one{number}", minutes=1) for number in range(50)]
    server = serve(in_turn(page(carrier, first, following), page(carrier, [row(carrier, "two", minutes=0)])))
    listing = search(carrier, server.url)
    assert listing.is_complete
    assert [one.report.provider_message_id for one in listing.texts] == [*(f"one{n}" for n in range(50)), "two"]
    assert [request.method for request in server.requests] == ["GET", "GET"]
    assert all("DateSent" not in request.path for request in server.requests)
    assert listing.texts[0].report.cost is not None
    assert listing.texts[0].report.cost > 0


def test_list_without_end_is_not_complete(carrier: Carrier, serve: Serve) -> None:
    account = carrier.credentials("http://x").account_id
    following = f"/2010-04-01/Accounts/{account}/Messages.json?Page=1"
    rows = [row(carrier, f"one{number}", minutes=1) for number in range(50)]
    server = serve(answering("200 OK", page(carrier, rows, following)))
    listing = search(carrier, server.url)
    assert (listing.is_complete, len(listing.texts), len(server.requests)) == (False, 150, 3)


@pytest.mark.parametrize(
    "following", ["http://elsewhere.example/x", "//elsewhere.example/x", "/2010-04-01/Accounts/AC2/x"]
)
def test_credentials_go_nowhere_but_to_the_list(twilio: Carrier, serve: Serve, following: str) -> None:
    server = serve(answering("200 OK", page(twilio, [row(twilio, "one", minutes=1)], following)))
    listing = search(twilio, server.url)
    assert (listing.is_complete, len(listing.texts), len(server.requests)) == (False, 1, 1)


def test_reading_stops_where_everything_is_too_old(twilio: Carrier, serve: Serve) -> None:
    account = twilio.credentials("http://x").account_id
    following = f"/2010-04-01/Accounts/{account}/Messages.json?Page=1"
    server = serve(answering("200 OK", page(twilio, [row(twilio, "old", minutes=-5)], following)))
    listing = search(twilio, server.url)
    assert (listing.is_complete, listing.texts, len(server.requests)) == (True, [], 1)


@pytest.mark.parametrize("rubbish", [None, 1, "x", [], {}, {"sid": 1, "uuid": [], "errors": 3, "to": {}, "price": {}}])
def test_rubbish_in_a_list_is_left_out(carrier: Carrier, serve: Serve, rubbish: Any) -> None:
    server = serve(answering("200 OK", page(carrier, [rubbish, row(carrier, "one", minutes=1)])))
    assert [one.report.provider_message_id for one in search(carrier, server.url).texts] == ["one"]


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"messages": {}, "data": {}}'])
def test_what_is_no_list_is_no_answer(carrier: Carrier, serve: Serve, body: str) -> None:
    server = serve(answering("200 OK", body))
    with pytest.raises(ProviderUnavailable):
        search(carrier, server.url)
    assert server.connections == 1


def test_reset_is_no_answer(carrier: Carrier, serve: Serve) -> None:
    server = serve(faults.reset_after_reading)
    with pytest.raises(ProviderUnavailable):
        search(carrier, server.url)
    assert server.connections == 1
