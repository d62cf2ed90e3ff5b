"""GET /api/sms/conversations/{id}/messages and POST /api/sms/conversations/{id}/read."""

import base64
import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contactcenter.core.models import IdempotencyKey
from sms.enums import Direction
from sms.models import Conversation, Message
from tests.factories import Tenant, make_conversation, make_media, make_message
from tests.sms.api import CONVERSATIONS, INBOX, browser, post, problem, wrong_parts


@pytest.fixture
def agent(aurora: Tenant) -> Client:
    return browser(aurora.agent)


@pytest.fixture
def talk(aurora: Tenant) -> Conversation:
    return make_conversation(aurora, address="+12025550150", name="Jana")


@pytest.fixture
def five(aurora: Tenant, borealis: Tenant, talk: Conversation) -> list[str]:
    """Five texts of one conversation, newest first, between texts of other ones."""
    made: list[Message] = []
    for number in range(5):
        made.append(make_message(talk, body=str(number), direction=Direction.INBOUND if number % 2 else "outbound"))
        make_message(make_conversation(aurora), body="of somebody else")
        make_message(make_conversation(borealis), body="of another organization")
    return [str(message.pk) for message in reversed(made)]


def messages(conversation: Conversation | Any) -> str:
    return f"{CONVERSATIONS}/{getattr(conversation, 'pk', conversation)}/messages"


def read(conversation: Conversation | Any) -> str:
    return f"{CONVERSATIONS}/{getattr(conversation, 'pk', conversation)}/read"


# --- The texts of a conversation -----------------------------------------------------------------------------
@pytest.mark.parametrize("ending", ["", "/"])
def test_texts_of_one_conversation_newest_first(
    aurora: Tenant, agent: Client, talk: Conversation, five: list[str], ending: str
) -> None:
    make_media(Message.objects.for_org(aurora.org).get(pk=five[1]))
    answer = agent.get(messages(talk) + ending)
    assert answer.status_code == 200
    body = answer.json()
    assert [(item["id"], item["body"]) for item in body["items"]] == list(zip(five, "43210", strict=True))
    inbox = {item["id"]: item for item in agent.get(INBOX).json()["items"]}
    assert body["items"] == [inbox[pk] for pk in five]
    assert {name: value for name, value in body.items() if name != "items"} == {
        "total": 5,
        "page": 1,
        "page_size": 20,
        "has_more": False,
        "next_cursor": None,
    }


def test_a_conversation_without_texts(agent: Client, talk: Conversation) -> None:
    body = agent.get(messages(talk)).json()
    assert (body["items"], body["total"], body["has_more"]) == ([], 0, False)


def test_pages(agent: Client, talk: Conversation, five: list[str]) -> None:
    seen = []
    for page in (1, 2, 3, 4):
        body = agent.get(messages(talk), {"page": page, "page_size": 2}).json()
        seen.append(([item["id"] for item in body["items"]], body["has_more"], body["total"], body["page"]))
    assert seen == [(five[:2], True, 5, 1), (five[2:4], True, 5, 2), (five[4:], False, 5, 3), ([], False, 5, 4)]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_a_cursor_loses_and_repeats_nothing(agent: Client, talk: Conversation, five: list[str], size: int) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = agent.get(messages(talk), {"cursor": cursor, "page_size": size}).json()
        assert (body["page"], body["has_more"]) == (None, body["next_cursor"] is not None)
        seen += [item["id"] for item in body["items"]]
        cursor = body["next_cursor"]
        make_message(talk, body="arrives meanwhile")
    assert seen == five


@pytest.mark.parametrize("cursor", ["x", "====", "ě", base64.b64encode(b"nothing").decode(), "A" * 999])
def test_a_cursor_that_is_none(agent: Client, talk: Conversation, cursor: str) -> None:
    found = problem(agent.get(messages(talk), {"cursor": cursor}), 400, "INVALID_PARAMETER")
    assert found["detail"] == "Invalid cursor"


def test_paging_is_read_strictly(agent: Client, talk: Conversation) -> None:
    assert wrong_parts(agent.get(messages(talk), {"page_size": "101"})) == [(["query", "page_size"], "out_of_range")]
    assert problem(agent.get(messages(talk), {"page": "x"}), 400, "INVALID_PARAMETER")["detail"] == "Invalid page: x"


def test_as_many_queries_for_three_texts_as_for_one(agent: Client, talk: Conversation) -> None:
    counts = []
    for rows in (1, 2, 3):
        make_media(make_message(talk, direction=Direction.INBOUND))
        with CaptureQueriesContext(connection) as queries:
            assert len(agent.get(messages(talk)).json()["items"]) == rows
        counts.append(len(queries))
    assert counts == [6, 6, 6]  # session, person, conversation, rows, number of rows, media


