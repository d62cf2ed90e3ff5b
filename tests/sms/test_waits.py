"""A customer waits for a person: what programs send meanwhile ends no wait, and is in no figure about answers."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from analytics.enums import Subject
from analytics.selectors import live
from analytics.selectors.report import Span, totals
from contactcenter.core import api_keys
from contactcenter.core.models import User
from sms import bus, deciding, inbound, services, working
from sms.enums import HoldReason, MessageClass, MessageStatus
from sms.models import Conversation, Message, SmsPolicy
from tests.auth.clients import bearing, log_in, with_key
from tests.factories import Tenant
from tests.sms import api
from tests.sms.test_platform import envelope
from tests.webhooks import post_twilio, twilio_form

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
OF_PROGRAMS = (MessageClass.CODE, MessageClass.NOTICE, MessageClass.BULK)


def ask(tenant: Tenant, *, at: datetime) -> datetime:
    """Let a customer write to the tenant; return when we got it."""
    ours = {"AccountSid": tenant.twilio.account_id, "To": tenant.twilio_number.address, "From": api.TO}
    form = twilio_form("inbound_sms", **ours, MessageSid=f"SM{uuid4().hex}", Body="Where is my parcel?")
    with time_machine.travel(at, tick=False):
        assert post_twilio("/hooks/twilio/sms/inbound", form, tenant.twilio).status_code == 200
        inbound.process_due()
    return Message.objects.for_org(tenant.org).filter(direction="inbound").latest("id").created_at


def send(
    tenant: Tenant, *, now: datetime, actor: User | None, kind: MessageClass = MessageClass.REPLY, body: str = "Soon."
) -> Message:
    text = services.OutgoingText(
        to_number=api.TO, from_number=tenant.twilio_number.address, body=body, message_class=kind
    )
    return services.send_message(org=tenant.org, actor=actor, text=text, now=now)


def waits_since(tenant: Tenant) -> datetime | None:
    return Conversation.objects.for_org(tenant.org).get().waiting_since


@pytest.fixture
def asked(aurora: Tenant, borealis: Tenant) -> datetime:
    """Somebody has asked both organizations something, forty minutes ago."""
    at = timezone.now() - 40 * MINUTE
    ask(borealis, at=at)
    return ask(aurora, at=at)


@pytest.mark.parametrize("kind", OF_PROGRAMS)
def test_what_a_program_sends_ends_no_wait_and_an_agent_s_answer_does(
    aurora: Tenant, borealis: Tenant, asked: datetime, kind: MessageClass
) -> None:
    reminder = send(aurora, now=asked + MINUTE, actor=aurora.agent, kind=kind)
    meanwhile = live.waiting(aurora.org)
    assert (meanwhile.count, meanwhile.longest_seconds(asked + 10 * MINUTE)) == (1, 600)

    answer = send(aurora, now=asked + 30 * MINUTE, actor=aurora.agent)

    assert (reminder.waited_since, answer.waited_since, waits_since(aurora)) == (None, asked, None)
    assert (live.waiting(aurora.org).count, live.waiting(borealis.org).count) == (0, 1)
    span = Span(asked - MINUTE, asked + 60 * MINUTE)
    found, theirs = totals(aurora.org, span, Subject.TEXTS), totals(borealis.org, span, Subject.TEXTS)
    assert (found["first_responses"], found["response_wait"], theirs["first_responses"]) == (1, 1800, 0)


def test_a_reply_that_nobody_wrote_ends_no_wait(aurora: Tenant, asked: datetime) -> None:
    """The organization's rules may let a text in doubt be sent again."""
    assert send(aurora, now=asked + MINUTE, actor=None).waited_since is None
    assert waits_since(aurora) == asked


def test_over_the_api_a_keys_text_leaves_the_customer_waiting_and_a_persons_does_not(
    aurora: Tenant, asked: datetime
) -> None:
    _key, secret = api_keys.create(user=aurora.agent, name="shop", scopes=["sms.send"])
    person, ours = bearing(log_in(aurora.agent)["access_token"]), {"from_number": aurora.twilio_number.address}
    assert api.send(with_key(secret), **ours).status_code == 201
    assert api.send(person, **ours, metadata={"message_class": "notice"}).status_code == 201
    assert waits_since(aurora) == asked
    assert api.send(person, **ours).status_code == 201
    assert waits_since(aurora) is None


def test_what_another_module_asks_for_leaves_the_customer_waiting(aurora: Tenant, asked: datetime) -> None:
    bus.handle(envelope(aurora, actor={"user_id": None}))
    assert Message.objects.for_org(aurora.org).filter(message_class=MessageClass.NOTICE).count() == 1
    assert waits_since(aurora) == asked


# --- Answers that are taken back --------------------------------------------------------------------------------
def test_whom_a_cancelled_answer_was_for_waits_as_before_whatever_programs_sent(
    aurora: Tenant, borealis: Tenant, asked: datetime
) -> None:
    for minutes, kind in enumerate(OF_PROGRAMS, start=1):
        send(aurora, now=asked + minutes * MINUTE, actor=aurora.agent, kind=kind)
    first, second = (send(aurora, now=asked + at * MINUTE, actor=aurora.agent) for at in (10, 11))
    theirs = send(borealis, now=asked + 10 * MINUTE, actor=borealis.agent)
    services.cancel_message(org=aurora.org, actor=aurora.agent, message=second)
    assert waits_since(aurora) is None  # The first one still answers.
    services.cancel_message(org=aurora.org, actor=aurora.agent, message=first)
    assert (waits_since(aurora), waits_since(borealis)) == (asked, None)
    again = send(aurora, now=asked + 20 * MINUTE, actor=aurora.agent)
    assert (again.waited_since, theirs.waited_since is not None) == (asked, True)


def test_a_cancelled_text_of_a_program_changes_no_wait(aurora: Tenant, asked: datetime) -> None:
    reminder = send(aurora, now=asked + MINUTE, actor=aurora.agent, kind=MessageClass.NOTICE)
    send(aurora, now=asked + 2 * MINUTE, actor=aurora.agent)
    services.cancel_message(org=aurora.org, actor=aurora.agent, message=reminder)
    assert waits_since(aurora) is None


def test_after_a_conversation_was_resolved_a_cancelled_text_lets_nobody_wait(aurora: Tenant, asked: datetime) -> None:
    conversation = Conversation.objects.for_org(aurora.org).get()
    assert working.resolve(org=aurora.org, actor=aurora.agent, conversation=conversation)
    text = send(aurora, now=timezone.now(), actor=aurora.agent)
    services.cancel_message(org=aurora.org, actor=aurora.agent, message=text)
    assert waits_since(aurora) is None


def test_whom_a_dropped_answer_was_for_waits_as_before(aurora: Tenant, asked: datetime) -> None:
    SmsPolicy.all_orgs.create(organization=aurora.org, daily_spending_cap=0)
    held = send(aurora, now=asked + MINUTE, actor=aurora.agent)
    assert (held.status, held.hold_reason) == (MessageStatus.HELD, HoldReason.SPENDING)
    deciding.drop_message(org=aurora.org, actor=aurora.agent, message=held)
    assert waits_since(aurora) == asked
