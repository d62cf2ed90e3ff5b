"""The watchdog: who falls silent is put away and comes back, who is stuck is freed, and the history knows of all."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from agents import presence, services
from agents.adherence import adherence
from agents.enums import AgentStatus, StatusSource
from agents.models import Agent, AgentStatusChange
from agents.watching import Watched, watch
from calls.enums import CallStatus
from calls.models import Call
from contactcenter.core.models import AuditEntry
from tests.agents.api import one, profile, put
from tests.conftest import LogIn
from tests.factories import Tenant, make_call

PAGE, STATUS, HTMX = "/presence/", "/presence/status/", {"HX-Request": "true"}


def at_work(log_in: LogIn, tenant: Tenant, status: str = "AVAILABLE", reason: str = "") -> Client:
    """Log the agent in, with a page open and a status of their own."""
    client = log_in(tenant.agent)
    client.post(STATUS, {"status": status, "reason": reason}, headers=HTMX)
    client.post(PAGE, headers=HTMX)
    return client


def let_pass(tenant: Tenant, **past: Any) -> None:
    """Put the agent's last sign of life, and their status, into the past."""
    ago = timedelta(**past)
    Agent.all_orgs.filter(user=tenant.agent).update(
        last_heard_at=F("last_heard_at") - ago, status_changed_at=F("status_changed_at") - ago
    )


def history(tenant: Tenant) -> list[tuple[str, str, str]]:
    rows = AgentStatusChange.objects.for_org(tenant.org).order_by("id")
    return [(row.from_status, row.to_status, row.source) for row in rows][1:]  # The first is the new profile's.


def deeds(tenant: Tenant) -> list[tuple[str, Any]]:
    rows = AuditEntry.objects.for_org(tenant.org).filter(object_type="agents.agent").order_by("id")
    return [(row.action, row.detail) for row in rows]


