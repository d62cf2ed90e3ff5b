"""GET /api/analytics/dashboard, /calls, /agents and /campaigns, as a supervisor."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from agents.models import Agent
from calls.enums import CallStatus, CampaignStatus
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_campaign, make_user
from tests.sms.api import problem, wrong_parts

DASHBOARD, CALLS = "/api/analytics/dashboard", "/api/analytics/calls"
AGENTS, CAMPAIGNS = "/api/analytics/agents", "/api/analytics/campaigns"
ZERO = {
    "total": 0,
    "inbound": 0,
    "outbound": 0,
    "completed": 0,
    "failed": 0,
    "total_duration": 0,
    "avg_duration": 0,
    "completion_rate": 0.0,
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def supervisor(now: datetime, aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    # The other organization's are never counted.
    campaign = make_campaign(borealis)
    for status in CallStatus.values:
        make_call(borealis, agent=borealis.agent, campaign=campaign, status=status, at=now - HOUR)
    return log_in(aurora.supervisor)


def ask(client: Client, url: str, **params: Any) -> Any:
    answer = client.get(url, params)
    assert answer.status_code == 200, answer.content
    return answer.json()


def metrics(client: Client, **params: Any) -> dict[str, int]:
    """Return how many calls each period has."""
    return {row["period"]: row["total"] for row in ask(client, CALLS, **params)["metrics"]}


def every_status(tenant: Tenant, at: datetime, **fields: Any) -> None:
    """Make two completed calls of 30 and 91 seconds, and one of every other status."""
    make_call(tenant, duration=30, at=at, **fields)
    for status in CallStatus.values:
        make_call(tenant, status=status, at=at, **({"duration": 91} if status == "COMPLETED" else {}), **fields)


# --- Dashboard -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("slash", ["", "/"])
def test_nothing_is_zero(supervisor: Client, slash: str) -> None:
    shown = supervisor.get(DASHBOARD + slash)
    assert shown.json() == {
        "total_calls_24h": 0,
        "active_calls": 0,
        "completed_calls_24h": 0,
        "avg_call_duration": 0,
        "active_campaigns": 0,
        "completion_rate": 0.0,
    }
    assert b'"completion_rate":0.0' in shown.content


def test_the_dashboard_counts_the_last_24_hours(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    every_status(aurora, now - 24 * HOUR)
    make_call(aurora, at=now - 24 * HOUR - timedelta(microseconds=1), duration=5000)
    make_call(aurora, at=now, duration=5000, deleted_at=now)
    # What goes on counts as active however long ago it began.
    make_call(aurora, at=now - 30 * HOUR, status="ON_HOLD")
    for status in CampaignStatus.values:
        make_campaign(aurora, status=status)
    assert ask(supervisor, DASHBOARD) == {
        "total_calls_24h": 10,
        "active_calls": 4,
        "completed_calls_24h": 2,
        "avg_call_duration": 61,
        "active_campaigns": 1,
        "completion_rate": 20.0,
    }


# --- Calls by period -------------------------------------------------------------------------------------------
def test_the_figures_of_a_day(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    every_status(aurora, now - HOUR, direction="OUTBOUND")
    make_call(aurora, at=now - DAY, duration=1)
    make_call(aurora, at=now - HOUR, deleted_at=now)
    shown = ask(supervisor, CALLS, start_date="2026-03-13", end_date="2026-03-15")
    assert shown == {
        "summary": {"total_calls": 11, "completed_calls": 3, "avg_duration": 41, "completion_rate": 27.27},
        "metrics": [
            {"period": "2026-03-13", **ZERO},
            {
                "period": "2026-03-14",
                "total": 1,
                "inbound": 1,
                "outbound": 0,
                "completed": 1,
                "failed": 0,
                "total_duration": 1,
                "avg_duration": 1,
                "completion_rate": 100.0,
            },
            {
                "period": "2026-03-15",
                "total": 10,
                "inbound": 0,
                "outbound": 10,
                "completed": 2,
                "failed": 1,
                "total_duration": 121,
                "avg_duration": 61,
                "completion_rate": 20.0,
            },
        ],
    }


def test_by_default_the_last_30_days_by_day(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    first = datetime.fromisoformat("2026-02-14T00:00:00Z")
    for at in (first, first - timedelta(microseconds=1), now):
        make_call(aurora, at=at)
    shown = metrics(supervisor)
    assert (len(shown), next(iter(shown)), list(shown)[-1]) == (30, "2026-02-14", "2026-03-15")
    assert {label: total for label, total in shown.items() if total} == {"2026-02-14": 1, "2026-03-15": 1}
    assert ask(supervisor, CALLS)["summary"]["total_calls"] == 2


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("hour", {"2026-03-01 00:00": 1, "2026-03-01 23:00": 1, "2026-03-02 00:00": 1}),
        ("Day", {"2026-03-01": 2, "2026-03-02": 1}),
        ("WEEK", {"2026-W09": 2, "2026-W10": 1}),
        ("month", {"2026-03": 3}),
    ],
)
def test_periods_in_utc(aurora: Tenant, supervisor: Client, by: str, expected: dict[str, int]) -> None:
    for at in ("2026-03-01T00:00:00Z", "2026-03-01T23:59:59.999999Z", "2026-03-02T01:00:00+01:00"):
        make_call(aurora, at=datetime.fromisoformat(at))
    shown = metrics(supervisor, start_date="2026-03-01", end_date="2026-03-02", group_by=by)
    assert {label: total for label, total in shown.items() if total} == expected
    assert len(shown) == {"hour": 48, "Day": 2, "WEEK": 2, "month": 1}[by]


def test_the_ends_are_as_asked(aurora: Tenant, supervisor: Client) -> None:
    for at in ("2026-03-01T11:59:59Z", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z", "2026-03-01T13:00:00.000001Z"):
        make_call(aurora, at=datetime.fromisoformat(at))
    both = {"start_date": "2026-03-01T12:00:00Z", "end_date": "2026-03-01T15:00:00+02:00"}
    assert sum(metrics(supervisor, **both).values()) == 2
    assert sum(metrics(supervisor, start_date="2026-03-01T12:00:00").values()) == 3
    assert sum(metrics(supervisor, end_date="2026-03-01").values()) == 4
    assert next(iter(metrics(supervisor, end_date="2026-03-01"))) == "2026-01-31"


def test_a_start_that_is_still_to_come(supervisor: Client) -> None:
    assert metrics(supervisor, start_date="2027-01-01") == {"2027-01-01": 0}


def test_a_year_by_the_hour_and_not_much_more(supervisor: Client) -> None:
    year = {"start_date": "2024-01-01", "end_date": "2024-12-31", "group_by": "hour"}
    assert len(metrics(supervisor, **year)) == 366 * 24
    answer = supervisor.get(CALLS, {**year, "start_date": "2023-01-01"})
    assert wrong_parts(answer) == [(["query", "start_date"], "too_many_periods")]


@pytest.mark.parametrize("url", [CALLS, AGENTS])
@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize("given", ["X", "2026-02-30", "2026-03-01T25:00:00Z", "0", "-1", "tomorrow"])
def test_a_malformed_date_is_named(supervisor: Client, url: str, name: str, given: str) -> None:
    found = problem(supervisor.get(url, {name: given}), 400, "INVALID_PARAMETER")
    assert found["detail"] == f"Invalid {name.replace('_', ' ')}: {given}"


@pytest.mark.parametrize("url", [CALLS, AGENTS])
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("start_date=2026-03-02&end_date=2026-03-01", 422),
        ("end_date=0001-01-01", 400),
        ("end_date=9999-12-31", 400),
        ("start_date=9999-12-31&end_date=9999-12-31T23:00:00Z&group_by=month", 200),
        ("start_date=0001-01-01&end_date=0001-01-02&group_by=week", 200),
        ("start_date=9999-12-31T23:59:59.999999Z", 400),
        ("start_date=9999-12-31T23:59:59.999999Z&tz=Etc/GMT%2B12", 400),
        ("start_date=%00", 400),
    ],
)
def test_the_ends_of_the_calendar(supervisor: Client, url: str, query: str, status: int) -> None:
    assert supervisor.get(f"{url}?{query}").status_code == status


def test_an_unknown_period_is_named(supervisor: Client) -> None:
    found = problem(supervisor.get(CALLS, {"group_by": "year"}), 400, "INVALID_PARAMETER")
    assert found["detail"] == "Invalid group by: year"


# --- Agents ----------------------------------------------------------------------------------------------------
def test_calls_by_agent(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    every_status(aurora, now - HOUR, agent=aurora.agent)
    make_call(aurora, agent=aurora.admin, at=now - 2 * DAY, duration=10)
    make_call(aurora, agent=aurora.agent, at=now - 31 * DAY)
    make_call(aurora, agent=aurora.agent, at=now - HOUR, deleted_at=now)
    make_call(aurora, at=now - HOUR)
    idle = make_user(aurora.org, "AGENT", email="idle@aurora.example", first_name="", last_name="")
    gone = make_user(aurora.org, "AGENT", email="gone@aurora.example", is_active=False)
    for user in (idle, gone):
        Agent.all_orgs.create(organization=aurora.org, user=user)
    busiest = {
        "agent_id": str(aurora.agent.pk),
        "agent_name": "Agent Aurora",
        "total_calls": 10,
        "completed_calls": 2,
        "avg_duration": 61,
        "completion_rate": 20.0,
    }
    other = {
        "agent_id": str(aurora.admin.pk),
        "agent_name": "Admin Aurora",
        "total_calls": 1,
        "completed_calls": 1,
        "avg_duration": 10,
        "completion_rate": 100.0,
    }
    none = {
        "agent_id": str(idle.pk),
        "agent_name": "idle@aurora.example",
        "total_calls": 0,
        "completed_calls": 0,
        "avg_duration": 0,
        "completion_rate": 0.0,
    }
    assert ask(supervisor, AGENTS) == [busiest, other, none]
    assert ask(supervisor, AGENTS, start_date="2026-03-15") == [busiest, none]
    assert [row["total_calls"] for row in ask(supervisor, AGENTS, end_date="2026-03-13")] == [1, 1, 0]


def test_whoever_left_is_named_with_the_calls_they_had(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    make_call(aurora, agent=aurora.agent, at=now - HOUR)
    aurora.agent.is_active = False
    aurora.agent.save()
    assert [row["agent_id"] for row in ask(supervisor, AGENTS)] == [str(aurora.agent.pk)]


# --- Campaigns -------------------------------------------------------------------------------------------------
def test_calls_by_campaign(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    spring = make_campaign(aurora, name="Spring")
    autumn = make_campaign(aurora, name="Autumn", status=CampaignStatus.COMPLETED)
    every_status(aurora, now - 400 * DAY, campaign=spring, direction="OUTBOUND")
    make_call(aurora, campaign=spring, at=now, deleted_at=now)
    make_call(aurora, at=now)
    assert ask(supervisor, CAMPAIGNS) == [
        {
            "campaign_id": str(autumn.pk),
            "campaign_name": "Autumn",
            "total_calls": 0,
            "completed_calls": 0,
            "active": False,
            "completion_rate": 0.0,
        },
        {
            "campaign_id": str(spring.pk),
            "campaign_name": "Spring",
            "total_calls": 10,
            "completed_calls": 2,
            "active": True,
            "completion_rate": 20.0,
        },
    ]


def test_without_campaigns(supervisor: Client) -> None:
    assert ask(supervisor, CAMPAIGNS) == []


# --- Time zones ------------------------------------------------------------------------------------------------
def test_days_are_those_of_the_zone(aurora: Tenant, supervisor: Client) -> None:
    # The clock in Prague goes from 02:00 to 03:00 on the 29th: midnight is at 23:00 before, and at 22:00 after.
    for at in ("2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"):
        make_call(aurora, at=datetime.fromisoformat(at), agent=aurora.agent)
    both = {"start_date": "2026-03-28", "end_date": "2026-03-30"}
    assert metrics(supervisor, **both, tz="Europe/Prague") == {"2026-03-28": 1, "2026-03-29": 2, "2026-03-30": 1}
    assert metrics(supervisor, **both) == {"2026-03-28": 2, "2026-03-29": 2, "2026-03-30": 0}
    day = {"start_date": "2026-03-29", "end_date": "2026-03-29", "tz": "Europe/Prague"}
    assert len(ask(supervisor, CALLS, **day, group_by="hour")["metrics"]) == 23
    assert [row["total_calls"] for row in ask(supervisor, AGENTS, **day)] == [2]
    noon = {"start_date": "2026-03-29T00:00:00", "end_date": "2026-03-29T23:59:59", "tz": "Europe/Prague"}
    assert sum(metrics(supervisor, **noon).values()) == 2


@pytest.mark.parametrize("url", [CALLS, AGENTS, "/api/dashboard/stats", "/api/dashboard/agent-performance"])
@pytest.mark.parametrize("given", ["X", "Europe/Nowhere", "../etc/passwd", "/etc", "Europe", "ž"])
def test_an_unknown_zone_is_named(supervisor: Client, url: str, given: str) -> None:
    found = problem(supervisor.get(url, {"tz": given}), 400, "INVALID_PARAMETER")
    assert found["detail"].startswith("Invalid time zone: ")


@pytest.mark.parametrize("by", ["hour", "day", "week", "month"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
@pytest.mark.parametrize(
    "query",
    [
        "start_date=9999-12-31T00:00:00Z&end_date=9999-12-31T23:00:00Z",
        "start_date=0001-01-01T00:00:00Z&end_date=0001-01-02",
    ],
)
def test_a_zone_at_the_ends_of_the_calendar_is_no_error_of_ours(
    supervisor: Client, query: str, zone: str, by: str
) -> None:
    answer = supervisor.get(f"{CALLS}?{query}&group_by={by}&tz={zone}")
    assert answer.status_code in (200, 400, 422)
