"""Drafts: what was typed is there again, on every device of its author and for nobody else, until it is sent."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client

from sms.models import Conversation, Draft, Message
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "composer"}


def typed(client: Client, conversation: Conversation) -> str:
    """Return what stands in the composer when the conversation is opened."""
    found = re.search(r'<textarea [^>]*id="composer-body"[^>]*>(.*?)</textarea>', page(client, conversation), re.DOTALL)
    assert found is not None
    return unescape(found[1]).removeprefix("\n")


def page(client: Client, conversation: Conversation) -> str:
    return client.get(f"/sms/{conversation.pk}/").content.decode()


def keep(client: Client, conversation: Conversation, body: str, key: str = "") -> int:
    answer = client.post(f"/sms/{conversation.pk}/draft/", {"body": body, "request_key": key or uuid4().hex})
    return answer.status_code


def test_a_draft_is_there_again_on_another_device_and_for_nobody_else(aurora: Tenant, log_in: LogIn) -> None:
    conversation, other = make_conversation(aurora), make_conversation(aurora)
    colleague = make_user(aurora.org, "AGENT", email="colleague@aurora.example")

    assert keep(log_in(aurora.agent), conversation, "First") == 204
    assert keep(log_in(aurora.agent), conversation, "Second <b>\r\nline") == 204

    assert typed(log_in(aurora.agent), conversation) == "Second <b>\nline"
    assert typed(log_in(aurora.agent), other) == ""
    assert typed(log_in(colleague), conversation) == ""
    assert Draft.all_orgs.count() == 1
    assert not Message.all_orgs.exists()


def test_an_emptied_field_leaves_no_draft(aurora: Tenant, log_in: LogIn) -> None:
    conversation, client = make_conversation(aurora), log_in(aurora.agent)
    keep(client, conversation, "Something")

    assert keep(client, conversation, " \n") == 204

    assert not Draft.all_orgs.exists()


def test_a_text_that_was_sent_is_no_draft_also_when_it_arrives_late(aurora: Tenant, log_in: LogIn) -> None:
    conversation, client, key = make_conversation(aurora), log_in(aurora.agent), uuid4().hex
    colleague = make_user(aurora.org, "AGENT", email="colleague@aurora.example")
    keep(log_in(colleague), conversation, "Theirs")
    keep(client, conversation, "Hello", key)

    sent = client.post(f"/sms/{conversation.pk}/send/", {"body": "Hello", "request_key": key}, headers=HTMX)
    assert keep(client, conversation, "Hello", key) == 204

    assert sent.status_code == 200
    assert typed(client, conversation) == ""
    assert [draft.body for draft in Draft.all_orgs.all()] == ["Theirs"]


def test_a_text_that_was_refused_stays_a_draft(aurora: Tenant, log_in: LogIn) -> None:
    conversation, client = make_conversation(aurora), log_in(aurora.agent)
    keep(client, conversation, "x" * 1531)

    refused = client.post(
        f"/sms/{conversation.pk}/send/", {"body": "x" * 1531, "request_key": uuid4().hex}, headers=HTMX
    )

    assert refused.status_code == 422
    assert typed(client, conversation) == "x" * 1531


def test_a_draft_in_another_organizations_conversation_is_not_kept(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    assert keep(log_in(aurora.agent), make_conversation(borealis), "Hello") == 404
    assert not Draft.all_orgs.exists()
