"""GET /api/sms/inbox."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sms.enums import Direction, ErrorCode, MediaState, MessageStatus
from sms.models import Message
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_media, make_message
from tests.sms.api import CONVERSATIONS, INBOX, problem, wrong_parts

ARABIC_FIVE = "٥"


@pytest.fixture
def agent(aurora: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.agent)


@pytest.fixture
def bodies(agent: Client) -> Callable[..., list[str]]:
    """Return a function that gives the bodies of the texts that a query finds."""

    def ask(**params: Any) -> list[str]:
        answer = agent.get(INBOX, params)
        assert answer.status_code == 200, answer.content
        return [item["body"] for item in answer.json()["items"]]

    return ask


def z(at: Any) -> str:
    return str(at.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


@pytest.mark.parametrize("url", [INBOX, f"{INBOX}/"])
def test_texts_in_and_out_newest_first(aurora: Tenant, borealis: Tenant, agent: Client, url: str) -> None:
    now = timezone.now()
    conversation = make_conversation(aurora, address="+12025550150", name="Jana")
    sent = make_message(
        conversation,
        body="out",
        at=now - timedelta(minutes=5),
        sent_at=now,
        delivered_at=now,
        provider_message_id="SM1",
        cost=Decimal("0.0079"),
        cost_currency="USD",
        cost_source="billed",
        error_code=ErrorCode.FINAL_FAILURE,
    )
    received = make_message(conversation, body="", direction=Direction.INBOUND)
    Message.all_orgs.filter(pk=received.pk).update(body="")
    second = make_media(received, position=1)
    first = make_media(received, position=0, state=MediaState.STORED, size=12)
    make_message(make_conversation(borealis), body="other")
    answer = agent.get(url)
    assert answer.status_code == 200
    body = answer.json()
    assert {name: value for name, value in body.items() if name != "items"} == {
        "total": 2,
        "page": 1,
        "page_size": 20,
        "has_more": False,
    }
    inbound, outbound = body["items"]
    assert outbound == {
        "id": str(sent.pk),
        "conversation_id": str(conversation.pk),
        "from_number": "+12025550110",
        "to_number": "+12025550150",
        "body": "out",
        "direction": "outbound",
        "status": "delivered",
        "segments": 1,
        "encoding": "GSM-7",
        "provider": "TWILIO",
        "provider_message_id": "SM1",
        "error_code": "FINAL_FAILURE",
        "error_message": "The text could not be delivered to this phone.",
        "cost": "0.007900",
        "cost_currency": "USD",
        "cost_source": "billed",
        "media": [],
        "created_at": z(sent.created_at),
        "sent_at": z(now),
        "delivered_at": z(now),
        "organization_id": str(aurora.org.pk),
    }
    assert (inbound["direction"], inbound["status"], inbound["body"]) == ("inbound", "received", "")
    assert (inbound["from_number"], inbound["to_number"]) == ("+12025550150", "+12025550110")
    assert inbound["media"] == [
        {
            "id": str(first.pk),
            "url": f"http://testserver/sms/media/{first.pk}/",
            "content_type": "image/png",
            "size": 12,
            "state": "stored",
        },
        {"id": str(second.pk), "url": None, "content_type": "image/png", "size": None, "state": "pending"},
    ]


def test_an_empty_inbox(agent: Client) -> None:
    assert agent.get(INBOX).json() == {"items": [], "total": 0, "page": 1, "page_size": 20, "has_more": False}


def test_pages(aurora: Tenant, agent: Client) -> None:
    conversation = make_conversation(aurora)
    now = timezone.now()
    for number in range(5):
        make_message(conversation, body=str(number), at=now - timedelta(minutes=number))
    seen = []
    for page in (1, 2, 3, 4):
        body = agent.get(INBOX, {"page": page, "page_size": 2}).json()
        seen.append(([item["body"] for item in body["items"]], body["has_more"], body["total"], body["page"]))
    assert seen == [(["0", "1"], True, 5, 1), (["2", "3"], True, 5, 2), (["4"], False, 5, 3), ([], False, 5, 4)]


@pytest.mark.parametrize("url", [INBOX, CONVERSATIONS])
@pytest.mark.parametrize(
    "params", [{"page": "0"}, {"page": "-1"}, {"page": "9" * 400}, {"page_size": "0"}, {"page_size": "101"}]
)
def test_paging_out_of_range(agent: Client, url: str, params: dict[str, str]) -> None:
    (name,) = params
    assert wrong_parts(agent.get(url, params)) == [(["query", name], "out_of_range")]


@pytest.mark.parametrize("url", [INBOX, CONVERSATIONS])
@pytest.mark.parametrize("value", ["x", "1.5", "1e2", "--1", "+", ARABIC_FIVE, "²", "0x1", "1 2", "NaN"])
def test_malformed_paging(agent: Client, url: str, value: str) -> None:
    found = problem(agent.get(url, {"page": value}), 400, "INVALID_PARAMETER")
    assert found["detail"] == f"Invalid page: {value}"


def test_last_page_size_allowed(agent: Client) -> None:
    assert agent.get(INBOX, {"page_size": "100", "page": "1000000"}).json()["items"] == []


def test_filter_by_direction_and_status(aurora: Tenant, bodies: Callable[..., list[str]]) -> None:
    conversation = make_conversation(aurora)
    make_message(conversation, body="in", direction=Direction.INBOUND)
    for status in ("queued", "claimed", "delivered"):
        make_message(conversation, body=status, status=status)
    assert bodies(direction="INBOUND") == ["in"]
    assert bodies(direction="outbound", status="Delivered") == ["delivered"]
    assert bodies(status="QUEUED") == ["claimed", "queued"]
    assert bodies(status="received") == ["in"]
    assert bodies(direction="inbound", status="queued") == []
    assert bodies(direction="", status="") == ["delivered", "claimed", "queued", "in"]


def test_a_lease_is_shown_as_queued(aurora: Tenant, agent: Client) -> None:
    make_message(make_conversation(aurora), status=MessageStatus.CLAIMED)
    assert [item["status"] for item in agent.get(INBOX).json()["items"]] == ["queued"]


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [
        ("status", "X", "Invalid sms status: X"),
        ("status", "claimed", "Invalid sms status: claimed"),
        ("direction", "up", "Invalid sms direction: up"),
        ("unread", "maybe", "Invalid unread: maybe"),
        ("contact_number", "+0", "Invalid contact number: +0"),
        ("contact_number", "💬", "Invalid contact number: 💬"),
        ("status", "y" * 500, f"Invalid sms status: {'y' * 100}"),
    ],
)
def test_nonsense_is_named(agent: Client, name: str, value: str, detail: str) -> None:
    assert problem(agent.get(INBOX, {name: value}), 400, "INVALID_PARAMETER")["detail"] == detail


@pytest.mark.parametrize("query", ["search=%00", "status=%00", "x=%00", "%00=1", "search=" + "a" * 1001, "page=%00"])
@pytest.mark.parametrize("url", [INBOX, CONVERSATIONS])
def test_what_no_database_can_compare_with(agent: Client, url: str, query: str) -> None:
    problem(agent.get(f"{url}?{query}"), 400, "INVALID_PARAMETER")


@pytest.mark.parametrize("query", ["search=%ff%fe", "search=%ed%a0%80", "search=%F0%9F%92%AC", "a&b&=&&c=;"])
def test_odd_bytes_find_nothing(agent: Client, query: str) -> None:
    assert agent.get(f"{INBOX}?{query}").status_code == 200


def test_more_parameters_than_anybody_sends(agent: Client) -> None:
    problem(agent.get(INBOX + "?" + "&".join(f"a{n}=1" for n in range(1100))), 400, "BAD_REQUEST")


@pytest.mark.parametrize("typed", ["+1 (202) 555-0150", "202 555 0150", "%2B12025550150", "+12025550150"])
def test_filter_by_contact(aurora: Tenant, agent: Client, typed: str) -> None:
    make_message(make_conversation(aurora, address="+12025550150"), body="this")
    make_message(make_conversation(aurora, address="+12025550151"), body="that")
    # As it stands in an address, where an unescaped plus sign is a space.
    answer = agent.get(f"{INBOX}?contact_number={typed}")
    assert [item["body"] for item in answer.json()["items"]] == ["this"]


def test_a_contact_may_be_a_name_or_a_short_code(aurora: Tenant, bodies: Callable[..., list[str]]) -> None:
    make_message(make_conversation(aurora, address="INFO"), body="name", direction=Direction.INBOUND)
    make_message(make_conversation(aurora, address="72404"), body="code", direction=Direction.INBOUND)
    assert (bodies(contact_number="INFO"), bodies(contact_number="72404")) == (["name"], ["code"])


def test_search(aurora: Tenant, borealis: Tenant, bodies: Callable[..., list[str]]) -> None:
    jana = make_conversation(aurora, name="Jana Nováková", address="+420777123456")
    make_message(jana, body="about boots")
    make_message(make_conversation(aurora, name="Miguel"), body="100% wool")
    make_message(make_conversation(borealis, name="Jana"), body="boots")
    found = {term: bodies(search=term) for term in ("BOOTS", "nováková", "777 123", "0%", "%", "_", "'", "\\", "zz")}
    assert found == {
        "BOOTS": ["about boots"],
        "nováková": ["about boots"],
        "777 123": ["about boots"],
        "0%": ["100% wool"],
        "%": ["100% wool"],
        "_": [],
        "'": [],
        "\\": [],
        "zz": [],
    }


def test_unread_are_the_last_ones_that_nobody_read(aurora: Tenant, bodies: Callable[..., list[str]]) -> None:
    conversation = make_conversation(aurora)
    for body in ("old", "new", "newest"):
        make_message(conversation, body=body, direction=Direction.INBOUND)
    make_message(conversation, body="answer")
    conversation.unread_count = 2
    conversation.save()
    read = make_conversation(aurora)
    make_message(read, body="read", direction=Direction.INBOUND)
    read.unread_count = 0
    read.save()
    assert bodies(unread="True") == ["newest", "new"]
    assert bodies(unread="0") == ["read", "answer", "old"]
    assert bodies(unread="1", search="newest") == ["newest"]
    assert bodies(unread="") == ["read", "answer", "newest", "new", "old"]


def test_as_many_queries_for_three_rows_as_for_one(aurora: Tenant, agent: Client) -> None:
    counts = {}
    for rows in (1, 2, 3):
        message = make_message(make_conversation(aurora), direction=Direction.INBOUND)
        make_media(message)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(agent.get(INBOX).json()["items"]) == rows
        counts[rows] = len(queries)
    assert counts == {1: 5, 2: 5, 3: 5}  # session, person, number of rows, rows, media


def test_who_may_read(aurora: Tenant, superuser: Any, log_in: LogIn) -> None:
    for url in (INBOX, CONVERSATIONS):
        statuses = {user.role: log_in(user).get(url).status_code for user in aurora.users}
        assert statuses == {"ADMIN": 200, "SUPERVISOR": 200, "AGENT": 200, "CUSTOMER": 403}
        problem(log_in(aurora.customer).get(url), 403, "PERMISSION_DENIED")
        problem(log_in(superuser).get(url), 403, "PERMISSION_DENIED")
        problem(Client().get(url), 401, "NOT_AUTHENTICATED")


def test_a_closed_account_is_nobody(aurora: Tenant, agent: Client) -> None:
    aurora.agent.is_active = False
    aurora.agent.save()
    problem(agent.get(INBOX), 401, "NOT_AUTHENTICATED")


def test_a_closed_organization_is_nobody(aurora: Tenant, agent: Client) -> None:
    aurora.org.is_active = False
    aurora.org.save()
    problem(agent.get(INBOX), 401, "NOT_AUTHENTICATED")


@pytest.mark.parametrize("url", [INBOX, CONVERSATIONS])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_unknown_methods(agent: Client, url: str, method: str) -> None:
    answer = agent.generic(method, url)
    problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer["Allow"] == "GET, HEAD"


def test_head_is_get_without_a_body(aurora: Tenant, agent: Client) -> None:
    answer = agent.head(INBOX)
    assert (answer.status_code, answer.content) == (200, b"")
