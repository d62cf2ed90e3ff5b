"""GET and POST /api/agents, GET /api/agents/{id}, GET /api/agents/available/count."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.enums import AgentStatus
from agents.models import Agent
from contactcenter.core.models import AuditEntry
from tests.agents.api import AGENTS, COUNT, KEYS, another_agent, one, profile, z
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_user
from tests.sms.api import browser, post, problem, wrong_parts

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def supervisor(aurora: Tenant, borealis: Tenant) -> Client:
    return browser(aurora.supervisor)


def ids(client: Client, **params: Any) -> list[str]:
    answer = client.get(AGENTS, params)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()]


# --- Lists -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("slash", ["", "/"])
def test_an_agent_has_exactly_these_fields(aurora: Tenant, supervisor: Client, slash: str) -> None:
    agent = profile(aurora.agent)
    Agent.all_orgs.filter(pk=agent.pk).update(
        status="AVAILABLE", max_capacity=3, language="cs", metadata={"desk": [1, None]}
    )
    make_call(aurora, agent=aurora.agent, status="IN_PROGRESS")
    agent.refresh_from_db()
    expected = {
        "id": str(agent.pk),
        "user_id": str(aurora.agent.pk),
        "status": "AVAILABLE",
        "max_capacity": 3,
        "current_load": 1,
        "skills": ["aurora-skill"],
        "language": "cs",
        "metadata": {"desk": [1, None]},
        "is_available": True,
        "capacity_percentage": 33.33,
        "created_at": z(agent.created_at),
        "updated_at": z(agent.updated_at),
    }
    assert expected.keys() == KEYS
    assert supervisor.get(AGENTS + slash).json() == [expected]
    assert supervisor.get(one(agent) + slash).json() == expected


def test_the_order_stays_and_pages_do_not_overlap(aurora: Tenant, supervisor: Client) -> None:
    made = [str(profile(aurora.agent).pk)] + [str(another_agent(aurora, f"a{n}").pk) for n in range(4)]
    Agent.all_orgs.filter(pk=made[0]).update(status="BREAK")
    assert ids(supervisor) == made
    pages = [ids(supervisor, skip=skip, limit=2) for skip in (0, 2, 4, 6)]
    assert pages == [made[:2], made[2:4], made[4:], []]


def test_twenty_are_listed_unless_somebody_asks_for_more(aurora: Tenant, supervisor: Client) -> None:
    for n in range(21):
        another_agent(aurora, f"a{n}")
    assert [len(ids(supervisor)), len(ids(supervisor, limit=100))] == [20, 22]


def test_filter_by_status_in_any_letter_case(aurora: Tenant, supervisor: Client) -> None:
    made = {status: str(another_agent(aurora, status.lower(), status=status).pk) for status in AgentStatus.values}
    for status in AgentStatus.values:
        found = [made[status]]
        expected = [str(profile(aurora.agent).pk), *found] if status == "OFFLINE" else found
        assert ids(supervisor, status=status) == ids(supervisor, status=status.lower()) == expected
    assert ids(supervisor, status="") == ids(supervisor)


@pytest.mark.parametrize("given", ["X", "available!", "AVAIL"])
def test_an_unknown_status_is_named(supervisor: Client, given: str) -> None:
    found = problem(supervisor.get(AGENTS, {"status": given}), 400, "INVALID_PARAMETER")
    assert found["detail"] == f"Invalid agent status: {given}"


@pytest.mark.parametrize(
    "params", [{"limit": "0"}, {"limit": "101"}, {"limit": "-1"}, {"skip": "-1"}, {"skip": "9" * 30}]
)
def test_paging_out_of_range(supervisor: Client, params: dict[str, str]) -> None:
    (name,) = params
    assert wrong_parts(supervisor.get(AGENTS, params)) == [(["query", name], "out_of_range")]


@pytest.mark.parametrize("name", ["skip", "limit"])
def test_malformed_paging(supervisor: Client, name: str) -> None:
    assert problem(supervisor.get(AGENTS, {name: "1.5"}), 400, "INVALID_PARAMETER")["detail"] == f"Invalid {name}: 1.5"


def test_as_many_queries_for_a_hundred_agents_as_for_one(aurora: Tenant, supervisor: Client) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert supervisor.get(url).status_code == 200
        return len(captured)

    urls = [f"{AGENTS}?limit=100", COUNT, one(profile(aurora.agent))]
    before = [queries(url) for url in urls]
    for n in range(99):
        another_agent(aurora, f"a{n}", status="AVAILABLE")
    assert len(ids(supervisor, limit=100)) == 100
    assert [queries(url) for url in urls] == before == [3, 3, 3]  # session, person, rows


# --- One, and how many -----------------------------------------------------------------------------------------
def test_an_agent_that_is_not_there_or_anothers(aurora: Tenant, borealis: Tenant, supervisor: Client) -> None:
    for url in (f"{AGENTS}/{NOBODY}", one(profile(borealis.agent)), f"{AGENTS}/{aurora.agent.pk}"):
        assert problem(supervisor.get(url), 404, "NOT_FOUND")["detail"] == "Agent not found"
    assert supervisor.get(f"{AGENTS}/nothing").status_code == 404


def test_available_are_those_who_can_take_one_more_call(aurora: Tenant, borealis: Tenant, supervisor: Client) -> None:
    for status in AgentStatus.values:
        another_agent(aurora, status.lower(), status=status)
    full, roomy = (another_agent(aurora, name, status="AVAILABLE", max_capacity=2) for name in ("full", "roomy"))
    closed = another_agent(aurora, "closed", status="AVAILABLE")
    closed.user.is_active = False
    closed.user.save()
    another_agent(borealis, "other", status="AVAILABLE")
    for user in (full.user, full.user, roomy.user):
        make_call(aurora, agent=user, status="RINGING")
    assert supervisor.get(COUNT).json() == {"available_agents": 2}
    shown = {row["id"]: row["is_available"] for row in supervisor.get(AGENTS, {"status": "available"}).json()}
    assert sum(shown.values()) == 2
    assert (shown[str(full.pk)], shown[str(roomy.pk)], shown[str(closed.pk)]) == (False, True, False)


# --- New ones --------------------------------------------------------------------------------------------------
def test_a_new_agent_begins_with_these_values(aurora: Tenant, supervisor: Client) -> None:
    answer = post(supervisor, {"user_id": str(aurora.admin.pk)}, url=AGENTS)
    assert answer.status_code == 201, answer.content
    agent = profile(aurora.admin)
    assert json.loads(answer.content) == {
        "id": str(agent.pk),
        "user_id": str(aurora.admin.pk),
        "status": "OFFLINE",
        "max_capacity": 1,
        "current_load": 0,
        "skills": [],
        "language": "en",
        "metadata": {},
        "is_available": False,
        "capacity_percentage": 0.0,
        "created_at": z(agent.created_at),
        "updated_at": z(agent.updated_at),
    }
    entry = AuditEntry.all_orgs.get(object_id=agent.pk)
    assert (entry.action, entry.actor, entry.organization) == ("agent.created", aurora.supervisor, aurora.org)


def test_a_new_agent_with_everything(aurora: Tenant, supervisor: Client) -> None:
    body = {
        "user_id": str(aurora.admin.pk).upper(),
        "status": "wrap_up",
        "max_capacity": 10,
        "skills": ["orders", " returns "],
        "language": "PT-br",
        "metadata": {"a": {"b": [1.5, None, "č"]}},
    }
    shown = json.loads(post(supervisor, body, url=f"{AGENTS}/").content)
    assert {name: shown[name] for name in body} == {
        **body,
        "user_id": str(aurora.admin.pk),
        "status": "WRAP_UP",
        "skills": ["orders", "returns"],
        "language": "pt-BR",
    }


def test_a_second_profile_is_refused(aurora: Tenant, supervisor: Client) -> None:
    answer = post(supervisor, {"user_id": str(aurora.agent.pk), "max_capacity": 9}, url=AGENTS)
    assert problem(answer, 400, "AGENT_EXISTS")["detail"] == "User already has an agent profile"
    assert Agent.all_orgs.filter(organization=aurora.org).count() == 1
    assert profile(aurora.agent).max_capacity == 1


def test_whoever_does_not_work_here_becomes_no_agent(aurora: Tenant, borealis: Tenant, supervisor: Client) -> None:
    closed = make_user(aurora.org, "AGENT", email="closed@aurora.example", is_active=False)
    before = Agent.all_orgs.count()
    for pk in (NOBODY, borealis.supervisor.pk, borealis.agent.pk, aurora.customer.pk, closed.pk):
        answer = post(supervisor, {"user_id": str(pk)}, url=AGENTS)
        assert wrong_parts(answer) == [(["body", "user_id"], "unknown_user")]
    assert Agent.all_orgs.count() == before


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("user_id", None, "null"),
        ("user_id", "x", "invalid"),
        ("user_id", [], "invalid"),
        ("status", "AWAY", "invalid_choice"),
        ("status", 5, "invalid_choice"),
        ("max_capacity", 0, "min_value"),
        ("max_capacity", 11, "max_value"),
        ("max_capacity", 10**30, "max_value"),
        ("max_capacity", "2", "invalid"),
        ("max_capacity", True, "invalid"),
        ("max_capacity", 1.5, "invalid"),
        ("skills", "orders", "not_a_list"),
        ("skills", ["Orders", "orders"], "duplicate"),
        ("skills", [str(n) for n in range(51)], "max_length"),
        ("language", "english", "max_length"),
        ("language", "e", "invalid"),
        ("language", "", "blank"),
        ("metadata", [], "not_a_dict"),
    ],
)
def test_a_wrong_field_is_named(aurora: Tenant, supervisor: Client, name: str, value: Any, kind: str) -> None:
    answer = post(supervisor, {"user_id": str(aurora.admin.pk), name: value}, url=AGENTS)
    assert (["body", name], kind) in wrong_parts(answer)
    assert not Agent.all_orgs.filter(user=aurora.admin).exists()


@pytest.mark.parametrize(("skill", "kind"), [("", "blank"), ("x" * 61, "max_length"), (1, "invalid"), (None, "null")])
def test_a_wrong_skill_is_named(aurora: Tenant, supervisor: Client, skill: Any, kind: str) -> None:
    answer = post(supervisor, {"user_id": str(aurora.admin.pk), "skills": ["a", skill]}, url=AGENTS)
    assert wrong_parts(answer) == [(["body", "skills", 1], kind)]


def test_user_id_is_required_and_null_is_absent_elsewhere(aurora: Tenant, supervisor: Client) -> None:
    assert wrong_parts(post(supervisor, {}, url=AGENTS)) == [(["body", "user_id"], "required")]
    body = dict.fromkeys(("status", "max_capacity", "skills", "language", "metadata"))
    assert post(supervisor, {"user_id": str(aurora.admin.pk), **body}, url=AGENTS).status_code == 201
    agent = profile(aurora.admin)
    assert (agent.status, agent.max_capacity, agent.skills, agent.language) == ("OFFLINE", 1, [], "en")


def test_the_same_key_makes_one_agent(aurora: Tenant, supervisor: Client) -> None:
    body = {"user_id": str(aurora.admin.pk)}
    first, second = (post(supervisor, body, url=AGENTS, key="k") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.content, second["Idempotency-Replayed"]) == (second.content, "true")
    assert Agent.all_orgs.filter(user=aurora.admin).count() == 1
    assert wrong_parts(post(supervisor, {**body, "max_capacity": 2}, url=AGENTS, key="k")) == [
        (["header", "Idempotency-Key"], "idempotency_conflict")
    ]


def test_a_refusal_is_not_remembered_under_its_key(aurora: Tenant, supervisor: Client) -> None:
    body = {"user_id": str(aurora.agent.pk)}
    problem(post(supervisor, body, url=AGENTS, key="k"), 400, "AGENT_EXISTS")
    profile(aurora.agent).delete()
    assert post(supervisor, body, url=AGENTS, key="k").status_code == 201


# --- Who -------------------------------------------------------------------------------------------------------
def test_who_may_read_and_make(aurora: Tenant, superuser: Any, log_in: LogIn) -> None:
    pk = str(uuid4())
    statuses = {}
    for user in aurora.users:
        client = browser(user)
        reads = [client.get(url).status_code for url in (AGENTS, COUNT, one(profile(aurora.agent)))]
        statuses[user.role] = [*reads, post(client, {"user_id": pk}, url=AGENTS).status_code]
    assert statuses == {
        "ADMIN": [200, 200, 200, 422],
        "SUPERVISOR": [200, 200, 200, 422],
        "AGENT": [200, 200, 200, 403],
        "CUSTOMER": [403, 403, 403, 403],
    }
    for url in (AGENTS, COUNT, one(profile(aurora.agent))):
        problem(Client().get(url), 401, "NOT_AUTHENTICATED")
        problem(log_in(superuser).get(url), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_unknown_methods(supervisor: Client, method: str) -> None:
    answer = supervisor.generic(method, AGENTS)
    problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert set(answer["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
