"""GET /api/dashboard/overview, /stats and /agent-performance, as a supervisor."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from agents.enums import AgentStatus
from agents.models import Agent
from calls.enums import CallStatus
from contactcenter.core.models import User
from tests.agents.api import another_agent, z
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_superuser, make_user
from tests.sms.api import problem, wrong_parts

OVERVIEW, STATS = "/api/dashboard/overview", "/api/dashboard/stats"
PERFORMANCE = "/api/dashboard/agent-performance"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def supervisor(now: datetime, aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    for status in CallStatus.values:  # The other organization's are never counted.
        make_call(borealis, agent=borealis.agent, status=status, at=now - HOUR)
    return log_in(aurora.supervisor)


def ask(client: Client, url: str, **params: Any) -> Any:
    answer = client.get(url, params)
    assert answer.status_code == 200, answer.content
    return answer.json()


# --- Overview --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("slash", ["", "/"])
def test_calls_of_the_overview_have_exactly_these_fields(
    aurora: Tenant, supervisor: Client, now: datetime, slash: str
) -> None:
    talking = make_call(aurora, status="IN_PROGRESS", agent=aurora.agent, at=now - HOUR, metadata={"a": [1]})
    ended = make_call(aurora, direction="OUTBOUND", at=now - 2 * HOUR, duration=61)
    make_call(aurora, at=now, status="RINGING", deleted_at=now)
    shown = ask(supervisor, OVERVIEW + slash)
    assert shown.keys() == {"activeCalls", "recentCalls", "members", "stats"}
    active = {
        "id": str(talking.pk),
        "fromNumber": talking.from_number,
        "toNumber": aurora.twilio_number.address,
        "status": "IN_PROGRESS",
        "startTime": "2026-03-15T09:30:00.000Z",
        "agentId": str(aurora.agent.pk),
        "direction": "INBOUND",
    }
    assert shown["activeCalls"] == [{**active, "metadata": {"a": [1]}}]
    assert shown["recentCalls"] == [
        {**active, "endTime": None, "duration": None},
        {
            "id": str(ended.pk),
            "fromNumber": aurora.twilio_number.address,
            "toNumber": ended.to_number,
            "status": "COMPLETED",
            "startTime": "2026-03-15T08:30:00.000Z",
            "endTime": "2026-03-15T08:31:01.000Z",
            "duration": 61,
            "agentId": None,
            "direction": "OUTBOUND",
        },
    ]
    assert shown["stats"] == {
        "totalCalls": 2,
        "completedCalls": 1,
        "missedCalls": 0,
        "agentHandledCalls": 1,
        "averageDuration": 61,
        "availableMembers": 0,
        "onCallMembers": 1,
        "onBreakMembers": 0,
    }


def test_lists_hold_the_newest_25(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    active = [make_call(aurora, status="RINGING", at=now - n * HOUR) for n in range(26)]
    ended = [make_call(aurora, status="BUSY", at=now - n * HOUR + timedelta(seconds=1)) for n in range(1, 4)]
    shown = ask(supervisor, OVERVIEW)
    assert [row["id"] for row in shown["activeCalls"]] == [str(call.pk) for call in active[:25]]
    newest = sorted([*active, *ended], key=lambda call: call.started_at, reverse=True)[:25]
    assert [row["id"] for row in shown["recentCalls"]] == [str(call.pk) for call in newest]


def test_what_is_active_and_what_is_missed(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    for status in CallStatus.values:
        make_call(aurora, status=status, at=now - HOUR)
    make_call(aurora, status="NO_ANSWER", at=now - 25 * HOUR)
    shown = ask(supervisor, OVERVIEW)
    assert {row["status"] for row in shown["activeCalls"]} == {"RINGING", "IN_PROGRESS", "ON_HOLD"}
    assert len(shown["recentCalls"]) == len(CallStatus.values) + 1
    assert {name: shown["stats"][name] for name in ("totalCalls", "completedCalls", "missedCalls")} == {
        "totalCalls": 9,
        "completedCalls": 1,
        "missedCalls": 1,
    }


def test_a_member_has_exactly_these_fields(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    seen, changed = now - DAY, now - HOUR
    User.objects.filter(pk=aurora.agent.pk).update(
        department="Orders", phone_extension="12", last_login=seen, updated_at=changed
    )
    Agent.all_orgs.filter(user=aurora.agent).update(status="AVAILABLE", updated_at=changed - HOUR)
    members = {member["id"]: member for member in ask(supervisor, OVERVIEW)["members"]}
    assert members.keys() == {str(user.pk) for user in (aurora.admin, aurora.supervisor, aurora.agent)}
    assert members[str(aurora.agent.pk)] == {
        "id": str(aurora.agent.pk),
        "email": "agent@aurora.example",
        "firstName": "Agent",
        "lastName": "Aurora",
        "role": "AGENT",
        "status": "available",
        "department": "Orders",
        "phoneExtension": "12",
        "isOnCall": False,
        "updatedAt": z(changed),
        "lastLoginAt": z(seen),
    }
    plain = members[str(aurora.admin.pk)]
    assert (plain["status"], plain["department"], plain["phoneExtension"], plain["lastLoginAt"]) == (
        "offline",
        None,
        None,
        None,
    )
    Agent.all_orgs.filter(user=aurora.agent).update(updated_at=now)
    members = {member["id"]: member for member in ask(supervisor, OVERVIEW)["members"]}
    assert members[str(aurora.agent.pk)]["updatedAt"] == z(now)


def test_presence_has_three_words(aurora: Tenant, supervisor: Client) -> None:
    for status in AgentStatus.values:
        another_agent(aurora, status.lower(), status=status)
    shown = ask(supervisor, OVERVIEW)
    words = {member["firstName"].upper(): member["status"] for member in shown["members"]}
    assert words == {
        "OFFLINE": "offline",
        "AVAILABLE": "available",
        "BUSY": "available",
        "WRAP_UP": "available",
        "BREAK": "break",
        "TRAINING": "break",
        "AGENT": "offline",
        "ADMIN": "offline",
        "SUPERVISOR": "offline",
    }
    assert [shown["stats"][name] for name in ("availableMembers", "onBreakMembers", "onCallMembers")] == [3, 2, 0]


@pytest.mark.parametrize("status", CallStatus.values)
def test_who_holds_an_active_call_is_on_call(aurora: Tenant, supervisor: Client, now: datetime, status: str) -> None:
    make_call(aurora, agent=aurora.admin, status=status, at=now - 50 * HOUR)
    make_call(aurora, agent=aurora.supervisor, status="IN_PROGRESS", deleted_at=now)
    shown = ask(supervisor, OVERVIEW)
    is_active = status in {"RINGING", "IN_PROGRESS", "ON_HOLD"}
    on_call = {member["role"] for member in shown["members"] if member["isOnCall"]}
    assert on_call == ({"ADMIN"} if is_active else set())
    assert shown["stats"]["onCallMembers"] == len(on_call)


def test_who_is_no_member(aurora: Tenant, supervisor: Client) -> None:
    make_user(aurora.org, "AGENT", email="closed@aurora.example", is_active=False)
    make_superuser(organization=aurora.org)
    roles = sorted(member["role"] for member in ask(supervisor, OVERVIEW)["members"])
    assert roles == ["ADMIN", "AGENT", "SUPERVISOR"]


# --- Stats -----------------------------------------------------------------------------------------------------
def test_stats_day_by_day(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    make_call(aurora, at=now, duration=30)
    make_call(aurora, at=now - HOUR, duration=91)
    make_call(aurora, at=now - DAY, status="NO_ANSWER")
    make_call(aurora, at=now - DAY, status="RINGING")
    make_call(aurora, at=now - DAY, deleted_at=now)
    make_call(aurora, at=now - 3 * DAY)
    assert ask(supervisor, STATS, days=3) == {
        "period": "last_3_days",
        "summary": {
            "totalCalls": 4,
            "completedCalls": 2,
            "missedCalls": 1,
            "averageDuration": 61,
            "completionRate": 50.0,
        },
        "daily": [
            {"date": "2026-03-13", "total": 0, "completed": 0, "missed": 0, "avgDuration": 0},
            {"date": "2026-03-14", "total": 2, "completed": 0, "missed": 1, "avgDuration": 0},
            {"date": "2026-03-15", "total": 2, "completed": 2, "missed": 0, "avgDuration": 61},
        ],
    }


@pytest.mark.parametrize(("days", "first"), [(None, "2026-03-09"), (1, "2026-03-15"), (365, "2025-03-16")])
def test_so_many_days(aurora: Tenant, supervisor: Client, days: int | None, first: str) -> None:
    begun = datetime.fromisoformat(f"{first}T00:00:00Z")
    for at in (begun, begun - timedelta(microseconds=1)):
        make_call(aurora, agent=aurora.agent, at=at)
    params = {} if days is None else {"days": days}
    shown = ask(supervisor, STATS, **params)
    assert shown["period"] == f"last_{days or 7}_days"
    assert (len(shown["daily"]), shown["daily"][0]["date"], shown["daily"][-1]["date"]) == (
        days or 7,
        first,
        "2026-03-15",
    )
    assert shown["summary"]["totalCalls"] == 1
    performance = ask(supervisor, PERFORMANCE, **params)
    assert (performance["period"], [row["totalCalls"] for row in performance["agents"]]) == (shown["period"], [1])


@pytest.mark.parametrize("url", [STATS, PERFORMANCE])
@pytest.mark.parametrize("days", ["0", "366", "-7", "9" * 40])
def test_days_out_of_range(supervisor: Client, url: str, days: str) -> None:
    assert wrong_parts(supervisor.get(url, {"days": days})) == [(["query", "days"], "out_of_range")]


@pytest.mark.parametrize("url", [STATS, PERFORMANCE])
@pytest.mark.parametrize("days", ["x", "7.5", "1e1", "٧"])
def test_malformed_days(supervisor: Client, url: str, days: str) -> None:
    assert problem(supervisor.get(url, {"days": days}), 400, "INVALID_PARAMETER")["detail"] == f"Invalid days: {days}"


# --- Agents' performance ---------------------------------------------------------------------------------------
def test_most_calls_first(aurora: Tenant, supervisor: Client, now: datetime) -> None:
    for duration in (10, 21):
        make_call(aurora, agent=aurora.admin, at=now - DAY, duration=duration)
    make_call(aurora, agent=aurora.admin, at=now - DAY, status="FAILED")
    make_call(aurora, agent=aurora.agent, at=now, status="RINGING")
    make_call(aurora, agent=aurora.agent, at=now, deleted_at=now)
    make_call(aurora, agent=aurora.supervisor, at=now - 7 * DAY)
    make_call(aurora, at=now)
    assert ask(supervisor, PERFORMANCE) == {
        "period": "last_7_days",
        "agents": [
            {
                "agentId": str(aurora.admin.pk),
                "totalCalls": 3,
                "completedCalls": 2,
                "completionRate": 66.67,
                "averageDuration": 16,
            },
            {
                "agentId": str(aurora.agent.pk),
                "totalCalls": 1,
                "completedCalls": 0,
                "completionRate": 0.0,
                "averageDuration": 0,
            },
        ],
    }
    assert ask(supervisor, PERFORMANCE, days=1)["agents"][0]["agentId"] == str(aurora.agent.pk)


def test_without_calls(supervisor: Client) -> None:
    assert ask(supervisor, PERFORMANCE, days=30) == {"period": "last_30_days", "agents": []}
