"""Asking for a call's state, and searching for a call whose dial was answered by nothing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from contactcenter.providers.base import Timeouts
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.voice import CallReport, CallWord, VoiceProvider
from tests.providers import faults
from tests.providers.conftest import VoiceCarrier, sample
from tests.providers.faults import Server, answering
from tests.providers.test_fetch import UNAVAILABLE

Serve = Callable[..., Server]
TO, SENDER = "+420601000001", "+15017122661"
SINCE = datetime(2019, 10, 18, 17, 0, 30, 900_000, UTC)


def _fetch(carrier: VoiceCarrier, url: str, call_id: str | None = None, *, total: float = 10.0) -> CallReport | None:
    wanted = carrier.call_id if call_id is None else call_id
    return carrier.adapter.fetch_call(carrier.credentials(url), wanted, Timeouts(2, total))


def _find(carrier: VoiceCarrier, url: str, *, since: datetime = SINCE) -> list[CallReport] | None:
    return carrier.adapter.find_calls(
        carrier.credentials(url), to=TO, sender=SENDER, since=since, timeouts=Timeouts(2, 10)
    )


def test_a_twilio_report_with_the_price_the_right_way_round(twilio_voice: VoiceProvider, serve: Serve) -> None:
    carrier = VoiceCarrier(twilio_voice)
    server = serve(answering("200 OK", sample("twilio/rest/calls_fetch_200_fetch.json").decode()))

    assert _fetch(carrier, server.url) == CallReport(
        provider_call_id="CA" + "a" * 32,
        status=CallWord.COMPLETED,
        raw_status="completed",
        started_at=datetime(2019, 10, 18, 17, 2, tzinfo=UTC),
        ended_at=datetime(2019, 10, 18, 17, 3, tzinfo=UTC),
        duration=4,
        cost=Decimal("0.200"),
        currency="USD",
    )
    (request,) = server.requests
    assert request.method == "GET"
    assert request.path.endswith(f"/Calls/{carrier.call_id}.json")


def test_telnyx_tells_only_whether_a_call_is_over(telnyx_voice: VoiceProvider, serve: Serve) -> None:
    carrier = VoiceCarrier(telnyx_voice)
    over = json.loads(sample("telnyx/calls_dial_200.json"))
    server = serve(answering("200 OK", json.dumps(over)))

    assert _fetch(carrier, server.url) == CallReport(
        provider_call_id=carrier.call_id,
        status=CallWord.COMPLETED,
        raw_status="ended",
        started_at=datetime(2019, 1, 23, 18, 10, 2, 574_000, UTC),
        ended_at=datetime(2019, 1, 23, 18, 11, 52, 574_000, UTC),
        duration=50,
    )
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", f"/v2/calls/{carrier.call_id}")

    alive = {"data": {"call_control_id": "v3:1", "is_alive": True}}
    just_dialled = {"data": {"call_control_id": "v3:1", "is_alive": False}}
    reports = [_fetch(carrier, serve(answering("200 OK", json.dumps(one))).url) for one in (alive, just_dialled)]
    assert reports == [CallReport("v3:1", None, "alive"), CallReport("v3:1", None, "")]


def test_an_unknown_call_is_none(voice_carrier: VoiceCarrier, serve: Serve) -> None:
    code = "20404" if voice_carrier.is_twilio else "10005"
    server = serve(answering("404 Not Found", voice_carrier.error_body(code)))
    assert _fetch(voice_carrier, server.url) is None


def test_an_id_that_would_change_the_path_is_not_asked_for(voice_carrier: VoiceCarrier, serve: Serve) -> None:
    server = serve(answering("200 OK", voice_carrier.dialled_body()))
    assert [_fetch(voice_carrier, server.url, bad) for bad in ("", "../Messages/SM1", "a b", "a?b=c")] == [None] * 4
    assert server.connections == 0


@pytest.mark.parametrize("fault", UNAVAILABLE)
def test_no_answer_is_provider_unavailable(voice_carrier: VoiceCarrier, serve: Serve, fault: str) -> None:
    behaviour, code = UNAVAILABLE[fault]
    server = serve(behaviour)
    with pytest.raises(ProviderUnavailable) as caught:
        _fetch(voice_carrier, server.url)
    assert caught.value.error.code == code
    assert server.connections == 1


def test_silence_is_provider_unavailable(voice_carrier: VoiceCarrier, serve: Serve) -> None:
    voice_carrier.adapter.warm_up()
    server = serve(faults.silent)
    with pytest.raises(ProviderUnavailable) as caught:
        _fetch(voice_carrier, server.url, total=0.5)
    assert caught.value.error.code == "read_timeout"


def _listed(sid: str, *, start: str | None, created: str | None = None) -> dict[str, object]:
    return {"sid": sid, "status": "queued", "start_time": start, "date_created": created}


def test_twilio_lists_the_calls_between_two_numbers(twilio_voice: VoiceProvider, serve: Serve) -> None:
    carrier = VoiceCarrier(twilio_voice)
    calls = [
        _listed("CA1", start="Fri, 18 Oct 2019 17:00:30 +0000"),
        _listed("CA2", start=None, created="Fri, 18 Oct 2019 17:01:00 +0000"),
        _listed("CA3", start=None),
        _listed("CA4", start="Fri, 18 Oct 2019 17:00:29 +0000"),
        {"status": "queued"},
        "rubbish",
    ]
    server = serve(answering("200 OK", json.dumps({"calls": calls})))

    found = _find(carrier, server.url, since=SINCE.astimezone(timezone(timedelta(hours=2))))

    assert found is not None
    assert [one.provider_call_id for one in found] == ["CA1", "CA2", "CA3"]
    (request,) = server.requests
    parts = urlsplit(request.path)
    assert (request.method, parts.path.endswith("/Calls.json")) == ("GET", True)
    assert parse_qs(parts.query) == {
        "To": [TO],
        "From": [SENDER],
        "StartTime>": ["2019-10-18T17:00:30Z"],
        "PageSize": ["50"],
    }


def test_no_calls_are_an_empty_list(twilio_voice: VoiceProvider, serve: Serve) -> None:
    server = serve(answering("200 OK", '{"calls": []}'))
    assert _find(VoiceCarrier(twilio_voice), server.url) == []


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("404 Not Found", '{"code": 20404, "message": "No"}', "20404"),
        ("401 Unauthorized", '{"code": 20003, "message": "No"}', "20003"),
        ("200 OK", "{}", "reset_or_garbage"),
        ("200 OK", "<html>", "reset_or_garbage"),
        ("500 Internal Server Error", "", "reset_or_garbage"),
    ],
)
def test_no_list_is_not_an_empty_one(
    twilio_voice: VoiceProvider, serve: Serve, status: str, body: str, code: str
) -> None:
    server = serve(answering(status, body))
    with pytest.raises(ProviderUnavailable) as caught:
        _find(VoiceCarrier(twilio_voice), server.url)
    assert caught.value.error.code == code
    assert server.connections == 1


def test_telnyx_has_no_such_list(telnyx_voice: VoiceProvider, serve: Serve) -> None:
    server = serve(answering("200 OK", "{}"))
    assert _find(VoiceCarrier(telnyx_voice), server.url) is None
    assert server.connections == 0
