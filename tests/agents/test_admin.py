"""Profiles and teams in the admin."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import Agent, Team, TeamMember
from contactcenter.core.models import AuditEntry
from tests.agents.api import another_agent, profile
from tests.conftest import LogIn
from tests.core.admin_pages import add_page, change_page, list_page
from tests.factories import Tenant, make_call


@pytest.fixture
def admin(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.admin)


def as_form(agent: Agent, **fields: Any) -> dict[str, Any]:
    return {
        "phone_number": agent.phone_number,
        "max_capacity": agent.max_capacity,
        "text_capacity": agent.text_capacity,
        "skills": ",".join(agent.skills),
        "language": agent.language,
        "metadata": "{}",
        **fields,
    }


def team_form(name: str, *agents: Agent, team: Team | None = None) -> dict[str, Any]:
    members = list(TeamMember.all_orgs.filter(team=team).order_by("id")) if team else []
    rows = [{"id": member.pk, "team": team and team.pk, "agent": member.agent_id} for member in members]
    rows += [{"id": "", "team": team.pk if team else "", "agent": agent.pk} for agent in agents]
    data: dict[str, Any] = {
        "name": name,
        "assignment": "off",
        "numbers-TOTAL_FORMS": 0,
        "numbers-INITIAL_FORMS": 0,
        "members-TOTAL_FORMS": len(rows),
        "members-INITIAL_FORMS": len(members),
    }
    data.update({f"members-{n}-{key}": value for n, row in enumerate(rows) for key, value in row.items()})
    return data


def test_the_phone_may_be_written_with_spaces(aurora: Tenant, admin: Client) -> None:
    agent = profile(aurora.agent)
    data = as_form(agent, phone_number="+420 910 055 501", metadata='{"desk": 5}')
    assert admin.post(change_page(agent), data).status_code == 302
    agent = profile(aurora.agent)
    assert (agent.phone_number, agent.metadata) == ("+420910055501", {"desk": 5})
    entry = AuditEntry.all_orgs.get(object_id=agent.pk)
    assert entry.action == "agent.changed"
    assert set(entry.detail["fields"]) >= {"Metadata", "Phone"}
    assert admin.post(change_page(agent), as_form(agent, phone_number="")).status_code == 302
    assert profile(aurora.agent).phone_number == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("phone_number", "910 055 501"), ("phone_number", "+0123456789"), ("phone_number", "x")],
        *[("max_capacity", "0"), ("max_capacity", "11"), ("metadata", "{"), ("language", "")],
    ],
)
def test_what_cannot_be_is_said_at_the_field(aurora: Tenant, admin: Client, name: str, value: str) -> None:
    agent = profile(aurora.agent)
    answer = admin.post(change_page(agent), as_form(agent, **{name: value}))
    assert answer.status_code == 200
    assert b"errorlist" in answer.content
    before = Agent.all_orgs.filter(pk=agent.pk).values(name).get()
    assert before == {name: getattr(agent, name)}


def test_status_load_and_person_are_not_the_forms(aurora: Tenant, admin: Client) -> None:
    agent = profile(aurora.agent)
    make_call(aurora, agent=aurora.agent, status="RINGING")
    data = as_form(agent, status="AVAILABLE", current_load="7", user=str(aurora.supervisor.pk), max_capacity="3")
    assert admin.post(change_page(agent), data).status_code == 302
    agent = profile(aurora.agent)
    assert (agent.status, agent.current_load, agent.max_capacity) == ("OFFLINE", 1, 3)


def test_a_new_profile_is_of_ones_own_people(aurora: Tenant, borealis: Tenant, admin: Client) -> None:
    new = {"max_capacity": "2", "text_capacity": "3", "skills": "", "language": "en", "metadata": "{}"}
    assert admin.post(add_page(Agent), {**new, "user": str(borealis.admin.pk)}).status_code == 200
    make_call(aurora, agent=aurora.admin, status="RINGING")
    assert admin.post(add_page(Agent), {**new, "user": str(aurora.admin.pk)}).status_code == 302
    agent = profile(aurora.admin)
    assert (agent.organization, agent.current_load) == (aurora.org, 1)
    assert not Agent.all_orgs.filter(user=borealis.admin).exists()
    assert admin.post(add_page(Agent), {**new, "user": str(aurora.admin.pk)}).status_code == 200


def test_a_team_and_its_members(aurora: Tenant, borealis: Tenant, admin: Client) -> None:
    first, second = profile(aurora.agent), another_agent(aurora, "second")
    assert admin.post(add_page(Team), team_form("Orders", first)).status_code == 302
    team = Team.all_orgs.get()
    assert (team.organization, team.name) == (aurora.org, "Orders")
    assert admin.post(change_page(team), team_form("Orders", second, team=team)).status_code == 302
    members = TeamMember.all_orgs.filter(team=team).order_by("id")
    assert [(member.agent, member.organization) for member in members] == [(first, aurora.org), (second, aurora.org)]
    assert b">2</td>" in admin.get(list_page(Team)).content
    form = {**team_form("Orders", team=team), "members-0-DELETE": "on"}
    assert admin.post(change_page(team), form).status_code == 302
    assert [member.agent for member in TeamMember.all_orgs.all()] == [second]


def test_who_is_no_member(aurora: Tenant, borealis: Tenant, admin: Client) -> None:
    agent, stranger = profile(aurora.agent), profile(borealis.agent)
    page = admin.get(add_page(Team)).content.decode()
    assert (str(agent.pk) in page, str(stranger.pk) in page) == (True, False)
    for members in ((stranger,), (agent, agent)):
        answer = admin.post(add_page(Team), team_form("Orders", *members))
        assert (answer.status_code, b"errorlist" in answer.content) == (200, True)
    assert Team.all_orgs.count() == TeamMember.all_orgs.count() == 0


def test_a_name_is_given_once_in_an_organization(aurora: Tenant, borealis: Tenant, admin: Client) -> None:
    Team.all_orgs.create(organization=borealis.org, name="Orders")
    statuses = [admin.post(add_page(Team), team_form("Orders")).status_code for _ in range(2)]
    assert statuses == [302, 200]


def test_as_many_queries_for_many_agents_as_for_few(aurora: Tenant, admin: Client) -> None:
    team = Team.all_orgs.create(organization=aurora.org, name="Orders")
    admin.get(change_page(team))  # The process learns some content types by the first page.
    counts = set()
    for n in range(3):
        member = another_agent(aurora, f"a{n}")
        TeamMember.all_orgs.create(organization=aurora.org, team=team, agent=another_agent(aurora, f"b{n}"))
        with CaptureQueriesContext(connection) as queries:
            page = admin.get(change_page(team)).content.decode()
        counts.add(len(queries) - n - 1)  # The choices of each row's field are read again.
        assert member.user.email in page
    assert len(counts) == 1
