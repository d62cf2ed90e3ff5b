"""Numbers that no text reaches: stopped, warned about, and allowed again by their owner, a delivery or a person."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from contactcenter.core.models import AuditEntry, ContactNumber, Delivery
from contactcenter.providers.base import ProviderName
from contactcenter.providers.errors import describe
from sms import inbound, reachability, services
from sms.enums import MessageStatus
from sms.models import Message
from tests.factories import Tenant, make_attempt, make_conversation, make_message
from tests.sms.test_sending import TO, queue, send_due
from tests.sms.test_webhooks import report
from tests.webhooks import post_twilio, twilio_form

pytestmark = pytest.mark.django_db(transaction=True)


def number_of(tenant: Tenant, address: str = TO) -> ContactNumber:
    return ContactNumber.objects.for_org(tenant.org).get(address=address)


def refused_once(tenant: Tenant, carrier, code: int) -> None:
    carrier.script({"refuse": {"http_status": 400, "code": code, "message": "no"}})
    queue(tenant)
    send_due()
    carrier.script({"accept": True, "callbacks": []})


def missed(tenant: Tenant) -> None:
    message = Message.all_orgs.filter(organization=tenant.org, to_address=TO).first()
    assert message is not None
    with transaction.atomic():
        reachability.note(message, describe(ProviderName.TWILIO, "21612", http_status=400))


@pytest.mark.parametrize(("code", "state"), [(21211, Delivery.INVALID), (21614, Delivery.NO_SMS)])
def test_a_number_that_cannot_get_texts_is_refused_for_its_organization_only(aurora, borealis, carrier, code, state):
    refused_once(aurora, carrier, code)
    found = number_of(aurora)
    assert (found.delivery_state, found.delivery_code, found.missed_at) == (state, str(code), [])
    stored = Message.all_orgs.count()
    with pytest.raises(services.NumberCannotReceive):
        queue(aurora)
    assert Message.all_orgs.count() == stored
    queue(borealis)
    assert number_of(borealis).delivery_state == Delivery.OK


def test_a_person_may_try_again_and_that_is_written_down(aurora, borealis, carrier, log_in):
    refused_once(aurora, carrier, 21211)
    conversation = Message.all_orgs.get(organization=aurora.org).conversation
    url = f"/sms/{conversation.pk}/try-again/"
    agent: Client = log_in(aurora.agent)
    assert "data-blocks-sending" in agent.get(f"/sms/{conversation.pk}/").content.decode()
    assert log_in(borealis.agent).post(url).status_code == 404
    assert log_in(aurora.supervisor).get(url).status_code == 405
    assert number_of(aurora).delivery_state == Delivery.INVALID
    assert agent.post(url, headers={"HX-Request": "true"}).status_code == 200
    agent.post(url)
    assert number_of(aurora).delivery_state == Delivery.OK
    assert AuditEntry.all_orgs.filter(action="number.tried_again", actor=aurora.agent).count() == 1
    assert "data-blocks-sending" not in agent.get(f"/sms/{conversation.pk}/").content.decode()
    queue(aurora)


def test_whoever_writes_can_be_written_to(aurora, carrier):
    refused_once(aurora, carrier, 21211)
    form = twilio_form("inbound_sms", AccountSid=aurora.twilio.account_id, From=TO, To=aurora.twilio_number.address)
    assert post_twilio("/hooks/twilio/sms/inbound", form, aurora.twilio).status_code == 200
    inbound.process_due()
    assert number_of(aurora).delivery_state == Delivery.OK
    queue(aurora)


def test_three_misses_within_thirty_days_warn_and_stop_nothing(aurora, carrier, time_machine):
    queue(aurora)
    start = number_of(aurora).created_at
    for day in (0, 1, 31):  # Never three within thirty days.
        time_machine.move_to(start + timedelta(days=day, seconds=1), tick=False)
        missed(aurora)
    assert (number_of(aurora).delivery_state, len(number_of(aurora).missed_at)) == (Delivery.OK, 1)
    missed(aurora)
    missed(aurora)
    found = number_of(aurora)
    assert (found.delivery_state, found.delivery_code, len(found.missed_at)) == (Delivery.UNREACHABLE, "21612", 3)
    reachability.demand(aurora.org, TO)


def test_a_delivered_text_wipes_the_misses_away(aurora, borealis):
    conversation = make_conversation(aurora, address=TO)
    sid = "SM11111111111111111111111111111111"
    message = make_message(conversation, status=MessageStatus.ACCEPTED, provider_message_id=sid)
    attempt = make_attempt(message, provider_message_id=sid)
    for _ in range(reachability.MISSES):
        missed(aurora)
    assert number_of(aurora).delivery_state == Delivery.UNREACHABLE
    assert report(aurora, "delivered", query=f"?m={attempt.pk}") == 200
    found = number_of(aurora)
    assert (found.delivery_state, found.missed_at, found.delivery_since) == (Delivery.OK, [], None)
