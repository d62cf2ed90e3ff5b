"""Asking for a message's state."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from contactcenter.providers.base import DeliveryStatus, StatusReport, Timeouts
from contactcenter.providers.errors import ProviderUnavailable
from tests.providers import faults
from tests.providers.conftest import Carrier, sample
from tests.providers.faults import Behaviour, Server, answering

Serve = Callable[..., Server]


def _fetch(carrier: Carrier, url: str, message_id: str = "SM1", *, total: float = 10.0) -> StatusReport | None:
    return carrier.adapter.fetch(carrier.credentials(url), message_id, Timeouts(2, total))


def test_a_report_with_the_price_the_right_way_round(carrier: Carrier, serve: Serve) -> None:
    name = "twilio/rest/messages_200_fetch.json" if carrier.is_twilio else "telnyx/messages_send_200.json"
    server = serve(answering("200 OK", sample(name).decode()))

    report = _fetch(carrier, server.url, "SMb7c0a2ce80504485a6f653a7110836f5")

    assert report is not None
    (request,) = server.requests
    assert request.method == "GET"
    if carrier.is_twilio:
        assert report.status is DeliveryStatus.SENT
        assert (report.cost, report.currency) == (Decimal("0.00750"), "USD")
        assert report.error is not None
        assert report.error.code == "30007"
        assert (report.sender, report.to) == ("+12019235161", "+18182008801")
        assert request.path.endswith("/Messages/SMb7c0a2ce80504485a6f653a7110836f5.json")
    else:
        assert report.status is DeliveryStatus.QUEUED
        assert (report.cost, report.currency, report.error) == (Decimal("0.0051"), "USD", None)
        assert request.path == "/v2/messages/SMb7c0a2ce80504485a6f653a7110836f5"


def test_an_unknown_id_is_none(carrier: Carrier, serve: Serve) -> None:
    code = "20404" if carrier.is_twilio else "10005"
    server = serve(answering("404 Not Found", carrier.error_body(code)))
    assert _fetch(carrier, server.url) is None


def test_an_id_that_would_change_the_path_is_not_asked_for(carrier: Carrier, serve: Serve) -> None:
    server = serve(answering("200 OK", carrier.accepted_body()))
    assert [_fetch(carrier, server.url, bad) for bad in ("", "../Calls/CA1", "a b", "a?b=c")] == [None] * 4
    assert server.connections == 0


UNAVAILABLE: dict[str, tuple[Behaviour, str]] = {
    "reset": (faults.reset_after_reading, "reset_or_garbage"),
    "404 html": (answering("404 Not Found", "<html>", content_type="text/html"), "reset_or_garbage"),
    "200 html": (answering("200 OK", "<html>", content_type="text/html"), "reset_or_garbage"),
    "200 empty object": (answering("200 OK", "{}"), "reset_or_garbage"),
    "redirect": (faults.redirecting, "reset_or_garbage"),
    "500": (answering("500 Internal Server Error", ""), "reset_or_garbage"),
}


@pytest.mark.parametrize("fault", UNAVAILABLE)
def test_no_answer_is_provider_unavailable(carrier: Carrier, serve: Serve, fault: str) -> None:
    behaviour, code = UNAVAILABLE[fault]
    server = serve(behaviour)
    with pytest.raises(ProviderUnavailable) as caught:
        _fetch(carrier, server.url)
    assert caught.value.error.code == code
    assert server.connections == 1


def test_silence_is_provider_unavailable(carrier: Carrier, serve: Serve) -> None:
    carrier.adapter.warm_up()
    server = serve(faults.silent)
    with pytest.raises(ProviderUnavailable) as caught:
        _fetch(carrier, server.url, total=0.5)
    assert caught.value.error.code == "read_timeout"


def test_refused_credentials_are_named(carrier: Carrier, serve: Serve) -> None:
    code = "20003" if carrier.is_twilio else "10009"
    server = serve(answering("401 Unauthorized", carrier.error_body(code)))
    with pytest.raises(ProviderUnavailable) as caught:
        _fetch(carrier, server.url)
    assert caught.value.error.code == code