# --- Read ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("ending", ["", "/"])
def test_reading(aurora: Tenant, borealis: Tenant, agent: Client, talk: Conversation, ending: str) -> None:
    other, foreign = make_conversation(aurora), make_conversation(borealis)
    for conversation in (talk, other, foreign):
        make_message(conversation, direction=Direction.INBOUND)
    answer = post(agent, b"", url=read(talk) + ending)
    assert answer.status_code == 200
    listed = {row["id"]: row for row in agent.get(CONVERSATIONS).json()}
    assert json.loads(answer.content) == listed[str(talk.pk)]
    assert (listed[str(talk.pk)]["unread_count"], listed[str(other.pk)]["unread_count"]) == (0, 1)
    assert Conversation.objects.for_org(borealis.org).get(pk=foreign.pk).unread_count == 1
    assert json.loads(post(agent, b"", url=read(talk)).content) == listed[str(talk.pk)]


def test_a_body_is_not_needed_but_must_be_json(agent: Client, talk: Conversation) -> None:
    assert agent.generic("POST", read(talk), content_type="").status_code == 200  # What `curl -X POST` sends.
    assert post(agent, {"unread": True}, url=read(talk)).status_code == 200
    problem(post(agent, "{", url=read(talk)), 400, "MALFORMED_BODY")
    assert wrong_parts(post(agent, [1], url=read(talk))) == [(["body"], "object_expected")]
    problem(agent.post(read(talk), b"x", content_type="text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE")
    problem(agent.post(read(talk), {"a": "form"}), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_the_same_key_gives_the_first_answer(aurora: Tenant, agent: Client, talk: Conversation) -> None:
    first = post(agent, b"", url=read(talk), key="a")
    make_message(talk, direction=Direction.INBOUND)
    second = post(agent, b"", url=read(talk), key="a")
    assert (second.status_code, second["Idempotency-Replayed"]) == (200, "true")
    assert second.content == first.content
    assert Conversation.objects.for_org(aurora.org).get(pk=talk.pk).unread_count == 1
    other = make_conversation(aurora)
    assert wrong_parts(post(agent, b"", url=read(other), key="a")) == [
        (["header", "Idempotency-Key"], "idempotency_conflict")
    ]


def test_a_key_is_not_spent_on_what_is_not_there(agent: Client) -> None:
    problem(post(agent, b"", url=read(uuid4()), key="a"), 404, "NOT_FOUND")
    assert not IdempotencyKey.objects.exists()


# --- Who may -------------------------------------------------------------------------------------------------
def test_roles(aurora: Tenant, superuser: Any, talk: Conversation) -> None:
    for ask in (lambda client: client.get(messages(talk)), lambda client: post(client, b"", url=read(talk))):
        statuses = {user.role: ask(browser(user)).status_code for user in aurora.users}
        assert statuses == {"ADMIN": 200, "SUPERVISOR": 200, "AGENT": 200, "CUSTOMER": 403}
        problem(ask(browser(aurora.customer)), 403, "PERMISSION_DENIED")
        problem(ask(browser(superuser)), 403, "PERMISSION_DENIED")
        problem(ask(Client()), 401, "NOT_AUTHENTICATED")


def test_reading_needs_the_csrf_token(aurora: Tenant, talk: Conversation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(aurora.agent)
    problem(client.post(read(talk)), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("address", [messages, read])
def test_another_organizations_conversation_does_not_exist(aurora: Tenant, borealis: Tenant, address: Any) -> None:
    foreign = make_conversation(borealis)
    make_message(foreign, direction=Direction.INBOUND)
    for user in aurora.users:  # Not even as something forbidden.
        client = browser(user)
        for pk in (foreign.pk, uuid4()):
            answer = client.get(address(pk)) if address is messages else post(client, b"", url=address(pk))
            assert problem(answer, 404, "NOT_FOUND")["detail"] == f"Conversation {pk} not found"
    assert Conversation.objects.for_org(borealis.org).get(pk=foreign.pk).unread_count == 1


def test_ids_in_any_letter_case_and_nothing_else(agent: Client, talk: Conversation) -> None:
    assert agent.get(messages(str(talk.pk).upper())).status_code == 200
    for pk in ("1", "x" * 36, "-" * 36, f"{talk.pk}0", talk.pk.hex):
        problem(agent.get(messages(pk)), 404, "NOT_FOUND")


def test_unknown_methods(agent: Client, talk: Conversation) -> None:
    for url, allowed in ((messages(talk), "GET, HEAD"), (read(talk), "POST")):
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - set(allowed.split(", ")):
            answer = agent.generic(method, url)
            problem(answer, 405, "METHOD_NOT_ALLOWED")
            assert answer["Allow"] == allowed
