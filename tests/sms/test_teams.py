"""The page of teams: who is there, what they hold, who waits; for supervisors, and of their own organization."""

import re
from datetime import timedelta

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.models import BusinessHours, Team, TeamMember
from tests.agents.api import another_agent
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation

PAGE = "/teams/"


def words(html: str) -> str:
    text = re.sub(r"<[^>]+>", " ", html[html.index('id="teams"') :])
    return " ".join(text.split())


def test_supervisors_see_their_own_teams(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    team = Team.all_orgs.create(organization=aurora.org, name="Orders", assignment="round_robin")
    Team.all_orgs.create(organization=borealis.org, name="Secret")
    there = another_agent(aurora, "Anna", status="AVAILABLE", last_seen_at=timezone.now(), text_capacity=4)
    gone = another_agent(aurora, "Bert", status="AVAILABLE", last_seen_at=timezone.now() - timedelta(minutes=2))
    for agent in (there, gone):
        TeamMember.all_orgs.create(organization=aurora.org, team=team, agent=agent)
    make_conversation(aurora, assignee=there.user)
    make_conversation(aurora, assignee=there.user, state="resolved")
    make_conversation(aurora, team=team, waiting_since=timezone.now())
    make_conversation(aurora, team=team)
    page = words(log_in(aurora.supervisor).get(PAGE).content.decode())
    assert "Orders Open now. Conversations are assigned: in turn. Waiting for somebody 1 Members there 1" in page
    assert "Anna Aurora Available 1 of 4 Bert Aurora Not there 0 of 5" in page
    assert ("Secret" in page, "Change this team" in page) == (False, False)
    assert "Change this team" in words(log_in(aurora.admin).get(PAGE).content.decode())
    assert [log_in(user).get(PAGE).status_code for user in (aurora.agent, aurora.customer)] == [403, 403]


def test_a_closed_team_says_when_it_opens(aurora: Tenant, log_in: LogIn) -> None:
    Team.all_orgs.create(organization=aurora.org, name="Orders")
    BusinessHours.all_orgs.create(organization=aurora.org, weekly="Mo 09:00-10:00")
    with time_machine.travel("2026-11-23 12:00:00+00:00", tick=False):
        page = words(log_in(aurora.supervisor).get(PAGE).content.decode())
    assert "Closed until 11/30/2026 09:00." in page


def test_as_many_queries_for_many_teams_as_for_one(aurora: Tenant, log_in: LogIn) -> None:
    client, counts = log_in(aurora.supervisor), set()
    for number in range(3):
        team = Team.all_orgs.create(organization=aurora.org, name=f"Team {number}")
        BusinessHours.all_orgs.create(organization=aurora.org, team=team, weekly="Mo 09:00-10:00")
        TeamMember.all_orgs.create(organization=aurora.org, team=team, agent=another_agent(aurora, f"agent-{number}"))
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert f"Team {number}" in client.get(PAGE).content.decode()
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 15
