"""A client that runs wild is slowed down, alone, and costs nobody a query."""

from typing import Any

import pytest
from django.test import Client

from contactcenter.web.api import throttle
from contactcenter.web.api.throttle import Pace
from tests.auth.clients import JWKS, ME, bearing, log_in, with_key
from tests.auth.test_api_keys import make
from tests.factories import Tenant
from tests.sms.api import INBOX, browser, problem


class Clock:
    """Stands still until a test moves it."""

    now = 1000.0

    def shift(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(throttle, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def limits(settings: Any) -> Any:
    settings.API_REQUESTS_PER_MINUTE = 6
    settings.API_PUBLIC_REQUESTS_PER_MINUTE = 3
    return settings


def statuses(client: Client, url: str, times: int) -> list[int]:
    return [client.get(url).status_code for _ in range(times)]


def test_a_minutes_requests_may_come_at_once_and_no_more(
    aurora: Tenant, borealis: Tenant, limits: Any, clock: Clock
) -> None:
    client = bearing(log_in(aurora.agent)["access_token"])
    assert statuses(client, INBOX, 6) == [200] * 6
    answer = client.get(ME)
    problem(answer, 429, "RATE_LIMITED")
    assert answer["Retry-After"] == "10"
    assert browser(borealis.agent).get(INBOX).status_code == 200
    assert browser(aurora.admin).get(INBOX).status_code == 200
    clock.shift(10)
    assert statuses(client, INBOX, 2) == [200, 429]
    clock.shift(3600)
    assert statuses(client, INBOX, 7) == [200] * 6 + [429]


def test_a_person_is_one_caller_with_every_credential(aurora: Tenant, limits: Any, clock: Clock) -> None:
    key = make(browser(aurora.agent), scopes=["sms.read"])["key"]
    for client in (browser(aurora.agent), bearing(log_in(aurora.agent)["access_token"]), with_key(key)):
        client.get(ME)
        client.get(ME)
    assert with_key(key).get(ME).status_code == 429


def test_strangers_are_counted_by_their_address(aurora: Tenant, limits: Any, clock: Clock) -> None:
    assert statuses(Client(), JWKS, 4) == [200] * 3 + [429]
    problem(Client().get("/api/schema/"), 429, "RATE_LIMITED")
    assert Client(REMOTE_ADDR="192.0.2.7").get(JWKS).status_code == 200
    assert browser(aurora.agent).get(ME).status_code == 200


def test_strangers_without_an_address_are_not_one_caller(db: None, limits: Any, clock: Clock) -> None:
    assert statuses(Client(REMOTE_ADDR=""), JWKS, 10) == [200] * 10


def test_zero_is_no_limit(aurora: Tenant, settings: Any, clock: Clock) -> None:
    settings.API_REQUESTS_PER_MINUTE = settings.API_PUBLIC_REQUESTS_PER_MINUTE = 0
    assert statuses(Client(), JWKS, 20) == [200] * 20
    assert statuses(browser(aurora.agent), ME, 20) == [200] * 20


def test_counting_costs_no_query(aurora: Tenant, settings: Any, django_assert_num_queries: Any) -> None:
    client = bearing(log_in(aurora.agent)["access_token"])
    client.get(ME)
    with django_assert_num_queries(1):  # Whose token it is.
        client.get(ME)


def test_the_limit_is_kept_over_a_long_time() -> None:
    pace, let_through = Pace(), 0
    for tick in range(6000):  # Ten minutes of ten requests a second.
        let_through += not pace.wait("one", per_minute=60, now=tick / 10)
    assert 60 + 599 <= let_through <= 60 + 600


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_MOST_CALLERS", 100)
    pace = Pace()
    for number in range(1000):
        pace.wait(f"caller {number}", per_minute=60, now=number / 1000)
    assert len(pace._busy_until) <= 100
