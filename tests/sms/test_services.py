"""What a text must be to be accepted, and what a double click does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from contactcenter.core.models import AuditEntry
from sms import services, working
from sms.models import Conversation, Message
from tests.factories import make_conversation, make_message

pytestmark = pytest.mark.django_db(transaction=True)


def outgoing(**fields) -> services.OutgoingText:
    return services.OutgoingText(**{"to_number": "+12025551234", "body": "Hello", **fields})


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ({"to_number": "+0123456789"}, services.InvalidNumber),
        ({"to_number": "call me"}, services.InvalidNumber),
        ({"body": ""}, services.EmptyMessage),
        ({"body": " \n\t "}, services.EmptyMessage),
        ({"body": "x" * 1531}, services.MessageTooLong),
        ({"body": "ř" * 671}, services.MessageTooLong),
        ({"from_number": "+15550009999"}, services.UnknownSender),
    ],
)
def test_text_that_cannot_be_sent_is_refused_by_name(aurora, text, error):
    with pytest.raises(error):
        services.send_message(org=aurora.org, actor=aurora.agent, text=outgoing(**text))
    assert not Message.all_orgs.exists()


def test_longest_texts_fit(aurora):
    for body, segments in [("x" * 1530, 10), ("ř" * 670, 10)]:
        message = services.send_message(org=aurora.org, actor=aurora.agent, text=outgoing(body=body))
        assert message.segments == segments


def test_another_organizations_number_is_no_sender(aurora, borealis):
    with pytest.raises(services.UnknownSender):
        services.send_message(
            org=aurora.org, actor=aurora.agent, text=outgoing(from_number=borealis.twilio_number.address)
        )


def test_organization_without_a_number_has_no_sender(aurora):
    aurora.twilio_number.is_active = aurora.telnyx_number.is_active = False
    aurora.twilio_number.save()
    aurora.telnyx_number.save()
    with pytest.raises(services.NoSender):
        services.send_message(org=aurora.org, actor=aurora.agent, text=outgoing())


def test_the_same_key_at_the_same_moment_makes_one_text(aurora):
    def send(_number: int) -> str:
        try:
            text = outgoing(idempotency_key="key-1")
            return str(services.send_message(org=aurora.org, actor=aurora.agent, text=text).pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    assert len(answers) == Message.all_orgs.count() == 1
    assert Conversation.all_orgs.count() == 1
    with pytest.raises(services.IdempotencyConflict):
        services.send_message(
            org=aurora.org, actor=aurora.agent, text=outgoing(idempotency_key="key-1", body="Something else")
        )


def test_first_texts_to_one_number_at_the_same_moment_make_one_conversation(aurora):
    def send(number: int) -> None:
        try:
            services.send_message(org=aurora.org, actor=aurora.agent, text=outgoing(body=f"Hello {number}"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert Conversation.all_orgs.get().contact.numbers.count() == 1
    assert Message.all_orgs.count() == 8


def test_reading_closing_and_reopening_are_once_each_and_audited(aurora, borealis):
    conversation = make_conversation(aurora)
    make_message(conversation, direction="inbound")
    assert services.mark_read(org=aurora.org, actor=aurora.agent, conversation=conversation) is True
    assert services.mark_read(org=aurora.org, actor=aurora.agent, conversation=conversation) is False
    assert services.mark_read(org=borealis.org, actor=borealis.agent, conversation=conversation) is False
    for _ in range(2):
        working.resolve(org=aurora.org, actor=aurora.agent, conversation=conversation)
    working.resolve(org=borealis.org, actor=borealis.agent, conversation=conversation)
    assert Conversation.all_orgs.get().state == "resolved"
    working.reopen(org=aurora.org, actor=aurora.agent, conversation=conversation)
    actions = list(AuditEntry.all_orgs.order_by("id").values_list("action", flat=True))
    assert actions == ["conversation.closed", "conversation.reopened"]
