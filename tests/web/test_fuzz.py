"""No input breaks the API: what schemathesis makes of /api/schema/, asked by an administrator and by nobody.

New endpoints are found by themselves. The inputs are the same every time; FUZZ_EXAMPLES sets how many every operation
gets beside those at the edges of its description (4; several hundred for a long run).
"""

import os
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi import checks

from contactcenter.core import tokens
from contactcenter.wsgi import application
from tests.sms.api import TO
from tests.standing import standing_worlds
from tests.world import Url, World, make_world, urls


def server(environ: dict[str, Any], start_response: Any) -> Any:
    """Serve as a web server does, which knows where its client is."""
    return application({"REMOTE_ADDR": "127.0.0.1", **environ}, start_response)


def described(*, at_the_edges: bool) -> schemathesis.BaseSchema:
    """Read the description; `at_the_edges` also asks with each of its limits, one step beyond, and every method."""
    config = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": at_the_edges}}})
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", server, config=config)


for_administrators, for_nobody = described(at_the_edges=True), described(at_the_edges=False)
as_many_as_asked = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "4")),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
# All other checks hold. These two read promises from the description that it does not make: the API says no to much
# that has the right form (a number that nobody has, a code that was guessed), and passes over names it does not know.
NOT_PROMISED = [checks.positive_data_acceptance, checks.negative_data_rejection]


worlds = standing_worlds(make_world)


@pytest.fixture
def ours(db: None, worlds: Any, settings: Any) -> World:
    settings.API_REQUESTS_PER_MINUTE = settings.API_PUBLIC_REQUESTS_PER_MINUTE = 0
    settings.SMS_RATE_LIMIT = settings.SMS_DAILY_LIMIT = 1_000_000
    return worlds("aurora", settings)


@pytest.fixture
def one_log_in(ours: World) -> str:
    return tokens.begin(ours.tenant.admin).access


@pytest.fixture(autouse=True)
def _one_transaction() -> Iterator[None]:
    """Keep the connection, as Django's own client does: all requests see the rows of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def point_at(case: schemathesis.Case, world: World) -> None:
    """Make every other id and number one that is there: what is made up hardly ever gets past the door."""
    if isinstance(case.body, dict) and len(str(case.body.get("to_number"))) % 2:
        case.body["to_number"] = TO
    try:
        is_odd = UUID(str(case.path_parameters.get("id"))).int % 2
    except ValueError:
        return
    if is_odd:
        start = case.path.partition("{")[0]
        case.path_parameters["id"] = url_of(start).path(world).removeprefix(start).partition("/")[0]


@cache
def url_of(start: str) -> Url:
    return next(url for url in urls() if f"/{url.route}".startswith(start) and url.arguments)


@for_administrators.parametrize()
@as_many_as_asked
def test_an_administrator_may_ask_anything(case: schemathesis.Case, ours: World, one_log_in: str) -> None:
    point_at(case, ours)
    # Where a request may end its log-in (logging out, a token used twice), each has one of its own.
    is_about_log_ins = case.path.startswith("/api/auth/")
    bearer = f"Bearer {tokens.begin(ours.tenant.admin).access if is_about_log_ins else one_log_in}"
    # Whether credentials count at all is asked below; after each answer it would cost four more requests.
    excluded = [*NOT_PROMISED, checks.ignored_auth]
    answer = case.call_and_validate(headers={"Authorization": bearer}, excluded_checks=excluded)
    assert answer.status_code != 401 or not case.operation.definition.raw.get("security"), "let in every time"


@for_nobody.parametrize()
@as_many_as_asked
def test_nobody_may_ask_anything(case: schemathesis.Case, ours: World) -> None:
    answer = case.call_and_validate(excluded_checks=NOT_PROMISED)
    assert answer.status_code not in {201, 204}, "nobody writes anything"
