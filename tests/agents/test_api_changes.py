"""PUT and PATCH /api/agents/{id} and /api/agents/{id}/status."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agents.enums import AgentStatus
from agents.models import Agent
from contactcenter.core import api_keys, doorbell
from contactcenter.core.models import AuditEntry, User
from tests.agents.api import AGENTS, KEYS, another_agent, one, profile, put
from tests.auth.clients import with_key
from tests.conftest import LogIn
from tests.factories import Tenant, make_call
from tests.sms.api import browser, problem, wrong_parts

both = pytest.mark.parametrize("method", ["PUT", "PATCH"])
NOBODY = f"{AGENTS}/00000000-0000-7000-8000-000000000000"
Rung = list[tuple[Any, str, dict[str, Any]]]


@pytest.fixture
def agent(aurora: Tenant, borealis: Tenant) -> Agent:
    return profile(aurora.agent)


@pytest.fixture
def supervisor(agent: Agent, aurora: Tenant) -> Client:
    return browser(aurora.supervisor)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> Rung:
    """What open pages were told (the wire to Valkey is cut here)."""
    found: Rung = []
    monkeypatch.setattr(doorbell, "ring", lambda org_id, event, **ids: found.append((org_id, event, ids)))
    return found


def deeds(agent: Agent) -> list[tuple[str, dict[str, Any]]]:
    rows = AuditEntry.all_orgs.filter(object_id=agent.pk).order_by("id")
    return [(row.action, row.detail) for row in rows]


# --- Status ----------------------------------------------------------------------------------------------------
@both
@pytest.mark.parametrize("status", AgentStatus.values)
def test_every_status_can_be_set_in_any_letter_case(agent: Agent, supervisor: Client, method: str, status: str) -> None:
    answer = put(supervisor, f"{one(agent)}/status", {"status": status.lower()}, method=method)
    assert answer.status_code == 200, answer.content
    shown = json.loads(answer.content)
    assert (shown.keys(), shown["id"], shown["status"]) == (KEYS, str(agent.pk), status)
    assert shown["is_available"] is (status == "AVAILABLE")
    assert profile(agent.user).status == status


def test_a_change_of_status_is_dated_audited_and_told_once(
    aurora: Tenant, agent: Agent, supervisor: Client, rung: Rung
) -> None:
    before = timezone.now()
    for _ in range(2):
        assert put(supervisor, f"{one(agent)}/status", {"status": "BREAK"}).status_code == 200
        changed_at = profile(agent.user).status_changed_at
        assert changed_at > before
    assert deeds(agent) == [("agent.status_changed", {"from": "OFFLINE", "to": "BREAK"})]
    assert AuditEntry.all_orgs.get(object_id=agent.pk).actor == aurora.supervisor
    assert rung == [(aurora.org.pk, "agents:changed", {"agent_id": agent.pk})]
    put(supervisor, f"{one(agent)}/status", {"status": "BREAK"})
    assert profile(agent.user).status_changed_at == changed_at


@both
def test_agents_set_their_own_status_and_nobody_elses(aurora: Tenant, agent: Agent, method: str) -> None:
    other = another_agent(aurora, "other")
    client = browser(aurora.agent)
    assert put(client, f"{one(agent)}/status", {"status": "AVAILABLE"}, method=method).status_code == 200
    problem(put(client, f"{one(other)}/status", {"status": "AVAILABLE"}, method=method), 403, "PERMISSION_DENIED")
    assert (profile(agent.user).status, profile(other.user).status) == ("AVAILABLE", "OFFLINE")


@both
@pytest.mark.parametrize("rest", ["", "/status"])
def test_what_is_anothers_or_nowhere_is_not_found(
    aurora: Tenant, borealis: Tenant, agent: Agent, method: str, rest: str
) -> None:
    theirs = profile(borealis.agent)
    for user in aurora.users:
        for url in (f"{one(theirs)}{rest}", f"{NOBODY}{rest}"):
            answer = put(browser(user), url, {"status": "BREAK"}, method=method)
            assert problem(answer, 404, "NOT_FOUND")["detail"] == "Agent not found"
    assert profile(borealis.agent).status == "OFFLINE"
    assert deeds(theirs) == []


def test_who_may_set_a_status(aurora: Tenant, agent: Agent, log_in: LogIn) -> None:
    url = f"{one(agent)}/status"
    statuses = {user.role: put(browser(user), url, {"status": "BREAK"}).status_code for user in aurora.users}
    assert statuses == {"ADMIN": 200, "SUPERVISOR": 200, "AGENT": 200, "CUSTOMER": 403}
    problem(put(Client(), url, {"status": "BUSY"}), 401, "NOT_AUTHENTICATED")
    assert profile(agent.user).status == "BREAK"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({}, "required"),
        ({"status": None}, "null"),
        ({"status": "AWAY"}, "invalid_choice"),
        ({"status": 1}, "invalid_choice"),
    ],
)
def test_a_wrong_status_is_named(agent: Agent, supervisor: Client, body: dict[str, Any], kind: str) -> None:
    assert wrong_parts(put(supervisor, f"{one(agent)}/status", body)) == [(["body", "status"], kind)]
    assert profile(agent.user).status == "OFFLINE"


@pytest.mark.parametrize("rest", ["", "/status"])
def test_a_body_that_is_no_json_object(agent: Agent, supervisor: Client, rest: str) -> None:
    problem(put(supervisor, one(agent) + rest, "{"), 400, "MALFORMED_BODY")
    assert wrong_parts(put(supervisor, one(agent) + rest, "[]")) == [(["body"], "object_expected")]


def test_a_key_without_the_scope_to_manage_sets_its_persons_status_only(aurora: Tenant, agent: Agent) -> None:
    own = Agent.all_orgs.create(organization=aurora.org, user=aurora.supervisor)
    _key, secret = api_keys.create(user=aurora.supervisor, name="desk phone", scopes=["agents.status"])
    client = with_key(secret)
    assert put(client, f"{one(own)}/status", {"status": "AVAILABLE"}).status_code == 200
    problem(put(client, f"{one(agent)}/status", {"status": "AVAILABLE"}), 403, "PERMISSION_DENIED")


# --- Profile ---------------------------------------------------------------------------------------------------
@both
def test_only_what_is_named_changes(agent: Agent, supervisor: Client, rung: Rung, method: str) -> None:
    body = {"max_capacity": 4, "skills": ["x", "y"], "language": "es", "metadata": {"desk": 5}}
    for name, value in body.items():
        before = json.loads(supervisor.get(one(agent)).content)
        answer = put(supervisor, one(agent), {name: value}, method=method)
        assert answer.status_code == 200, answer.content
        shown = json.loads(answer.content)
        assert {key for key in KEYS if shown[key] != before[key]} - {"capacity_percentage"} == {name, "updated_at"}
        assert shown[name] == value
    assert deeds(agent) == [("agent.changed", {"fields": [name]}) for name in body]
    assert len(rung) == len(body)


def test_everything_at_once_is_one_change(agent: Agent, supervisor: Client, rung: Rung) -> None:
    body = {"status": "training", "max_capacity": 2, "skills": [], "language": "cs", "metadata": {}}
    shown = json.loads(put(supervisor, f"{one(agent)}/", body).content)
    assert {name: shown[name] for name in body} == {**body, "status": "TRAINING"}
    assert deeds(agent) == [
        ("agent.changed", {"fields": ["language", "max_capacity", "skills"]}),
        ("agent.status_changed", {"from": "OFFLINE", "to": "TRAINING"}),
    ]
    assert len(rung) == 1


@pytest.mark.parametrize(
    "body", [{}, {"status": None, "max_capacity": None, "skills": None, "language": None, "metadata": None}, {"x": 1}]
)
def test_nothing_named_changes_nothing(agent: Agent, supervisor: Client, rung: Rung, body: dict[str, Any]) -> None:
    before = supervisor.get(one(agent)).content
    answer = put(supervisor, one(agent), body)
    assert (answer.status_code, answer.content) == (200, before)
    assert (deeds(agent), rung) == ([], [])


def test_what_is_not_the_clients_to_write_stays(aurora: Tenant, agent: Agent, supervisor: Client) -> None:
    make_call(aurora, agent=aurora.agent, status="RINGING")
    body = {"current_load": 0, "user_id": str(aurora.admin.pk), "organization_id": None, "id": None, "max_capacity": 2}
    shown = json.loads(put(supervisor, one(agent), body).content)
    assert (shown["current_load"], shown["user_id"], shown["id"]) == (1, str(aurora.agent.pk), str(agent.pk))


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("status", "x", "invalid_choice"),
        ("max_capacity", 11, "max_value"),
        ("skills", ["a", "A"], "duplicate"),
        ("language", "xxxx", "invalid"),
        ("metadata", "x", "not_a_dict"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_changes(
    agent: Agent, supervisor: Client, name: str, value: Any, kind: str
) -> None:
    before = supervisor.get(one(agent)).content
    assert wrong_parts(put(supervisor, one(agent), {"max_capacity": 2, name: value})) == [(["body", name], kind)]
    assert supervisor.get(one(agent)).content == before


@both
def test_who_may_change_a_profile(aurora: Tenant, agent: Agent, method: str) -> None:
    def status(user: User) -> int:
        return put(browser(user), one(agent), {"max_capacity": 2}, method=method).status_code

    assert {user.role: status(user) for user in aurora.users} == {
        "ADMIN": 200,
        "SUPERVISOR": 200,
        "AGENT": 403,
        "CUSTOMER": 403,
    }


@pytest.mark.parametrize(("rest", "allowed"), [("", "GET, PUT, PATCH, HEAD"), ("/status", "PUT, PATCH")])
def test_unknown_methods(agent: Agent, supervisor: Client, rest: str, allowed: str) -> None:
    answer = supervisor.delete(one(agent) + rest)
    problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert set(answer["Allow"].split(", ")) == set(allowed.split(", "))
    assert Agent.all_orgs.filter(pk=agent.pk).exists()
