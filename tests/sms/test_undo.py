"""A text can be taken back for some seconds; one that failed is written again, by a person."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from contactcenter.core.models import ContactNumber, Delivery
from sms import claiming, services
from sms.enums import ConsentSource, ConsentState, Direction, ErrorCode, MessageStatus
from sms.models import Consent, Conversation, Draft, Message
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_message, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "composer"}


@pytest.fixture(autouse=True)
def five_seconds(settings) -> None:
    settings.UNDO_SECONDS = 5.0


@pytest.fixture
def conversation(aurora: Tenant, borealis: Tenant) -> Conversation:
    """A customer's question waits; the other organization has a text of its own."""
    make_message(make_conversation(borealis), status=MessageStatus.QUEUED)
    conversation = make_conversation(aurora)
    asked = make_message(conversation, direction=Direction.INBOUND, body="Question")
    Conversation.all_orgs.filter(pk=conversation.pk).update(waiting_since=asked.created_at)
    return conversation


def send(client: Client, conversation: Conversation, body: str) -> Message:
    form = {"body": body, "request_key": uuid4().hex}
    assert client.post(f"/sms/{conversation.pk}/send/", form, headers=HTMX).status_code == 200
    return Message.all_orgs.get(conversation=conversation, body=body)


def undo(client: Client, message: Message, *, typed: str | None = "", deed: str = "undo"):
    form = {} if typed is None else {"body": typed}
    return client.post(f"/sms/messages/{message.pk}/{deed}/", form, headers={} if typed is None else HTMX)


def in_composer(html: str) -> str:
    found = re.search(r"<textarea [^>]*>(.*?)</textarea>", html, re.DOTALL)
    assert found is not None
    return unescape(found[1]).removeprefix("\n")


def claimed() -> list[object]:
    return [claim.message_id for claim in claiming.look(50, providers=["TWILIO", "TELNYX"]).taken]


def test_a_text_of_the_composer_waits_for_five_seconds_and_one_of_the_api_does_not(
    aurora: Tenant, conversation: Conversation, log_in: LogIn
) -> None:
    before = timezone.now()
    message = send(log_in(aurora.agent), conversation, "Hello")
    by_program = services.send_message(
        org=aurora.org, actor=None, text=services.OutgoingText(to_number="+12025559777", body="From the API")
    )

    assert message.status == MessageStatus.QUEUED
    by_program.refresh_from_db()
    waits = [row.next_attempt_at - before for row in (message, by_program)]
    assert timedelta(seconds=4) < waits[0] < timedelta(seconds=60)
    assert waits[0] - waits[1] > timedelta(seconds=4)
    assert message.pk not in claimed()
    Message.all_orgs.filter(pk=message.pk).update(next_attempt_at=before - timedelta(minutes=1))
    assert message.pk in claimed()


def test_taken_back_it_is_never_sent_and_stands_in_the_composer_before_what_was_typed_since(
    aurora: Tenant, conversation: Conversation, log_in: LogIn
) -> None:
    client, waiting_since = log_in(aurora.agent), Conversation.all_orgs.get(pk=conversation.pk).waiting_since
    message = send(client, conversation, "Hello <b>")
    assert Conversation.all_orgs.get(pk=conversation.pk).waiting_since is None
    assert f"/sms/messages/{message.pk}/undo/" in client.get(f"/sms/{conversation.pk}/").content.decode()

    answer = undo(client, message, typed="And more")

    assert answer.status_code == 200
    assert in_composer(answer.content.decode()) == "Hello <b>\n\nAnd more"
    message.refresh_from_db()
    assert message.status == MessageStatus.CANCELED
    assert Draft.all_orgs.get().body == "Hello <b>\n\nAnd more"
    assert Conversation.all_orgs.get(pk=conversation.pk).waiting_since == waiting_since
    Message.all_orgs.filter(pk=message.pk).update(next_attempt_at=timezone.now() - timedelta(minutes=1))
    assert message.pk not in claimed()