def test_a_closed_laptop_is_offline_within_a_minute_and_comes_back_as_it_was(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    client = at_work(log_in, aurora, "BREAK", "lunch")
    at_work(log_in, borealis)
    let_pass(aurora, seconds=44)
    assert watch() == Watched()

    let_pass(aurora, seconds=2)
    assert watch() == Watched(put_away=1)
    assert watch() == Watched()
    assert (profile(aurora.agent).status, profile(borealis.agent).status) == ("OFFLINE", "AVAILABLE")

    answer = client.post(PAGE, headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, f"agents:changed-{profile(aurora.agent).pk}")
    back = profile(aurora.agent)
    assert (back.status, back.status_reason, back.status_source) == ("BREAK", "lunch", "watchdog")
    assert "HX-Trigger" not in client.post(PAGE, headers=HTMX)
    assert history(aurora) == [
        ("OFFLINE", "BREAK", "self"),
        ("BREAK", "OFFLINE", "watchdog"),
        ("OFFLINE", "BREAK", "watchdog"),
    ]
    assert deeds(aurora) == [
        ("agent.status_changed", {"from": "OFFLINE", "to": "BREAK", "reason": "lunch"}),
        ("agent.put_away", {"from": "BREAK", "to": "OFFLINE"}),
        ("agent.brought_back", {"from": "OFFLINE", "to": "BREAK", "reason": "lunch"}),
    ]


def test_who_went_offline_themselves_or_yesterday_stays_away(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = at_work(log_in, aurora)
    at_work(log_in, aurora, "OFFLINE")
    client.post(PAGE, headers=HTMX)
    assert profile(aurora.agent).status == "OFFLINE"

    away = at_work(log_in, borealis)
    let_pass(borealis, minutes=1)
    assert watch() == Watched(put_away=1)
    AgentStatusChange.all_orgs.update(at=F("at") - timedelta(hours=13))
    away.post(PAGE, headers=HTMX)
    assert profile(borealis.agent).status == "OFFLINE"


@pytest.mark.parametrize("way", ["page", "api", "supervisor"])
def test_who_says_offline_after_the_watchdog_did_is_not_brought_back(
    aurora: Tenant, borealis: Tenant, log_in: LogIn, way: str
) -> None:
    """A laptop that wakes still shows Available; a shift's system ends the shift of somebody whose page is closed."""
    for tenant in (aurora, borealis):
        at_work(log_in, tenant)
        let_pass(tenant, minutes=1)
    assert watch() == Watched(put_away=2)
    agent = profile(aurora.agent)
    if way == "page":
        log_in(aurora.agent).post(STATUS, {"status": "OFFLINE"}, headers=HTMX)
    elif way == "api":
        url = f"/api/agents/{agent.pk}/status"
        log_in(aurora.supervisor).patch(url, {"status": "OFFLINE"}, content_type="application/json")
    else:
        log_in(aurora.supervisor).post(f"/supervisor/agents/{agent.pk}/", {"status": "OFFLINE"}, headers=HTMX)
    for tenant in (aurora, borealis):
        log_in(tenant.agent).post(PAGE, headers=HTMX)
    assert [profile(tenant.agent).status for tenant in (aurora, borealis)] == ["OFFLINE", "AVAILABLE"]
    assert deeds(aurora)[-1] == ("agent.status_changed", {"from": "OFFLINE", "to": "OFFLINE"})
    assert watch() == Watched()


def test_a_hidden_page_keeps_its_person_there_but_is_not_looked_at(aurora: Tenant, log_in: LogIn) -> None:
    client = at_work(log_in, aurora)
    let_pass(aurora, minutes=2)
    Agent.all_orgs.update(last_seen_at=F("last_seen_at") - timedelta(minutes=2))

    client.post(PAGE, {"hidden": "1"}, headers=HTMX)

    assert watch() == Watched()
    agent = profile(aurora.agent)
    assert (agent.status, presence.is_there(agent)) == ("AVAILABLE", False)


def test_who_works_without_a_page_or_holds_a_call_is_left_alone(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    """A status over the API is another system's business; a person on the phone is there."""
    at_work(log_in, aurora)
    let_pass(aurora, minutes=3)
    services.set_status(
        org=aurora.org,
        actor=aurora.agent,
        agent_id=profile(aurora.agent).pk,
        status=AgentStatus.BREAK,
        source=StatusSource.API,
    )
    at_work(log_in, borealis)
    call = make_call(borealis, status=CallStatus.IN_PROGRESS, agent=borealis.agent)
    let_pass(borealis, minutes=2)
    Agent.all_orgs.filter(user=aurora.agent).update(status_changed_at=timezone.now() - timedelta(seconds=90))
    assert watch() == Watched()

    type(call).all_orgs.filter(pk=call.pk).update(status=CallStatus.COMPLETED, ended_at=timezone.now(), duration=9)
    assert watch() == Watched(put_away=1)
    assert (profile(aurora.agent).status, profile(borealis.agent).status) == ("BREAK", "OFFLINE")


def test_a_laptop_that_closes_just_after_a_word_over_the_api_is_closed_all_the_same(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    """The last beat of its page came up to twenty seconds before the API spoke."""
    for tenant, silent_for in ((aurora, 20), (borealis, 50)):
        client = at_work(log_in, tenant, "BREAK")
        let_pass(tenant, seconds=silent_for)
        put(client, f"{one(profile(tenant.agent))}/status", {"status": "AVAILABLE"})
        let_pass(tenant, seconds=50)

    assert watch() == Watched(put_away=1)

    assert [profile(tenant.agent).status for tenant in (aurora, borealis)] == ["OFFLINE", "AVAILABLE"]


def test_who_is_stuck_is_freed_with_a_report(aurora: Tenant, borealis: Tenant, settings: Any, log_in: LogIn) -> None:
    for tenant, status in ((aurora, "WRAP_UP"), (borealis, "BUSY")):
        at_work(log_in, tenant, status)
        Agent.all_orgs.filter(user=tenant.agent).update(status_changed_at=timezone.now() - timedelta(minutes=16))
    settings.STUCK_BUSY_SECONDS = 0

    assert watch() == Watched(freed=1)

    assert history(aurora)[-1] == ("WRAP_UP", "AVAILABLE", "watchdog")
    action, detail = deeds(aurora)[-1]
    assert (action, detail.pop("after_seconds") // 60, detail) == (
        *("agent.status_freed", 16),
        {"from": "WRAP_UP", "to": "AVAILABLE"},
    )
    assert profile(borealis.agent).status == "BUSY"
    make_call(borealis, status=CallStatus.IN_PROGRESS, agent=borealis.agent)
    settings.STUCK_BUSY_SECONDS = 60
    assert watch() == Watched()


@pytest.mark.parametrize("status", ["WRAP_UP", "BUSY"])
def test_a_status_chosen_during_a_long_call_counts_from_its_end(
    aurora: Tenant, borealis: Tenant, settings: Any, log_in: LogIn, status: str
) -> None:
    settings.STUCK_BUSY_SECONDS = settings.WRAP_UP_SECONDS
    now = timezone.now()
    for tenant, minutes_ago in ((aurora, 14), (borealis, 16)):
        at_work(log_in, tenant, status)
        Agent.all_orgs.filter(user=tenant.agent).update(status_changed_at=now - timedelta(minutes=30))
        began, ended = now - timedelta(minutes=40), now - timedelta(minutes=minutes_ago)
        make_call(tenant, agent=tenant.agent, at=began, ended_at=ended, duration=(ended - began).seconds)
        # Neither a colleague's call nor one that was deleted is theirs.
        make_call(tenant, agent=tenant.supervisor, at=now)
        make_call(tenant, agent=tenant.agent, at=now, deleted_at=now)

    assert watch() == Watched(freed=1)
    assert [profile(tenant.agent).status for tenant in (aurora, borealis)] == [status, "AVAILABLE"]

    Call.all_orgs.filter(ended_at__lt=now).update(ended_at=F("ended_at") - timedelta(minutes=2))
    assert watch() == Watched(freed=1)
    assert profile(aurora.agent).status == "AVAILABLE"


def test_every_way_to_another_status_stands_in_the_history(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client, agent = at_work(log_in, aurora), profile(aurora.agent)
    services.set_status(org=aurora.org, actor=aurora.supervisor, agent_id=agent.pk, status=AgentStatus.TRAINING)
    assert b"Set by Supervisor Aurora" in client.get(PAGE, headers=HTMX).content
    client.patch(f"/api/agents/{agent.pk}/status", {"status": "BUSY"}, content_type="application/json")
    Agent.all_orgs.filter(pk=agent.pk).update(status="BREAK")
    client.post(STATUS, {"status": "BREAK", "reason": "coffee"}, headers=HTMX)  # Says afterwards why.

    rows = AgentStatusChange.objects.for_org(aurora.org).order_by("id")
    assert [(row.to_status, row.source, row.by, row.reason) for row in rows] == [
        ("OFFLINE", "", None, ""),
        ("AVAILABLE", "self", aurora.agent, ""),
        ("TRAINING", "supervisor", aurora.supervisor, ""),
        ("BUSY", "api", aurora.agent, ""),
        ("BREAK", "", None, "coffee"),
    ]
    assert profile(aurora.agent).status_reason == "coffee"
    assert history(borealis) == []


def test_a_reason_is_taken_back_with_an_empty_one_and_kept_by_whoever_says_nothing_of_it(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    for tenant in (aurora, borealis):
        at_work(log_in, tenant, "BREAK", reason="dentist")
    client, agent = log_in(aurora.agent), profile(aurora.agent)
    client.post(STATUS, {"status": "BREAK"}, headers=HTMX)  # The switch at the foot of the navigation.
    client.patch(f"/api/agents/{agent.pk}/status", {"status": "BREAK"}, content_type="application/json")
    page = f"/supervisor/agents/{agent.pk}/"
    log_in(aurora.supervisor).post(page, {"status": "BREAK", "reason": ""}, headers=HTMX)
    assert profile(aurora.agent).status_reason == "dentist"

    since = profile(aurora.agent).status_changed_at
    client = log_in(aurora.agent)
    client.post(f"{STATUS}?reason=own", {"status": "BREAK", "reason": " "}, headers=HTMX)
    agent = profile(aurora.agent)
    assert (agent.status, agent.status_reason, agent.status_changed_at) == ("BREAK", "", since)
    newest = AgentStatusChange.objects.for_org(aurora.org).order_by("-id")[0]
    assert (newest.to_status, newest.reason) == ("BREAK", "")
    assert profile(borealis.agent).status_reason == "dentist"


# --- Adherence -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_known_before", [True, False])
def test_the_seconds_of_a_stretch_are_those_of_its_statuses(
    aurora: Tenant, borealis: Tenant, is_known_before: bool
) -> None:
    now = timezone.now()
    nine, agent = now - timedelta(hours=4), profile(aurora.agent)
    Agent.all_orgs.update(created_at=now - timedelta(days=3))
    AgentStatusChange.all_orgs.all().delete()
    changes = [(-30, "OFFLINE", "AVAILABLE"), (60, "AVAILABLE", "BREAK"), (75, "BREAK", "AVAILABLE")]
    changes += [(180, "AVAILABLE", "OFFLINE")]
    for minutes, before, after in changes if is_known_before else changes[1:]:
        AgentStatusChange.all_orgs.create(
            organization=aurora.org,
            agent=agent,
            from_status=before,
            to_status=after,
            at=nine + timedelta(minutes=minutes),
        )

    found = adherence(aurora.org, nine, nine + timedelta(hours=9), now=now)

    assert dict(found[aurora.agent.pk].seconds) == {"AVAILABLE": 165 * 60, "BREAK": 15 * 60, "OFFLINE": 60 * 60}
    assert found[aurora.agent.pk].signed_in == 180 * 60
    assert list(found) == [aurora.agent.pk]
    assert adherence(aurora.org, nine, nine + timedelta(minutes=70), now=now, only=aurora.supervisor.pk) == {}
    part = adherence(aurora.org, nine + timedelta(minutes=70), nine + timedelta(minutes=80), now=now)
    assert dict(part[aurora.agent.pk].seconds) == {"AVAILABLE": 300, "BREAK": 300}
    untouched = adherence(borealis.org, nine, nine + timedelta(hours=1), now=now)
    assert dict(untouched[borealis.agent.pk].seconds) == {"OFFLINE": 3600}
