"""Texts from outside whose webhook never came are taken in, once, and their words count."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contactcenter.core.models import Lease, OutboxEvent
from sms import consent, inbound, missed
from sms.enums import MediaState
from sms.models import Consent, MediaFile, Message
from tests.carrier import Carrier
from tests.factories import Tenant
from tests.webhooks import post_telnyx, post_twilio, telnyx_event, twilio_form

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMER = "+12025550177"
PROVIDERS = ["twilio", "telnyx"]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(missed, "_PATIENCE", timedelta(seconds=-5))


def writes(carrier: Carrier, tenant: Tenant, provider: str, body: str, **order) -> str:
    """A customer writes, and the webhook is lost."""
    number = getattr(tenant, f"{provider}_number").address
    answer = carrier.control("inbound", {"from": CUSTOMER, "to": number, "body": body, "copies": 0, **order})
    return str(answer["id"])


def look() -> int:
    Lease.objects.all().delete()
    return missed.look_everywhere()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_text_whose_webhook_never_came_is_taken_in_once(aurora, borealis, carrier, provider):
    sid = writes(carrier, aurora, provider, "Are you open?")
    assert [look(), look()] == [1, 0]
    message = Message.all_orgs.get()
    assert (message.organization, message.provider_message_id, message.body) == (aurora.org, sid, "Are you open?")
    assert (message.from_address, message.status) == (CUSTOMER, "received")
    assert message.conversation.unread_count == 1
    assert list(OutboxEvent.all_orgs.values_list("type", flat=True)) == ["sms.received"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_webhook_that_comes_after_all_changes_nothing(aurora, carrier, provider):
    sid = writes(carrier, aurora, provider, "Are you open?")
    assert look() == 1
    if provider == "twilio":
        ours = {"AccountSid": aurora.twilio.account_id, "To": aurora.twilio_number.address, "From": CUSTOMER}
        form = twilio_form("inbound_sms", **ours, MessageSid=sid, SmsSid=sid, SmsMessageSid=sid)
        assert post_twilio("/hooks/twilio/sms/inbound", form, aurora.twilio).status_code == 200
    else:
        numbers = {"to": [{"phone_number": aurora.telnyx_number.address}], "from": {"phone_number": CUSTOMER}}
        event = telnyx_event("message.received", event_id="e1", id=sid, **numbers)
        assert post_telnyx("/hooks/telnyx/sms", event, aurora.telnyx).status_code == 200
    assert inbound.process_due() == 1
    assert (Message.all_orgs.count(), Message.all_orgs.get().body) == (1, "Are you open?")
    assert Message.all_orgs.get().conversation.unread_count == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_missed_stop_counts_and_a_newer_start_is_not_undone(aurora, borealis, carrier, provider):
    writes(carrier, aurora, provider, "stop")
    assert look() == 1
    assert consent.is_opted_out(aurora.org, CUSTOMER)
    assert not consent.is_opted_out(borealis.org, CUSTOMER)
    Consent.all_orgs.update(state="opted_in", changed_at=timezone.now() + timedelta(minutes=1))
    writes(carrier, aurora, provider, "STOP")
    assert look() == 1
    assert not consent.is_opted_out(aurora.org, CUSTOMER)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_missed_pictures_are_fetched_like_others(aurora, carrier, provider):
    writes(carrier, aurora, provider, "Look", media_count=2)
    assert look() == 1
    files = MediaFile.objects.for_org(aurora.org).order_by("position")
    assert [(file.position, file.content_type, file.state) for file in files] == [
        (0, "image/png", MediaState.PENDING),
        (1, "image/png", MediaState.PENDING),
    ]


def test_account_is_looked_at_once_in_the_interval_and_again_when_the_provider_is_back(aurora, carrier, settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    writes(carrier, aurora, "twilio", "Hello?")
    assert look() == 0
    settings.TWILIO_API_BASE_URL = carrier.url
    assert missed.look_everywhere() == 0  # Not yet.
    assert look() == 1
