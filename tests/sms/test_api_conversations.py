"""GET /api/sms/conversations."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sms.enums import ConversationState, Direction
from sms.models import Conversation
from tests.conftest import LogIn
from tests.factories import Tenant, make_contact, make_conversation, make_message
from tests.sms.api import CONVERSATIONS, problem


@pytest.fixture
def agent(aurora: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.agent)


@pytest.fixture
def five(aurora: Tenant, borealis: Tenant) -> list[str]:
    """Five conversations, newest first; two of them had their last message at the same moment."""
    now = timezone.now()
    made = [make_conversation(aurora, last_message_at=now - timedelta(minutes=n)) for n in (0, 1, 1, 2, 3)]
    made[1], made[2] = made[2], made[1]  # The later id comes first.
    make_conversation(borealis)
    return [str(conversation.pk) for conversation in made]


@pytest.mark.parametrize("url", [CONVERSATIONS, f"{CONVERSATIONS}/"])
def test_a_bare_list(aurora: Tenant, borealis: Tenant, agent: Client, url: str) -> None:
    conversation = make_conversation(aurora, address="+420777123456", name="Jana", assignee=aurora.agent)
    message = make_message(conversation, body="Dobrý\nden", direction=Direction.INBOUND)
    closed = make_conversation(
        aurora,
        address="INFO",
        state=ConversationState.RESOLVED,
        last_message_at=timezone.now() - timedelta(days=1),
        last_preview="",
    )
    type(closed.contact).all_orgs.filter(pk=closed.contact_id).update(name="")
    make_conversation(borealis)
    answer = agent.get(url)
    assert answer.status_code == 200
    assert answer.json() == [
        {
            "id": str(conversation.pk),
            "contact_number": "+420777123456",
            "contact_name": "Jana",
            "last_message": "Dobrý den",
            "unread_count": 1,
            "last_message_at": message.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "status": "open",
            "assignee_id": str(aurora.agent.pk),
        },
        {
            "id": str(closed.pk),
            "contact_number": "INFO",
            "contact_name": None,
            "last_message": "",
            "unread_count": 0,
            "last_message_at": closed.last_message_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "status": "resolved",
            "assignee_id": None,
        },
    ]


def test_the_bare_list_ends_with_the_latest_200(aurora: Tenant, agent: Client) -> None:
    now = timezone.now()
    contact = make_contact(aurora)
    Conversation.all_orgs.bulk_create(
        Conversation(
            organization=aurora.org,
            contact=contact,
            phone_number=aurora.twilio_number,
            address=f"+1202556{n:04d}",
            last_message_at=now - timedelta(seconds=n),
            last_direction="inbound",
            last_status="received",
        )
        for n in range(205)
    )
    numbers = [row["contact_number"] for row in agent.get(CONVERSATIONS).json()]
    assert numbers == [f"+1202556{n:04d}" for n in range(200)]


def test_pages(agent: Client, five: list[str]) -> None:
    seen, answers = [], []
    for page in (1, 2, 3):
        body = agent.get(CONVERSATIONS, {"page": page, "page_size": 2}).json()
        seen += [item["id"] for item in body.pop("items")]
        answers.append({**body, "next_cursor": bool(body["next_cursor"])})
    assert seen == five
    common = {"total": 5, "page_size": 2}
    assert answers == [
        {**common, "page": 1, "has_more": True, "next_cursor": True},
        {**common, "page": 2, "has_more": True, "next_cursor": True},
        {**common, "page": 3, "has_more": False, "next_cursor": False},
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_a_cursor_loses_and_repeats_nothing(agent: Client, five: list[str], size: int) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = agent.get(CONVERSATIONS, {"cursor": cursor, "page_size": size}).json()
        assert (body["page"], body["total"], body["has_more"]) == (None, 5, body["next_cursor"] is not None)
        seen += [item["id"] for item in body["items"]]
        cursor = body["next_cursor"]
    assert seen == five


def test_a_page_goes_on_with_a_cursor(agent: Client, five: list[str]) -> None:
    first = agent.get(CONVERSATIONS, {"page_size": 2}).json()
    second = agent.get(CONVERSATIONS, {"page_size": 2, "cursor": first["next_cursor"]}).json()
    assert [item["id"] for item in [*first["items"], *second["items"]]] == five[:4]


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "====",
        "ě",
        "💬",
        encoded("2026-01-01T00:00:00+00:00"),
        encoded("2026-01-01T00:00:00+00:00 nothing"),
        encoded("0001-01-01T00:00:00+23:59 019a0f6e8b5e7c119d0a0f6f2b1c3d4e"),
        encoded("yesterday 019a0f6e8b5e7c119d0a0f6f2b1c3d4e"),
        encoded("ž"),
        "A" * 999,
    ],
)
def test_a_cursor_that_is_none(agent: Client, cursor: str) -> None:
    found = problem(agent.get(CONVERSATIONS, {"cursor": cursor}), 400, "INVALID_PARAMETER")
    assert found["detail"] == "Invalid cursor"


def test_another_organizations_cursor_shows_nothing_of_it(
    aurora: Tenant, borealis: Tenant, agent: Client, five: list[str], log_in: LogIn
) -> None:
    theirs = agent.get(CONVERSATIONS, {"page_size": 1}).json()["next_cursor"]
    body: dict[str, Any] = log_in(borealis.agent).get(CONVERSATIONS, {"cursor": theirs}).json()
    assert not {item["id"] for item in body["items"]} & set(five)
    assert body["total"] == 1


@pytest.mark.parametrize("params", [{}, {"page": 1}, {"cursor": ""}])
def test_as_many_queries_for_three_rows_as_for_one(aurora: Tenant, agent: Client, params: dict[str, Any]) -> None:
    counts = []
    for _row in range(3):
        make_conversation(aurora)
        with CaptureQueriesContext(connection) as queries:
            assert agent.get(CONVERSATIONS, params).status_code == 200
        counts.append(len(queries))
    assert counts == [3 + bool(params)] * 3  # session, person, rows, and for pages the number of rows
