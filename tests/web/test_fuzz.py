"""No input breaks the API: what schemathesis makes of the description, asked by an agent and by nobody.

The inputs are the same every time. `FUZZ_EXAMPLES` sets how many of each kind every operation gets.
"""

import os
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi import checks

from contactcenter.wsgi import application
from tests.factories import Tenant
from tests.sms.api import TO, browser
from tests.world import World, make_world


def described(*, at_the_edges: bool) -> schemathesis.BaseSchema:
    """Return the description; `at_the_edges` also asks with every limit of it, one step beyond, and each method."""
    config = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": at_the_edges}}})
    found = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True), config=config)
    found.app = application
    return found


for_agents, for_nobody = described(at_the_edges=True), described(at_the_edges=False)
many = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "10")),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
# The API says no to much that its description allows (a number without a country) and passes over what it does not
# know (further fields), so neither "this must be taken" nor "this must be refused" can be read from the description.
NOT_PROMISED = [checks.positive_data_acceptance, checks.negative_data_rejection, checks.ignored_auth]


@pytest.fixture
def ours(aurora: Tenant, borealis: Tenant, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    settings.SMS_RATE_LIMIT = settings.SMS_DAILY_LIMIT = 1_000_000
    make_world(borealis)
    return make_world(aurora)


@pytest.fixture(autouse=True)
def _one_transaction() -> Iterator[None]:
    """Keep the connection, as Django's own client does: all requests see the rows of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def logged_in(ours: World) -> dict[str, Any]:
    """What an agent's browser sends along."""
    cookies = {name: morsel.value for name, morsel in browser(ours.tenant.agent).cookies.items()}
    return {"cookies": cookies, "headers": {"X-CSRFToken": cookies["csrftoken"]}}


def point_at(case: schemathesis.Case, world: World) -> None:
    """Make every other id and number one that is there: what is made up hardly ever gets past the door."""
    if isinstance(case.body, dict) and len(str(case.body.get("to_number"))) % 2:
        case.body["to_number"] = TO
    try:
        is_odd = UUID(str(case.path_parameters.get("id"))).int % 2
    except ValueError:
        return
    if is_odd:
        case.path_parameters["id"] = str(world.message.pk if "messages/{id}" in case.path else world.conversation.pk)


@for_agents.parametrize()
@many
def test_an_agent_may_ask_anything(case: schemathesis.Case, ours: World, logged_in: dict[str, Any]) -> None:
    point_at(case, ours)
    answer = case.call_and_validate(**logged_in, excluded_checks=NOT_PROMISED)
    assert answer.status_code not in {401, 403}


@for_nobody.parametrize()
@many
def test_nobody_may_ask_anything(case: schemathesis.Case, ours: World) -> None:
    answer = case.call_and_validate(excluded_checks=NOT_PROMISED)
    assert answer.status_code in {400, 401, 403, 404, 405, 406, 415}
