"""The endpoints of calls, exactly as the contract has them, as every role, on rows of two organizations."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from agents.models import Agent
from calls.enums import CallStatus
from calls.models import Call, CallCommand, Campaign
from contactcenter.core.models import AuditEntry, OutboxEvent, PhoneNumber
from tests.calls.rows import stored_call
from tests.factories import Tenant, make_contact
from tests.sms.api import browser, post, problem, wrong_parts

pytestmark = pytest.mark.django_db
CALLS = "/api/calls/"
TO = "+12025550199"
KEYS = {
    *("id", "from_number", "to_number", "direction", "status", "provider", "organization_id", "agent_id"),
    *("supervisor_id", "campaign_id", "contact_id", "start_time", "end_time", "duration", "recording_url"),
    *("disposition", "notes", "metadata", "extra_metadata", "created_at"),
}


def place(client: Client, *, key: str | None = None, **fields: Any) -> Any:
    return post(client, {"to_number": TO, "direction": "OUTBOUND", **fields}, url=CALLS, key=key)


def put(client: Client, call_id: Any, body: Any, *, method: str = "put") -> Any:
    return getattr(client, method)(f"{CALLS}{call_id}", json.dumps(body), content_type="application/json")


def events(kind: str) -> list[dict[str, Any]]:
    return [event.data for event in OutboxEvent.all_orgs.filter(type=kind).order_by("id")]


# --- POST /calls/ ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["admin", "supervisor", "agent"])
def test_an_outbound_call_is_queued_and_told_once(aurora: Tenant, borealis: Tenant, role: str) -> None:
    user = getattr(aurora, role)
    answer = place(browser(user), to_number="+1 (202) 555-0199", metadata={"order": 7})
    assert answer.status_code == 201
    call = answer.json()
    assert call.keys() == KEYS
    expected = {
        "from_number": aurora.twilio_number.address,
        "to_number": TO,
        "direction": "OUTBOUND",
        "status": "QUEUED",
        "provider": "TWILIO",
        "organization_id": str(aurora.org.pk),
        # Who calls with an agent's profile holds the call.
        "agent_id": str(user.pk) if role == "agent" else None,
        **dict.fromkeys(("supervisor_id", "campaign_id", "contact_id", "end_time", "duration", "recording_url")),
        **dict.fromkeys(("disposition", "notes")),
        "metadata": {"order": 7},
        "extra_metadata": {"order": 7},
    }
    assert {name: call[name] for name in expected} == expected
    assert call["start_time"] == call["created_at"]
    assert call["start_time"].endswith("Z")
    assert events("call.started") == [
        {"call_id": call["id"], "from_number": expected["from_number"], "to_number": TO, "campaign_id": None}
    ]
    assert not Call.objects.for_org(borealis.org).exists()


def test_the_curl_line_of_the_original_system_works_as_it_is(aurora: Tenant) -> None:
    body = {"from_number": "+1234567890", "to_number": "+1987654321", "direction": "outbound"}
    answer = post(browser(aurora.agent), body, url="/api/calls")
    assert (answer.status_code, answer.json()["from_number"], answer.json()["status"]) == (
        201,
        "+1234567890",
        "QUEUED",
    )


def test_an_inbound_call_rings(aurora: Tenant) -> None:
    body = {"from_number": TO, "to_number": aurora.telnyx_number.address, "direction": "Inbound"}
    answer = post(browser(aurora.supervisor), body, url=CALLS)
    call = answer.json()
    assert (answer.status_code, call["direction"], call["status"], call["provider"], call["agent_id"]) == (
        201,
        "INBOUND",
        "RINGING",
        "TELNYX",
        None,
    )
    assert Call.all_orgs.get().placing == ""
    assert len(events("call.started")) == 1


def test_campaign_and_contact_are_the_organizations_own(aurora: Tenant, borealis: Tenant) -> None:
    ours = Campaign.all_orgs.create(organization=aurora.org, name="Ours")
    theirs = Campaign.all_orgs.create(organization=borealis.org, name="Theirs")
    known = make_contact(aurora, address=TO)
    call = place(browser(aurora.agent), campaign_id=str(ours.pk)).json()
    assert (call["campaign_id"], call["contact_id"]) == (str(ours.pk), str(known.pk))
    for field, value in (
        ("campaign_id", theirs.pk),
        ("contact_id", make_contact(borealis).pk),
        ("campaign_id", uuid4()),
    ):
        refused = place(browser(aurora.agent), **{field: str(value)})
        assert wrong_parts(refused) == [(["body", field], f"unknown_{field.removesuffix('_id')}")]
    assert Call.all_orgs.count() == 1


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({"to_number": "nobody"}, [(["body", "to_number"], "invalid_number")]),
        ({"to_number": "+0123456789"}, [(["body", "to_number"], "invalid_number")]),
        ({"to_number": ""}, [(["body", "to_number"], "blank")]),
        ({"to_number": 42}, [(["body", "to_number"], "invalid")]),
        ({"from_number": "x"}, [(["body", "from_number"], "invalid_number")]),
        ({"direction": "sideways"}, [(["body", "direction"], "invalid_choice")]),
        ({"direction": None}, [(["body", "direction"], "null")]),
        ({"direction": 1}, [(["body", "direction"], "invalid_choice")]),
        ({"campaign_id": "x"}, [(["body", "campaign_id"], "invalid")]),
        ({"metadata": []}, [(["body", "metadata"], "not_a_dict")]),
    ],
)
def test_bad_input_is_named_and_stores_nothing(aurora: Tenant, fields: dict[str, Any], parts: list[Any]) -> None:
    assert wrong_parts(place(browser(aurora.agent), **fields)) == parts
    assert not Call.all_orgs.exists()
    assert not OutboxEvent.all_orgs.exists()


def test_what_is_missing_is_named(aurora: Tenant) -> None:
    assert wrong_parts(post(browser(aurora.agent), {}, url=CALLS)) == [
        (["body", "to_number"], "required"),
        (["body", "direction"], "required"),
    ]


def test_without_a_line_there_is_no_voice_service(aurora: Tenant) -> None:
    PhoneNumber.all_orgs.filter(organization=aurora.org).update(is_active=False)
    refused = problem(place(browser(aurora.agent)), 503, "SERVICE_UNAVAILABLE")
    assert refused["detail"] == "Voice service not available"


def test_a_telnyx_account_without_a_connection_makes_no_calls(aurora: Tenant) -> None:
    PhoneNumber.all_orgs.filter(pk=aurora.twilio_number.pk).update(is_active=False)
    assert place(browser(aurora.agent)).json()["provider"] == "TELNYX"
    aurora.telnyx.connection_id = ""
    aurora.telnyx.save()
    assert place(browser(aurora.agent)).status_code == 503


def test_writing_twice_places_one_call(aurora: Tenant) -> None:
    client = browser(aurora.agent)
    first, second = place(client, key="k-1"), place(client, key="k-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert place(client, key="k-1", to_number="+12025550198").status_code == 422
    assert Call.all_orgs.count() == 1


# --- GET /calls/ ----------------------------------------------------------------------------------------------
def listed(client: Client, **params: Any) -> list[str]:
    answer = client.get(CALLS, params)
    assert answer.status_code == 200, answer.content
    assert answer.json().keys() == {"items", "total", "page", "page_size", "has_more"}
    return [call["id"] for call in answer.json()["items"]]


def test_the_list_is_newest_first_in_pages_of_ones_own(aurora: Tenant, borealis: Tenant) -> None:
    now = datetime.now(UTC)
    calls = [stored_call(aurora, at=now - timedelta(minutes=n)) for n in range(5)]
    stored_call(borealis)
    ids = [str(call.pk) for call in calls]
    client = browser(aurora.agent)
    assert listed(client) == ids
    page = client.get(CALLS, {"page": 2, "page_size": 2}).json()
    assert ([call["id"] for call in page["items"]], page["total"], page["page"], page["page_size"]) == (
        ids[2:4],
        5,
        2,
        2,
    )
    assert page["has_more"] is True
    assert client.get(CALLS, {"page": 3, "page_size": 2}).json()["has_more"] is False


def test_turning_pages_by_cursor_loses_and_repeats_nothing(aurora: Tenant) -> None:
    at = datetime.now(UTC)
    ids = {str(stored_call(aurora, at=at).pk) for _ in range(5)}  # All at the same moment: the id decides.
    client, seen, cursor = browser(aurora.agent), [], ""
    while cursor is not None:
        page = client.get(CALLS, {"cursor": cursor, "page_size": 2}).json()
        assert page.keys() == {"items", "total", "page", "page_size", "has_more", "next_cursor"}
        seen += [call["id"] for call in page["items"]]
        stored_call(aurora)  # A new call moves nothing.
        cursor = page["next_cursor"]
    assert len(seen) == 5
    assert set(seen) == ids


def test_filters(aurora: Tenant) -> None:
    at = datetime(2026, 3, 5, 12, tzinfo=UTC)
    contact = make_contact(aurora, name="Jana Nováková")
    done = stored_call(aurora, at=at, agent=aurora.agent, contact=contact, to_number="+12025550177")
    busy = stored_call(aurora, at=at - timedelta(days=1), status="BUSY", notes="wants a discount")
    inbound = stored_call(aurora, at=at + timedelta(days=1), direction="INBOUND", status="RINGING")
    client = browser(aurora.agent)

    def found(**params: str) -> set[str]:
        return set(listed(client, **params))

    assert found(call_status="completed") == found(status="COMPLETED") == {str(done.pk)}
    assert found(direction="Inbound") == {str(inbound.pk)}
    assert found(agent_id=str(aurora.agent.pk)) == {str(done.pk)}
    assert found(start_date="2026-03-05") == {str(done.pk), str(inbound.pk)}
    assert found(end_date="2026-03-05") == {str(done.pk), str(busy.pk)}
    assert found(start_date="2026-03-05T12:00:00Z", end_date="2026-03-05T13:00:00+01:00") == {str(done.pk)}
    assert found(search="nováková") == found(search="555-0177") == {str(done.pk)}
    assert found(search="discount") == {str(busy.pk)}
    assert found(search="discount", status="COMPLETED") == set()


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"call_status": "SLEEPING"}, "Invalid call status: SLEEPING"),
        ({"status": "x"}, "Invalid call status: x"),
        ({"direction": "up"}, "Invalid call direction: up"),
        ({"agent_id": "me"}, "Invalid agent id: me"),
        ({"start_date": "yesterday"}, "Invalid start date: yesterday"),
        ({"end_date": "2026-02-30"}, "Invalid end date: 2026-02-30"),
        ({"cursor": "?"}, "Invalid cursor"),
        ({"page": "one"}, "Invalid page: one"),
    ],
)
def test_a_malformed_parameter_is_named(aurora: Tenant, params: dict[str, str], sentence: str) -> None:
    assert problem(browser(aurora.agent).get(CALLS, params), 400, "INVALID_PARAMETER")["detail"] == sentence


@pytest.mark.parametrize("params", [{"page": "0"}, {"page_size": "0"}, {"page_size": "101"}, {"page": "-1"}])
def test_paging_out_of_range_is_422(aurora: Tenant, params: dict[str, str]) -> None:
    assert wrong_parts(browser(aurora.agent).get(CALLS, params)) == [(["query", next(iter(params))], "out_of_range")]


def test_a_hundred_calls_cost_as_many_queries_as_one(aurora: Tenant, django_assert_num_queries: Any) -> None:
    stored_call(aurora)
    client = browser(aurora.agent)
    with django_assert_num_queries(4):  # Session, person, rows, total.
        listed(client, page_size="100")
    for _ in range(99):
        stored_call(aurora, agent=aurora.agent, contact=make_contact(aurora))
    with django_assert_num_queries(4):
        assert len(listed(client, page_size="100")) == 100


# --- One call -------------------------------------------------------------------------------------------------
def test_one_call_and_none(aurora: Tenant, borealis: Tenant) -> None:
    call, theirs = stored_call(aurora), stored_call(borealis)
    client = browser(aurora.agent)
    assert client.get(f"{CALLS}{call.pk}").json().keys() == KEYS
    for pk in (theirs.pk, uuid4()):
        assert problem(client.get(f"{CALLS}{pk}"), 404, "NOT_FOUND")["detail"] == f"Call {pk} not found"
        assert put(client, pk, {"notes": "x"}).status_code == 404
        assert client.post(f"{CALLS}{pk}/end").status_code == 404
        assert browser(aurora.admin).delete(f"{CALLS}{pk}").status_code == 404
    theirs.refresh_from_db()
    assert (theirs.notes, theirs.deleted_at) == ("", None)


@pytest.mark.parametrize("method", ["put", "patch"])
def test_changes_touch_only_what_they_name(aurora: Tenant, method: str) -> None:
    call = stored_call(aurora, notes="before", metadata={"a": 1})
    body = {"agent_id": str(aurora.agent.pk), "supervisor_id": str(aurora.supervisor.pk), "disposition": "sold"}
    answer = put(browser(aurora.supervisor), call.pk, body, method=method)
    assert answer.status_code == 200
    changed = answer.json()
    assert {name: changed[name] for name in body} == body
    assert (changed["notes"], changed["metadata"], changed["status"]) == ("before", {"a": 1}, "COMPLETED")
    cleared = put(browser(aurora.supervisor), call.pk, {"agent_id": None, "notes": None}).json()
    assert (cleared["agent_id"], cleared["notes"], cleared["disposition"]) == (None, None, "sold")
    assert AuditEntry.all_orgs.filter(action="call.updated", object_id=call.pk).count() == 2
    assert events("call.ended") == []


def test_nobody_from_elsewhere_holds_a_call(aurora: Tenant, borealis: Tenant) -> None:
    call = stored_call(aurora)
    for pk in (borealis.agent.pk, aurora.customer.pk, uuid4()):
        refused = put(browser(aurora.agent), call.pk, {"agent_id": str(pk), "notes": "changed"})
        assert wrong_parts(refused) == [(["body", "agent_id"], "unknown_user")]
    call.refresh_from_db()
    assert (call.agent_id, call.notes) == (None, "")


def test_completing_sets_the_end_and_is_told_once(aurora: Tenant) -> None:
    client = browser(aurora.agent)
    call_id = place(client).json()["id"]
    assert put(client, call_id, {"status": "in_progress"}).json()["end_time"] is None
    Call.all_orgs.filter(pk=call_id).update(answered_at=datetime.now(UTC) - timedelta(seconds=95))
    ended = put(client, call_id, {"status": "COMPLETED", "disposition": "callback_requested"}).json()
    assert (ended["status"], ended["duration"]) == ("COMPLETED", 95)
    assert ended["end_time"]
    assert put(client, call_id, {"status": "completed"}).json() == ended
    assert events("call.ended") == [
        {
            "call_id": call_id,
            "duration": 95,
            "outcome": "callback_requested",
            "transcript": None,
            "disposition": "callback_requested",
        }
    ]


FORBIDDEN = [
    ("QUEUED", "ON_HOLD"),
    ("RINGING", "QUEUED"),
    ("RINGING", "ON_HOLD"),
    ("IN_PROGRESS", "QUEUED"),
    ("IN_PROGRESS", "RINGING"),
    ("IN_PROGRESS", "BUSY"),
    ("IN_PROGRESS", "NO_ANSWER"),
    ("ON_HOLD", "RINGING"),
    ("COMPLETED", "IN_PROGRESS"),
    ("COMPLETED", "FAILED"),
    ("BUSY", "COMPLETED"),
    ("CANCELED", "QUEUED"),
    ("NO_ANSWER", "RINGING"),
    ("FAILED", "COMPLETED"),
]


@pytest.mark.parametrize(("status", "to"), FORBIDDEN)
def test_a_forbidden_transition_names_both_states_and_changes_nothing(aurora: Tenant, status: str, to: str) -> None:
    call = stored_call(aurora, status=status)
    refused = problem(put(browser(aurora.agent), call.pk, {"status": to, "notes": "x"}), 409, "FORBIDDEN_TRANSITION")
    assert status in refused["detail"]
    assert to in refused["detail"]
    call.refresh_from_db()
    assert (call.status, call.notes) == (status, "")
    assert events("call.ended") == []


@pytest.mark.parametrize("status", ["QUEUED", "RINGING", "IN_PROGRESS", "ON_HOLD"])
def test_ending_completes_hangs_up_and_is_told_once(aurora: Tenant, status: str) -> None:
    call = stored_call(aurora, status=status, provider_call_id="CA1", placing="placed")
    client = browser(aurora.agent)
    first = client.post(f"{CALLS}{call.pk}/end")
    assert (first.status_code, first.json()["status"]) == (200, "COMPLETED")
    again = client.post(f"{CALLS}{call.pk}/end/")
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(events("call.ended")) == 1
    command = CallCommand.all_orgs.get()
    assert (command.key, command.provider_call_id, command.request) == ("hang-up", "CA1", {"Status": "completed"})


@pytest.mark.parametrize("status", ["NO_ANSWER", "BUSY", "FAILED", "CANCELED", "COMPLETED"])
def test_ending_an_ended_call_changes_nothing(aurora: Tenant, status: str) -> None:
    call = stored_call(aurora, status=status, provider_call_id="CA1")
    answer = browser(aurora.agent).post(f"{CALLS}{call.pk}/end")
    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert events("call.ended") == []
    assert not CallCommand.all_orgs.exists()


def test_a_call_that_was_not_dialled_yet_is_never_dialled_after_its_end(aurora: Tenant) -> None:
    client = browser(aurora.agent)
    call_id = place(client).json()["id"]
    client.post(f"{CALLS}{call_id}/end")
    call = Call.all_orgs.get(pk=call_id)
    assert (call.status, call.placing, call.duration) == (CallStatus.COMPLETED, "", 0)
    assert not CallCommand.all_orgs.exists()


def test_a_deleted_call_is_gone_from_everywhere_but_the_audit(aurora: Tenant) -> None:
    call = stored_call(aurora, status="IN_PROGRESS", agent=aurora.agent)
    assert Agent.all_orgs.get(user=aurora.agent).current_load == 1
    client = browser(aurora.supervisor)
    answer = client.delete(f"{CALLS}{call.pk}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(f"{CALLS}{call.pk}").status_code == 404
    assert listed(client) == []
    assert client.delete(f"{CALLS}{call.pk}").status_code == 404
    assert AuditEntry.all_orgs.filter(action="call.deleted", object_id=call.pk, actor=aurora.supervisor).count() == 1
    assert len(events("call.ended")) == 1
    assert Agent.all_orgs.get(user=aurora.agent).current_load == 0


def test_an_agent_may_not_delete_and_a_customer_may_nothing(aurora: Tenant) -> None:
    call = stored_call(aurora)
    assert browser(aurora.agent).delete(f"{CALLS}{call.pk}").status_code == 403
    customer = browser(aurora.customer)
    assert {
        customer.get(CALLS).status_code,
        place(customer).status_code,
        customer.get(f"{CALLS}{call.pk}").status_code,
        put(customer, call.pk, {}).status_code,
        customer.post(f"{CALLS}{call.pk}/end").status_code,
        customer.delete(f"{CALLS}{call.pk}").status_code,
    } == {403}
    assert Client().get(CALLS).status_code == 401
    assert Call.all_orgs.get().deleted_at is None


def test_the_load_of_an_agent_follows_the_calls(aurora: Tenant) -> None:
    def load() -> int:
        return Agent.all_orgs.get(user=aurora.agent).current_load

    client = browser(aurora.supervisor)
    call_id = place(client).json()["id"]
    assert load() == 0
    put(client, call_id, {"agent_id": str(aurora.agent.pk)})
    assert load() == 1
    put(client, call_id, {"status": "IN_PROGRESS"})
    put(client, call_id, {"status": "ON_HOLD"})
    assert load() == 1
    put(client, call_id, {"agent_id": None})
    assert load() == 0
    put(client, call_id, {"agent_id": str(aurora.agent.pk), "status": "COMPLETED"})
    assert load() == 0
