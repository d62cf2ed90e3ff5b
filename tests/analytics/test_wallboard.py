"""The wallboard and an agent's day: true, of one organization, changed from there, always as many queries."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agents import services
from agents.adherence import adherence
from agents.enums import AgentStatus
from agents.models import Agent, AgentStatusChange, Team, TeamMember
from analytics.selectors import occupancy
from analytics.written import duration as in_words
from calls.enums import CallStatus
from calls.models import Call
from contactcenter.core.models import AuditEntry
from sms.models import Conversation
from tests.agents.api import another_agent, profile
from tests.analytics import reference
from tests.analytics.alert_rows import make_rule, rows_of_alerts
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_contact, make_conversation, make_message

WALL, DAY, HTMX = "/supervisor/", "/operator/", {"HX-Request": "true"}


def shown(content: bytes, name: str) -> str:
    """Return the text of the element with this id."""
    found = re.search(rf'id="{name}"[^>]*>(.*?)</(?:p|dd)>', content.decode(), re.DOTALL)
    assert found is not None, name
    return re.sub(r"<[^>]*>", "", found[1]).strip()


def statuses(content: bytes) -> dict[str, str]:
    return dict(re.findall(r'id="agent-([0-9a-f-]{36})" data-status="(\w+)"', content.decode()))


# --- The wallboard ---------------------------------------------------------------------------------------------
def test_the_wallboard_shows_what_is_so_now(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    now = timezone.now()
    free = another_agent(aurora, "free", status=AgentStatus.AVAILABLE)
    gone = another_agent(aurora, "gone", status=AgentStatus.AVAILABLE)
    type(gone.user).objects.filter(pk=gone.user_id).update(is_active=False)
    another_agent(borealis, "theirs", status=AgentStatus.AVAILABLE)
    make_call(aurora, status=CallStatus.IN_PROGRESS, at=now, agent=free.user, contact=make_contact(aurora, name="Eva"))
    make_call(aurora, status=CallStatus.NO_ANSWER, at=now)
    make_call(borealis, status=CallStatus.RINGING, at=now)
    make_conversation(aurora, waiting_since=now - timedelta(minutes=5))
    make_conversation(aurora)
    make_conversation(borealis, waiting_since=now - timedelta(hours=2))
    rows_of_alerts(aurora)
    rows_of_alerts(borealis)

    for headers in ({}, HTMX):
        page = log_in(aurora.supervisor).get(WALL, headers=headers).content
        assert (b"<html" in page) is not bool(headers)
        assert statuses(page) == {str(free.pk): "AVAILABLE", str(profile(aurora.agent).pk): "OFFLINE"}
        names = ("wall-free", "wall-calls", "wall-waiting", "wall-total", "wall-missed", "wall-service_level")
        assert [shown(page, name) for name in names] == ["0", "1", "1", "2", "1", "50.00 %"]
        assert shown(page, "wall-longest").startswith("5:0"), "also without a script"
        assert b"aurora alert" in page
        assert b"Eva" in page
        assert b"borealis" not in page


def test_more_alerts_than_there_is_room_for_are_hinted_at(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.supervisor)
    more = '<li class="wall-calm"><a href="/alerts/">and more</a></li>'
    for _one in range(6):
        rows_of_alerts(borealis)
    seen = []
    for _one in range(7):
        rows_of_alerts(aurora)
        page = client.get(WALL, headers=HTMX).content.decode()
        seen.append((page.count('class="wall-alert"'), more in page))
    assert seen == [(1, False), (2, False), (3, False), (4, False), (5, False), (5, True), (5, True)]


def links(content: bytes, name: str) -> list[str]:
    """Return where the element with this id leads to."""
    found = re.search(rf'id="{name}"[^>]*>(.*?)</(?:p|dd)>', content.decode(), re.DOTALL)
    assert found is not None, name
    return [html.unescape(url) for url in re.findall(r'href="([^"]+)"', found[1])]


def listed(client: Client, url: str) -> int:
    """Return how many lines the list has that a figure leads to, on all of its pages."""
    page = client.get(url)
    assert page.status_code == 200
    if "lines" in page.context and "found" not in page.context:
        return page.content.count(b"<tr><td>")
    found = page.context["found"]
    pages = [client.get(f"{url}{'&' if '?' in url else '?'}page={number}") for number in found.paginator.page_range]
    return sum(len(one.context["lines"]) for one in pages)


def test_every_figure_of_the_wallboard_leads_to_as_many_rows(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    now = timezone.now()
    for tenant in (aurora, borealis):
        for number in range(3):
            another_agent(tenant, f"free{number}", status=AgentStatus.AVAILABLE)
            make_call(tenant, status=CallStatus.IN_PROGRESS, at=now, contact=make_contact(tenant))
        for number in range(53):
            make_conversation(tenant, waiting_since=now - timedelta(minutes=number))
        make_call(tenant, status=CallStatus.NO_ANSWER, at=now)
    client = log_in(aurora.supervisor)
    page = client.get(WALL).content
    expected = {"wall-free": 3, "wall-calls": 3, "wall-waiting": 53, "wall-total": 4, "wall-missed": 1}
    for name, count in expected.items():
        assert shown(page, name) == str(count)
        assert [listed(client, url) for url in links(page, name)] == [count], name
    counts = re.findall(r'<a class="wall-count" href="([^"]+)">.*?(\d+) [^<]+</a>', page.decode(), re.DOTALL)
    assert len(counts) == len(AgentStatus)
    assert [listed(client, url) for url, _count in counts] == [int(count) for _url, count in counts]
    assert [client.get(f"{WALL}now/agents/?status=x").status_code, listed(client, f"{WALL}now/agents/")] == [404, 4]
    assert client.get(f"{WALL}now/waiting/?page=2").context["lines"][0].organization_id == aurora.org.pk


def test_every_figure_of_the_pages_of_today_is_defined(aurora: Tenant, log_in: LogIn) -> None:
    for user, path in ((aurora.supervisor, WALL), (aurora.agent, DAY)):
        client = log_in(user)
        defined = set(re.findall(r'id="(\w+)"', client.get("/help/metrics/").content.decode()))
        led_to = set(re.findall(r'/help/metrics/#([\w-]+)"', client.get(path).content.decode()))
        assert led_to - defined == set()
        assert len(led_to) >= 7


def test_the_figures_of_an_agents_day_lead_to_their_rows(aurora: Tenant, log_in: LogIn) -> None:
    now = timezone.now()
    for duration in (60, 90):
        make_call(aurora, at=now, agent=aurora.agent, duration=duration)
    make_call(aurora, at=now, agent=aurora.supervisor, duration=30)
    make_message(make_conversation(aurora), author=aurora.agent)
    for user in (aurora.agent, aurora.supervisor):
        client, calls = log_in(user), 2 if user == aurora.agent else 1
        page = client.get(DAY).content
        assert [listed(client, url) for url in links(page, "day-handled")] == [calls]
        assert [listed(client, url) for url in links(page, "day-handle_time")] == [calls]
    assert listed(log_in(aurora.agent), links(log_in(aurora.agent).get(DAY).content, "day-replies")[0]) == 1


def test_a_day_of_an_agent_adds_up(aurora: Tenant, borealis: Tenant, log_in: LogIn, time_machine: Any) -> None:
    agent = profile(aurora.agent)
    day = datetime(2026, 3, 14, tzinfo=UTC)
    Agent.all_orgs.update(created_at=day - timedelta(days=9))
    AgentStatusChange.all_orgs.all().delete()
    for hour, status, reason in (
        (9, "AVAILABLE", ""),
        (12, "BREAK", "lunch"),
        (13, "AVAILABLE", ""),
        (17, "OFFLINE", ""),
    ):
        AgentStatusChange.all_orgs.create(
            organization=aurora.org,
            agent=agent,
            from_status="OFFLINE",
            to_status=status,
            reason=reason,
            at=day + timedelta(hours=hour),
        )
    time_machine.move_to(day + timedelta(days=1, hours=1), tick=False)
    page = log_in(aurora.supervisor).get(f"{WALL}agents/{agent.pk}/day/?day=2026-03-14")
    assert dict(page.context["sums"]) == {"Available": "7:00:00", "Break": "1:00:00", "Offline": "16:00:00"}
    shown_parts = [(part.status, part.reason, time) for part, _since, _until, time in page.context["parts"]]
    assert shown_parts == [
        ("OFFLINE", "", "9:00:00"),
        ("AVAILABLE", "", "3:00:00"),
        ("BREAK", "lunch", "1:00:00"),
        ("AVAILABLE", "", "4:00:00"),
        ("OFFLINE", "", "7:00:00"),
    ]
    assert log_in(aurora.supervisor).get(f"{WALL}agents/{agent.pk}/day/?day=x").status_code == 404
    assert log_in(borealis.supervisor).get(f"{WALL}agents/{agent.pk}/day/").status_code == 404


@pytest.mark.parametrize("seed", range(3))
def test_the_lines_of_a_day_add_up_to_its_sums_and_those_to_the_day(
    aurora: Tenant, borealis: Tenant, log_in: LogIn, time_machine: Any, seed: int
) -> None:
    """Also when no change comes with a full second; 10.4 seconds twice are 10 and 10, which make 20."""
    chance, agent = Random(seed), profile(aurora.agent)
    start = datetime(2026, 3, 14, tzinfo=UTC)
    Agent.all_orgs.update(created_at=start - timedelta(days=9))
    AgentStatusChange.all_orgs.all().delete()
    gaps = [10.4, 10.4, *(chance.choice([0.3, 1.5, chance.uniform(0, 2000)]) for _change in range(30))]
    names, status, moments, at = ["AVAILABLE", "BREAK", "WRAP_UP"], "OFFLINE", [(start, "OFFLINE")], start
    for gap in gaps:
        at += timedelta(seconds=gap)
        before, status = status, chance.choice([name for name in names if name != status])
        moments.append((at, status))
        AgentStatusChange.all_orgs.create(
            organization=aurora.org, agent=agent, from_status=before, to_status=status, at=at
        )
    now = at + timedelta(seconds=chance.uniform(0, 100))
    make_call(aurora, agent=aurora.agent, at=start + timedelta(seconds=30.7), ended_at=start + timedelta(seconds=131.2))
    time_machine.move_to(now, tick=False)

    parts = [
        (status, reference.seconds_between(since, until))
        for (since, status), (until, _next) in pairwise([*moments, (now, "")])
        if since < until
    ]
    sums = {name: sum(seconds for status, seconds in parts if status == name) for name in ["OFFLINE", *names]}
    assert (parts[0], sum(sums.values())) == (("OFFLINE", 10), reference.seconds_between(start, now))

    page = log_in(aurora.supervisor).get(f"{WALL}agents/{agent.pk}/day/?day=2026-03-14")
    shown_parts = [(part.status, time) for part, _since, _until, time in page.context["parts"]]
    assert shown_parts == [(status, in_words(seconds)) for status, seconds in parts]
    labels = {str(AgentStatus(name).label): in_words(seconds) for name, seconds in sums.items() if seconds}
    assert dict(page.context["sums"]) == labels
    today = log_in(aurora.supervisor).get(f"{WALL}agents/{agent.pk}/")
    assert dict(today.context["spent"]) == labels
    found = occupancy.of(aurora.org, start, now, now=now)[aurora.agent.pk]
    call = Call.objects.for_org(aurora.org).get()
    assert found == occupancy.Occupancy(
        talking=reference.seconds_between(call.answered_at, call.ended_at),
        wrap_up=sums["WRAP_UP"],
        signed_in=sum(sums.values()) - sums["OFFLINE"],
    )
    theirs = adherence(borealis.org, start, now, now=now)[borealis.agent.pk]
    assert dict(theirs.seconds) == {"OFFLINE": sum(sums.values())}


def test_no_number_of_a_customer_stands_on_the_wall(aurora: Tenant, log_in: LogIn) -> None:
    call = make_call(aurora, status=CallStatus.RINGING, contact=None)
    page = log_in(aurora.supervisor).get(WALL).content.decode()
    assert f"…{call.from_number[-4:]}" in page
    assert call.from_number[-7:] not in re.sub(r"\s", "", page)


def test_many_cost_as_many_queries_as_few(
    aurora: Tenant, borealis: Tenant, log_in: LogIn, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    supervisor, agent = log_in(aurora.supervisor), log_in(aurora.agent)
    team = Team.all_orgs.create(organization=aurora.org, name="Team")
    TeamMember.all_orgs.create(organization=aurora.org, team=team, agent=profile(aurora.agent))

    def counted() -> tuple[int, int]:
        with django_assert_max_num_queries(12) as wall:
            supervisor.get(WALL, headers=HTMX)
        with django_assert_max_num_queries(10) as day:
            agent.get(DAY, headers=HTMX)
        return len(wall), len(day)

    few = counted()
    for number in range(5):
        another_agent(aurora, f"more{number}", status=AgentStatus.BREAK)
        for status in (CallStatus.IN_PROGRESS, CallStatus.COMPLETED):
            make_call(aurora, status=status, agent=aurora.agent, contact=make_contact(aurora))
        for fields in ({"assignee": aurora.agent}, {"team": team}):
            make_conversation(aurora, waiting_since=timezone.now(), **fields)
        rows_of_alerts(aurora)
    assert counted() == few


def test_a_supervisor_changes_a_status_and_the_agent_sees_by_whom(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    client, agent = log_in(aurora.supervisor), profile(aurora.agent)
    url = f"{WALL}agents/{agent.pk}/"
    assert b"Set the status" in client.get(url, headers=HTMX).content

    answer = client.post(url, {"status": "TRAINING", "reason": "new prices"}, headers=HTMX)

    assert (answer["HX-Retarget"], answer["HX-Trigger-After-Swap"]) == ("#board", "dialog:close")
    assert statuses(answer.content)[str(agent.pk)] == "TRAINING"
    entry = AuditEntry.all_orgs.get(action="agent.status_changed")
    assert (entry.actor, entry.object_id) == (aurora.supervisor, agent.pk)
    change = AgentStatusChange.all_orgs.filter(agent=agent).latest("id")
    assert (change.by, change.source, change.reason) == (aurora.supervisor, "supervisor", "new prices")
    own = log_in(aurora.agent).get("/presence/", headers=HTMX).content
    assert (b"Set by Supervisor Aurora at" in own, b"new prices" in own) == (True, True)
    assert client.post(url, {"status": "GONE"}, headers=HTMX).status_code == 422
    assert client.post(url, {"status": "BREAK"})["Location"] == WALL
    assert profile(borealis.agent).status == "OFFLINE"


def test_a_supervisor_who_rewrites_a_reason_is_named_for_it(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    """Whoever gives another reason for an agent's own status answers for it; the agent's own words need no audit."""
    agents = [profile(tenant.agent) for tenant in (aurora, borealis)]
    for tenant in (aurora, borealis):
        own = log_in(tenant.agent)
        for reason in ("lunch", "dentist"):
            own.post("/presence/status/", {"status": "BREAK", "reason": reason}, headers=HTMX)
    since = profile(aurora.agent).status_changed_at
    written = AuditEntry.all_orgs.filter(action="agent.reason_changed")
    assert not written.exists()

    client = log_in(aurora.supervisor)
    for _again in range(2):
        client.post(f"{WALL}agents/{agents[0].pk}/", {"status": "BREAK", "reason": "late again"}, headers=HTMX)

    assert [(entry.actor, entry.object_id, entry.detail) for entry in written] == [
        (aurora.supervisor, agents[0].pk, {"status": "BREAK", "from": "dentist", "to": "late again"})
    ]
    now = profile(aurora.agent)
    assert (now.status_reason, now.status_by, now.status_source, now.status_changed_at) == (
        *("late again", aurora.supervisor, "supervisor"),
        since,
    )
    newest = [AgentStatusChange.all_orgs.filter(agent=agent).latest("id") for agent in agents]
    assert [(row.reason, row.by, row.source) for row in newest] == [
        ("late again", aurora.supervisor, "supervisor"),
        ("dentist", borealis.agent, "self"),
    ]


def test_who_may_what(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    url = f"{WALL}agents/{profile(aurora.agent).pk}/"
    tried = {
        user.role: [log_in(user).get(path).status_code for path in (DAY, WALL, url)]
        for user in (aurora.admin, aurora.supervisor, aurora.agent, aurora.customer)
    }
    assert tried == {
        **{"ADMIN": [200, 200, 200], "SUPERVISOR": [200, 200, 200]},
        **{"AGENT": [200, 403, 403], "CUSTOMER": [403, 403, 403]},
    }
    for user in (borealis.supervisor, borealis.agent):
        assert log_in(user).post(url, {"status": "BREAK"}).status_code == 404
    assert profile(aurora.agent).status == "OFFLINE"


# --- An agent's day --------------------------------------------------------------------------------------------
def test_an_agents_day_is_their_own(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    now, colleague = timezone.now(), another_agent(aurora, "colleague")
    team = Team.all_orgs.create(organization=aurora.org, name="Team")
    TeamMember.all_orgs.create(organization=aurora.org, team=team, agent=profile(aurora.agent))
    mine = {"assignee": aurora.agent}
    calm = make_conversation(aurora, name="Calm", **mine)
    late = make_conversation(aurora, name="Late", waiting_since=now - timedelta(minutes=3), **mine)
    later = make_conversation(aurora, name="Later", waiting_since=now - timedelta(minutes=2), **mine)
    make_conversation(aurora, name="Of a colleague", waiting_since=now, assignee=colleague.user)
    make_conversation(aurora, name="Of the team", waiting_since=now, team=team)
    make_conversation(aurora, name="Of nobody", waiting_since=now)
    make_call(aurora, at=now, agent=aurora.agent, duration=90)
    make_call(aurora, at=now, agent=colleague.user)
    make_call(aurora, at=now - timedelta(days=2), agent=aurora.agent)
    make_message(calm, author=aurora.agent)

    page = log_in(aurora.agent).get(DAY).content

    names = ("day-handled", "day-handle_time", "day-average_handle_time", "day-replies")
    assert [shown(page, name) for name in names] == ["1", "1:30", "1:30", "1"]
    text = page.decode()
    order = [text.index(f"conversation-{one.pk}") for one in (late, later, calm)]
    assert order == sorted(order)
    assert ("Of the team" in text, "Of a colleague" in text, "Of nobody" in text) == (True, False, False)
    assert text.count('id="recent-') == 2
    assert text.count('id="own-status"') == 1
    assert "Your call" not in text
    assert b'id="recent-' not in log_in(borealis.agent).get(DAY).content


def test_agents_end_their_own_calls_from_here(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    mine, others = (
        make_call(aurora, status=CallStatus.IN_PROGRESS, agent=user) for user in (aurora.agent, aurora.supervisor)
    )
    client = log_in(aurora.agent)
    assert f"call-{mine.pk}" in client.get(DAY).content.decode()
    assert client.post(f"{DAY}calls/{others.pk}/end/").status_code == 404
    assert log_in(borealis.agent).post(f"{DAY}calls/{mine.pk}/end/").status_code == 404

    answer = client.post(f"{DAY}calls/{mine.pk}/end/", headers=HTMX)

    assert (b"Your call" in answer.content, f"recent-{mine.pk}" in answer.content.decode()) == (False, True)
    assert [Call.all_orgs.get(pk=call.pk).status for call in (mine, others)] == ["COMPLETED", "IN_PROGRESS"]


# --- Occupancy -------------------------------------------------------------------------------------------------
def test_occupancy_is_calls_and_wrap_up_of_the_time_signed_in(
    aurora: Tenant, borealis: Tenant, log_in: LogIn, now: datetime
) -> None:
    start, agent = now - timedelta(hours=2), profile(aurora.agent)
    Agent.all_orgs.update(created_at=now - timedelta(days=1))
    AgentStatusChange.all_orgs.all().delete()
    for minutes, before, after in (
        (-60, "OFFLINE", "AVAILABLE"),
        (90, "AVAILABLE", "WRAP_UP"),
        (100, "WRAP_UP", "OFFLINE"),
    ):
        AgentStatusChange.all_orgs.create(
            organization=aurora.org,
            agent=agent,
            from_status=before,
            to_status=after,
            at=start + timedelta(minutes=minutes),
        )
    make_call(aurora, at=start - timedelta(minutes=5), agent=aurora.agent, duration=600)  # Half of it before.
    make_call(aurora, at=start + timedelta(minutes=50), agent=aurora.agent, duration=600)
    make_call(borealis, at=start, agent=borealis.agent, duration=600)

    found = occupancy.of(aurora.org, start, now, now=now)

    assert found == {aurora.agent.pk: occupancy.Occupancy(talking=900, wrap_up=600, signed_in=6000)}
    assert (found[aurora.agent.pk].percent, occupancy.Occupancy(0, 0, 0).percent) == (25.0, None)
    assert occupancy.Occupancy(talking=90, wrap_up=20, signed_in=100).percent == 100
    # Since the morning: 1,800 of 9,600 seconds.
    for name in ("supervisor-agent", "supervisor-agent-day"):
        page = log_in(aurora.supervisor).get(reverse(f"analytics:{name}", args=[agent.pk]))
        assert b"18.75 %" in page.content, name


def test_a_status_may_be_set_by_nobody_in_particular(aurora: Tenant, log_in: LogIn) -> None:
    agent = profile(aurora.agent)
    services.set_status(org=aurora.org, actor=None, agent_id=agent.pk, status=AgentStatus.BREAK)
    make_rule(aurora)
    assert b"Set by" not in log_in(aurora.agent).get("/presence/", headers=HTMX).content


@pytest.mark.parametrize("path", [WALL, DAY])
def test_people_without_a_profile_are_told(aurora: Tenant, log_in: LogIn, path: str) -> None:
    Agent.all_orgs.all().delete()
    page = log_in(aurora.supervisor).get(path)
    assert page.status_code == 200
    assert (b"There are no agents yet." if path == WALL else b"You have no agent's profile.") in page.content


def test_what_is_kept_of_a_board_is_never_anothers_and_never_yesterdays(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    for tenant in (aurora, borealis):
        another_agent(tenant, f"Free {tenant.org.slug}", status=AgentStatus.AVAILABLE)
        make_conversation(tenant, waiting_since=timezone.now() - timedelta(minutes=5))
    pages = {tenant: log_in(tenant.supervisor) for tenant in (aurora, borealis)}
    first, again = (pages[aurora].get(WALL, headers=HTMX).content for _look in range(2))
    theirs = pages[borealis].get(WALL, headers=HTMX).content
    assert b"borealis" not in first + again
    assert b"aurora" not in theirs
    waiting = Conversation.objects.for_org(aurora.org).filter(waiting_since__isnull=False)
    waiting.update(waiting_since=None)
    assert shown(pages[aurora].get(WALL, headers=HTMX).content, "wall-waiting") == "0"
    assert shown(pages[borealis].get(WALL, headers=HTMX).content, "wall-waiting") == "1"


def test_times_go_on_in_what_is_kept(aurora: Tenant, log_in: LogIn) -> None:
    client, start = log_in(aurora.agent), timezone.now()
    conversation = make_conversation(aurora, waiting_since=start - timedelta(minutes=5))
    Conversation.all_orgs.filter(pk=conversation.pk).update(assignee=aurora.agent)
    for seconds, waited in ((0, b"5:00"), (7, b"5:07"), (600, b"15:00")):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            page = client.get("/operator/", headers=HTMX).content
        assert re.search(rb"<time-since [^>]+>" + waited + rb"</time-since>", page)
        assert b"<!--since" not in page