def test_without_javascript_the_words_are_in_the_composer_of_the_next_page(
    aurora: Tenant, conversation: Conversation, log_in: LogIn
) -> None:
    client = log_in(aurora.agent)
    message = send(client, conversation, "Hello")

    answer = undo(client, message, typed=None)

    assert answer.url == f"/sms/{conversation.pk}/"
    assert in_composer(client.get(answer.url).content.decode()) == "Hello"


@pytest.mark.parametrize("status", [MessageStatus.CLAIMED, MessageStatus.SENDING, MessageStatus.DELIVERED])
def test_what_a_sender_has_taken_is_not_taken_back(
    status: MessageStatus, aurora: Tenant, conversation: Conversation, log_in: LogIn
) -> None:
    client = log_in(aurora.agent)
    message = send(client, conversation, "Hello")
    lease = {"lease_token": uuid4(), "lease_until": timezone.now() + timedelta(minutes=1)}
    fields = lease if status in (MessageStatus.CLAIMED, MessageStatus.SENDING) else {}
    Message.all_orgs.filter(pk=message.pk).update(status=status, **fields)

    answer = undo(client, message, typed="More")

    assert answer["HX-Retarget"] == "#thread-notice"
    assert "cannot be taken back" in answer.content.decode()
    message.refresh_from_db()
    assert message.status == status
    assert not Draft.all_orgs.exists()


def test_only_its_author_takes_a_text_back(aurora: Tenant, conversation: Conversation, log_in: LogIn) -> None:
    message = send(log_in(aurora.agent), conversation, "Hello")
    colleague = log_in(make_user(aurora.org, "AGENT", email="colleague@aurora.example"))

    page = colleague.get(f"/sms/{conversation.pk}/").content.decode()
    answer = undo(colleague, message)

    assert "/undo/" not in page
    assert f"/sms/message/{message.pk}/cancel/" in page
    assert "cannot be taken back" in answer.content.decode()
    message.refresh_from_db()
    assert message.status == MessageStatus.QUEUED


def test_a_failed_text_is_written_again_and_nothing_is_sent_by_that(
    aurora: Tenant, conversation: Conversation, log_in: LogIn
) -> None:
    client = log_in(aurora.agent)
    message = make_message(conversation, body="Hello", status=MessageStatus.FAILED, error_code=ErrorCode.PROVIDER_ERROR)
    before = Message.all_orgs.count()
    assert f"/sms/messages/{message.pk}/rewrite/" in client.get(f"/sms/{conversation.pk}/").content.decode()

    answer = undo(client, message, deed="rewrite")

    assert in_composer(answer.content.decode()) == "Hello"
    message.refresh_from_db()
    assert message.status == MessageStatus.FAILED
    assert Message.all_orgs.count() == before


def test_another_try_that_could_not_work_is_refused_with_its_reason(
    aurora: Tenant, conversation: Conversation, log_in: LogIn
) -> None:
    client = log_in(aurora.agent)
    failed = make_message(conversation, body="Hello", status=MessageStatus.UNDELIVERED)
    stopped = make_message(conversation, body="Stopped", status=MessageStatus.BLOCKED, error_code=ErrorCode.OPTED_OUT)
    arrived = make_message(conversation, body="There", status=MessageStatus.DELIVERED)
    page = client.get(f"/sms/{conversation.pk}/").content.decode()
    shown = [f"{row.pk}/rewrite/" in page for row in (failed, stopped, arrived)]

    ContactNumber.all_orgs.filter(address=conversation.address).update(
        delivery_state=Delivery.NO_SMS, delivery_since=timezone.now()
    )
    landline = undo(client, failed, deed="rewrite").content.decode()
    Consent.all_orgs.create(
        organization=aurora.org,
        address=conversation.address,
        state=ConsentState.OPTED_OUT,
        source=ConsentSource.KEYWORD,
        changed_at=timezone.now(),
    )
    opted_out = undo(client, failed, deed="rewrite").content.decode()

    assert shown == [True, False, False]
    assert "it is a landline" in landline
    assert "asked not to get texts" in opted_out
    assert "did not fail" in undo(client, arrived, deed="rewrite").content.decode()
    assert not Draft.all_orgs.exists()
