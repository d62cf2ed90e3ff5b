"""GET /api/sms/messages/{id}: one text with its attempts and events."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sms.enums import AttemptState, Direction, ErrorCode, MessageStatus
from sms.models import Attempt, Message, ProviderEvent
from tests.conftest import LogIn
from tests.factories import Tenant, make_attempt, make_conversation, make_media, make_message, make_receipt
from tests.sms.api import INBOX, problem


@pytest.fixture
def agent(aurora: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.agent)


@pytest.fixture
def message(aurora: Tenant) -> Message:
    return make_message(make_conversation(aurora), body="Hello", provider_message_id="SM2")


def url(message: Message | Any) -> str:
    return f"/api/sms/messages/{getattr(message, 'pk', message)}"


def z(at: Any) -> str:
    return str(at.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


def make_event(message: Message, attempt: Attempt | None = None, **fields: Any) -> ProviderEvent:
    return ProviderEvent.all_orgs.create(
        **{
            "organization_id": message.organization_id,
            "account": message.account,
            "provider": message.provider,
            "event_key": str(uuid4()),
            "receipt": make_receipt(message.account),
            "message": message,
            "attempt": attempt,
            "raw_status": "delivered",
            **fields,
        }
    )


@pytest.mark.parametrize("ending", ["", "/"])
def test_a_text_with_its_history(agent: Client, message: Message, ending: str) -> None:
    now = timezone.now()
    refused = make_attempt(
        message,
        state=AttemptState.REJECTED,
        dialled_at=now - timedelta(seconds=9),
        finished_at=now - timedelta(seconds=8),
        http_status=429,
        error_code=ErrorCode.RATE_LIMITED,
        provider_error_code="20429",
        error_message="Too Many Requests",
        request={"to": message.to_address, "status_callback": "https://voice.example/hooks/?m=secret"},
    )
    taken = make_attempt(message, provider_message_id="SM2", http_status=201, dialled_at=now, finished_at=now)
    unknown = make_event(message, taken, raw_status="teleported", provider_message_id="SM2", error_code="30005")
    delivered = make_event(message, status=MessageStatus.DELIVERED, changed_status=True, occurred_at=now)
    answer = agent.get(url(message) + ending)
    assert answer.status_code == 200
    (listed,) = agent.get(INBOX).json()["items"]
    assert answer.json() == {
        **listed,
        "attempts": [
            {
                "id": str(refused.pk),
                "provider": "TWILIO",
                "state": "rejected",
                "dialled_at": z(refused.dialled_at),
                "finished_at": z(refused.finished_at),
                "provider_message_id": None,
                "http_status": 429,
                "error_code": "RATE_LIMITED",
                "provider_error_code": "20429",
                "error_message": "Too many texts were sent at once.",
            },
            {
                "id": str(taken.pk),
                "provider": "TWILIO",
                "state": "accepted",
                "dialled_at": z(now),
                "finished_at": z(now),
                "provider_message_id": "SM2",
                "http_status": 201,
                "error_code": None,
                "provider_error_code": None,
                "error_message": None,
            },
        ],
        "events": [
            {
                "id": str(unknown.pk),
                "attempt_id": str(taken.pk),
                "provider": "TWILIO",
                "provider_message_id": "SM2",
                "provider_status": "teleported",
                "status": None,
                "provider_error_code": "30005",
                "changed_status": False,
                "occurred_at": None,
                "received_at": z(unknown.created_at),
            },
            {
                "id": str(delivered.pk),
                "attempt_id": None,
                "provider": "TWILIO",
                "provider_message_id": None,
                "provider_status": "delivered",
                "status": "delivered",
                "provider_error_code": None,
                "changed_status": True,
                "occurred_at": z(now),
                "received_at": z(delivered.created_at),
            },
        ],
    }
    assert b"secret" not in answer.content


def test_an_inbound_text_has_media_and_no_history(aurora: Tenant, agent: Client) -> None:
    received = make_message(make_conversation(aurora), direction=Direction.INBOUND)
    media = make_media(received)
    body = agent.get(url(received)).json()
    assert [item["id"] for item in body["media"]] == [str(media.pk)]
    assert (body["status"], body["attempts"], body["events"]) == ("received", [], [])


def test_a_lease_is_nobodys_business(aurora: Tenant, agent: Client) -> None:
    claimed = make_message(make_conversation(aurora), status=MessageStatus.CLAIMED)
    assert agent.get(url(claimed)).json()["status"] == "queued"


def test_as_many_queries_for_three_attempts_as_for_one(agent: Client, message: Message) -> None:
    counts = []
    for rows in (1, 2, 3):
        make_event(message, make_attempt(message, state=AttemptState.REJECTED))
        with CaptureQueriesContext(connection) as queries:
            body = agent.get(url(message)).json()
        assert (len(body["attempts"]), len(body["events"])) == (rows, rows)
        counts.append(len(queries))
    assert counts == [5, 5, 5]  # session, person, message with its files, attempts, events


def test_who_may_read(aurora: Tenant, superuser: Any, message: Message, log_in: LogIn) -> None:
    statuses = {user.role: log_in(user).get(url(message)).status_code for user in aurora.users}
    assert statuses == {"ADMIN": 200, "SUPERVISOR": 200, "AGENT": 200, "CUSTOMER": 403}
    problem(log_in(aurora.customer).get(url(message)), 403, "PERMISSION_DENIED")
    problem(log_in(superuser).get(url(message)), 403, "PERMISSION_DENIED")
    problem(Client().get(url(message)), 401, "NOT_AUTHENTICATED")


def test_another_organizations_text_does_not_exist(
    aurora: Tenant, borealis: Tenant, message: Message, log_in: LogIn
) -> None:
    for user in borealis.users:  # Not even as something forbidden.
        for pk in (message.pk, uuid4()):
            found = problem(log_in(user).get(url(pk)), 404, "NOT_FOUND")
            assert found["detail"] == f"Message {pk} not found"


def test_a_closed_organizations_people_are_nobody(aurora: Tenant, agent: Client, message: Message) -> None:
    aurora.org.is_active = False
    aurora.org.save()
    problem(agent.get(url(message)), 401, "NOT_AUTHENTICATED")


def test_what_is_no_id_and_what_is_no_method(agent: Client, message: Message) -> None:
    for pk in ("1", "x" * 36, "-" * 36, message.pk.hex, "%00"):
        problem(agent.get(url(pk)), 404, "NOT_FOUND")
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = agent.generic(method, url(message))
        problem(answer, 405, "METHOD_NOT_ALLOWED")
        assert answer["Allow"] == "GET, HEAD"
