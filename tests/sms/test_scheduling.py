"""Texts for later, through the pages: written, listed, cancelled, sent before their time."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from contactcenter.core.models import AuditEntry
from sms import services
from sms.enums import MessageStatus
from sms.models import Message
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_message

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def agent(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.agent)


def form(**fields: str) -> dict[str, str]:
    return {"body": "Later", "request_key": uuid4().hex, **fields}


def again(message: Message) -> Message:
    return Message.all_orgs.get(pk=message.pk)


def test_the_composer_schedules_a_text_and_the_thread_lists_it(aurora, agent):
    conv = make_conversation(aurora)
    wanted = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    local = timezone.localtime(wanted).strftime("%Y-%m-%dT%H:%M")
    assert agent.post(f"/sms/{conv.pk}/send/", form(send_at=local)).status_code == 302
    message = Message.all_orgs.get()
    assert (message.status, message.send_at, message.author) == (MessageStatus.SCHEDULED, wanted, aurora.agent)
    page = agent.get(f"/sms/{conv.pk}/").content.decode()
    assert re.findall(r'id="w-([0-9a-f-]+)"', page) == [str(message.pk)]
    assert f'action="/sms/message/{message.pk}/cancel/"' in page
    assert "Goes at " in page


@pytest.mark.parametrize(
    ("send_at", "sentence"),
    [
        ("2020-01-01T10:00", "This time has passed"),
        ("2099-01-01T10:00", "more than a year ahead"),
        ("soon", "Enter a valid date/time."),
    ],
)
def test_a_time_that_cannot_be_is_explained_and_the_text_stays(aurora, agent, send_at, sentence):
    conv = make_conversation(aurora)
    answer = agent.post(f"/sms/{conv.pk}/send/", form(send_at=send_at), headers=HTMX)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert sentence in page
    assert ">Later</textarea>" in page
    assert f'value="{send_at}"' in page
    assert not Message.all_orgs.exists()


@pytest.mark.parametrize("send_at", ["2027-03-28T02:30", "2027-10-31T02:30"])
def test_a_time_that_the_clocks_leave_out_or_repeat_is_not_guessed(aurora, agent, send_at):
    aurora.agent.time_zone = "Europe/Prague"
    aurora.agent.save()
    conv = make_conversation(aurora)
    answer = agent.post(f"/sms/{conv.pk}/send/", form(send_at=send_at))
    assert answer.status_code == 422
    assert "The clocks are changed then" in answer.content.decode()
    assert "time zone Europe/Prague" in answer.content.decode()


def test_the_service_has_the_same_bounds_for_everybody(aurora):
    now = timezone.now()
    for send_at, refusal in [
        (now - timedelta(minutes=2), services.SendTimePassed),
        (now + timedelta(days=366), services.SendTimeTooFar),
    ]:
        text = services.OutgoingText(to_number="+12025551234", body="Hello", send_at=send_at)
        with pytest.raises(refusal):
            services.send_message(org=aurora.org, actor=aurora.agent, text=text, now=now)
    text = services.OutgoingText(to_number="+12025551234", body="Hello", send_at=now - timedelta(seconds=30))
    assert services.send_message(org=aurora.org, actor=aurora.agent, text=text, now=now).status == MessageStatus.QUEUED


@pytest.mark.parametrize("status", [MessageStatus.SCHEDULED, MessageStatus.QUEUED])
def test_a_waiting_text_can_be_cancelled_by_its_own_organization(aurora, borealis, agent, log_in, status):
    conv = make_conversation(aurora)
    text = make_message(conv, status=status, send_at=datetime(2099, 1, 1, tzinfo=UTC))
    url = f"/sms/message/{text.pk}/cancel/"
    assert url in agent.get(f"/sms/{conv.pk}/").content.decode()
    assert log_in(borealis.agent).post(url).status_code == 404
    assert again(text).status == status
    assert agent.post(url).headers["Location"] == f"/sms/{conv.pk}/"
    assert again(text).status == MessageStatus.CANCELED
    assert AuditEntry.all_orgs.get().action == "message.canceled"
    answer = agent.post(url, headers=HTMX)
    assert "waits no longer" in answer.content.decode()
    assert "HX-Trigger" not in answer.headers
    assert url not in agent.get(f"/sms/{conv.pk}/").content.decode()


def test_a_scheduled_text_can_be_sent_now(aurora, borealis, agent, log_in):
    conv = make_conversation(aurora)
    text = make_message(conv, status=MessageStatus.SCHEDULED, send_at=datetime(2099, 1, 1, tzinfo=UTC))
    url = f"/sms/message/{text.pk}/send-now/"
    assert log_in(borealis.agent).post(url).status_code == 404
    answer = agent.post(url, headers=HTMX)
    assert (answer.status_code, again(text).status) == (200, MessageStatus.QUEUED)
    assert "HX-Trigger" in answer.headers
    assert again(text).next_attempt_at <= timezone.now()
    assert "waits no longer" in agent.post(url, headers=HTMX).content.decode()
