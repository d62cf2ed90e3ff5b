"""Who reads which figures, and what they cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contactcenter.core import api_keys
from contactcenter.core.models import User
from tests.agents.api import another_agent
from tests.auth.clients import with_key
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_campaign
from tests.sms.api import problem

# How many queries each endpoint costs beside the two that find out who calls.
COSTS = {
    "/api/analytics/dashboard": 4,
    "/api/analytics/calls": 2,
    "/api/analytics/agents": 3,
    "/api/analytics/campaigns": 3,
    "/api/dashboard/overview": 4,
    "/api/dashboard/stats": 2,
    "/api/dashboard/agent-performance": 2,
}
every_url = pytest.mark.parametrize("url", COSTS)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(now: datetime, aurora: Tenant, borealis: Tenant) -> Tenant:
    """An agent with two calls, an administrator with one, one that is nobody's; and the other organization's."""
    campaign = make_campaign(aurora, name="Spring")
    make_call(aurora, agent=aurora.agent, campaign=campaign, at=now - HOUR, duration=20)
    make_call(aurora, agent=aurora.agent, status="IN_PROGRESS", at=now)
    make_call(aurora, agent=aurora.admin, campaign=campaign, status="RINGING", at=now)
    make_call(aurora, at=now, status="NO_ANSWER")
    make_call(borealis, agent=borealis.agent, campaign=make_campaign(borealis), at=now - HOUR)
    return aurora


@every_url
def test_who_may_ask(world: Tenant, superuser: User, log_in: LogIn, url: str) -> None:
    statuses = {user.role: log_in(user).get(url).status_code for user in world.users}
    assert statuses == {"ADMIN": 200, "SUPERVISOR": 200, "AGENT": 200, "CUSTOMER": 403}
    problem(log_in(world.customer).get(url), 403, "PERMISSION_DENIED")
    problem(log_in(superuser).get(url), 403, "PERMISSION_DENIED")
    problem(Client().get(url), 401, "NOT_AUTHENTICATED")


@every_url
def test_administrators_read_what_supervisors_read(world: Tenant, log_in: LogIn, url: str) -> None:
    admin, supervisor = log_in(world.admin), log_in(world.supervisor)
    assert admin.get(url).json() == supervisor.get(url).json()


@every_url
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_unknown_methods(world: Tenant, log_in: LogIn, url: str, method: str) -> None:
    answer = log_in(world.supervisor).generic(method, url)
    problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer["Allow"] == "GET, HEAD"


Ask = Callable[[str], Any]


@pytest.fixture
def agent(world: Tenant, log_in: LogIn) -> Ask:
    client = log_in(world.agent)
    return lambda path: client.get(f"/api/{path}").json()


def test_agents_read_their_own_figures_only(world: Tenant, agent: Ask) -> None:
    own = str(world.agent.pk)
    assert agent("analytics/dashboard") == {
        "total_calls_24h": 2,
        "active_calls": 1,
        "completed_calls_24h": 1,
        "avg_call_duration": 20,
        "active_campaigns": 1,
        "completion_rate": 50.0,
    }
    assert agent("analytics/calls")["summary"]["total_calls"] == 2
    assert [(row["agent_id"], row["total_calls"]) for row in agent("analytics/agents")] == [(own, 2)]
    assert [(row["campaign_name"], row["total_calls"]) for row in agent("analytics/campaigns")] == [("Spring", 1)]
    assert agent("dashboard/stats")["summary"]["totalCalls"] == 2
    ranking = agent("dashboard/agent-performance")["agents"]
    assert [(row["agentId"], row["totalCalls"]) for row in ranking] == [(own, 2)]


def test_agents_see_themselves_only_in_the_overview(world: Tenant, agent: Ask) -> None:
    another_agent(world, "colleague", status="AVAILABLE")
    shown = agent("dashboard/overview")
    own = str(world.agent.pk)
    assert [member["id"] for member in shown["members"]] == [own]
    assert [call["agentId"] for call in shown["activeCalls"]] == [own]
    assert [call["agentId"] for call in shown["recentCalls"]] == [own, own]
    assert shown["stats"] == {
        "totalCalls": 2,
        "completedCalls": 1,
        "missedCalls": 0,
        "agentHandledCalls": 2,
        "averageDuration": 20,
        "availableMembers": 0,
        "onCallMembers": 1,
        "onBreakMembers": 0,
    }


def test_supervisors_read_the_organizations(world: Tenant, log_in: LogIn) -> None:
    client = log_in(world.supervisor)
    shown = client.get("/api/dashboard/overview").json()
    assert len(shown["members"]) == 3
    assert shown["stats"] == {
        "totalCalls": 4,
        "completedCalls": 1,
        "missedCalls": 1,
        "agentHandledCalls": 3,
        "averageDuration": 20,
        "availableMembers": 0,
        "onCallMembers": 2,
        "onBreakMembers": 0,
    }
    assert client.get("/api/analytics/calls").json()["summary"]["total_calls"] == 4


def test_a_key_without_the_wide_scope_reads_its_persons_own(world: Tenant) -> None:
    def total(*scopes: str) -> int:
        _key, secret = api_keys.create(user=world.admin, name="wallboard", scopes=list(scopes))
        return int(with_key(secret).get("/api/analytics/dashboard").json()["total_calls_24h"])

    assert [total("analytics.read"), total("analytics.read", "analytics.read_all")] == [1, 4]


@every_url
@pytest.mark.parametrize("role", ["SUPERVISOR", "AGENT"])
def test_as_many_queries_for_a_hundred_rows_as_for_one(
    world: Tenant, now: datetime, log_in: LogIn, url: str, role: str
) -> None:
    client = log_in(next(user for user in world.users if user.role == role))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    before = queries()
    for n in range(33):
        campaign, colleague = make_campaign(world, name=f"c{n}"), another_agent(world, f"a{n}").user
        for user in (world.agent, colleague, None):
            make_call(world, agent=user, campaign=campaign, status="IN_PROGRESS", at=now - n * HOUR)
    assert queries() == before == COSTS[url] + 2
