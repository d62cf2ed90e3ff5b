"""Texts that the provider has are asked about: for a state that no callback brought, and for the billed price."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sms import checking, sending
from sms.enums import CostSource, ErrorCode, MessageStatus
from sms.models import Attempt, Message, ProviderEvent
from tests.carrier import Carrier
from tests.factories import Tenant
from tests.sms.test_doubts import ended_at_the_carrier
from tests.sms.test_sending import again, only_attempt, queue, send_due
from tests.sms.test_webhooks import report

pytestmark = pytest.mark.django_db(transaction=True)
SILENT = {"accept": True, "callbacks": [{"status": "delivered"}], "drop": True}


def sent(tenant: Tenant, carrier: Carrier, provider: str = "twilio", outcome=None) -> Message:
    carrier.script(outcome or SILENT)
    message = queue(tenant, provider)
    send_due()
    assert again(message).status == MessageStatus.ACCEPTED
    return message


def check_all() -> int:
    Message.all_orgs.filter(next_check_at__isnull=False).update(next_check_at=timezone.now())
    claimed = checking.claim(100)
    for check in claimed:
        checking.ask(check)
    return len(claimed)


def be_old(message: Message, **age: float) -> None:
    Attempt.all_orgs.filter(message=message).update(dialled_at=timezone.now() - timedelta(**age))


def wait_of(message: Message) -> float | None:
    at = again(message).next_check_at
    return round((at - only_attempt(message).dialled_at).total_seconds() / 60) if at else None


@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
def test_text_without_callbacks_gets_its_end_and_its_price_by_asking(aurora, borealis, carrier, provider):
    message, other = sent(aurora, carrier, provider), sent(borealis, carrier, provider)
    assert wait_of(message) == 5
    assert checking.claim(10) == []
    ended_at_the_carrier(carrier, 2)
    assert check_all() == 2
    for tenant_message in (message, other):
        found = again(tenant_message)
        cost = {"twilio": Decimal("0.0083"), "telnyx": Decimal("0.0051")}[provider]
        assert (found.status, found.cost, found.cost_currency) == (MessageStatus.DELIVERED, cost, "USD")
        assert (found.cost_source, found.next_check_at) == (CostSource.FINAL, None)
        assert ProviderEvent.all_orgs.get(message=found).raw_status == "delivered"
    assert check_all() == 0


def test_price_that_comes_late_is_asked_for_until_it_is_there(aurora, carrier):
    message = sent(aurora, carrier, outcome={**SILENT, "price_after": 80_000})
    ended_at_the_carrier(carrier)
    waits = []
    for age in ({"minutes": 6}, {"minutes": 61}, {"hours": 7}, {"hours": 25}, {"hours": 49}, {"hours": 73}):
        be_old(message, **age)
        check_all()
        waits.append(wait_of(message))
    assert waits == [60, 360, 1440, 2880, 4320, None]
    found = again(message)
    assert (found.status, found.cost, found.cost_source) == (
        MessageStatus.DELIVERED,
        Decimal("0.0075"),
        CostSource.UNAVAILABLE,
    )


def test_billed_price_is_never_overwritten_by_an_estimate(aurora, carrier):
    carrier.script(SILENT)
    message = queue(aurora, "telnyx")
    (claimed,) = sending.claim(10)
    dial = sending._write_ahead(claimed)
    outcome = dial.adapter.send(dial.credentials, dial.wire, sending.Timeouts(1, 1))
    assert outcome.cost == Decimal("0.0051")
    Message.all_orgs.filter(pk=message.pk).update(
        status="sent", rank=20, lease_token=None, cost="0.0060", cost_currency="EUR", cost_source=CostSource.FINAL
    )
    sending.record(dial, outcome)
    found = again(message)
    assert (found.cost, found.cost_currency, found.cost_source) == (Decimal("0.0060"), "EUR", CostSource.FINAL)


def test_sent_without_a_report_for_twelve_hours_is_unconfirmed_after_asking(aurora, carrier):
    message = sent(aurora, carrier, outcome={"accept": True, "callbacks": [{"status": "sent"}], "drop": True})
    Message.all_orgs.filter(pk=message.pk).update(status=MessageStatus.SENT, rank=20)
    be_old(message, hours=11)
    check_all()
    assert (again(message).is_unconfirmed, wait_of(message)) == (False, 720)
    be_old(message, hours=12, minutes=1)
    check_all()
    found = again(message)
    assert (found.status, found.is_unconfirmed) == (MessageStatus.SENT, True)
    attempt = only_attempt(message)
    report(aurora, "delivered", query=f"?m={attempt.pk}", MessageSid=attempt.provider_message_id)
    assert (again(message).status, again(message).is_unconfirmed) == (MessageStatus.DELIVERED, False)


def test_provider_that_is_away_proves_nothing_and_is_asked_again(aurora, carrier, settings):
    message = sent(aurora, carrier)
    be_old(message, hours=80)
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    check_all()
    found = again(message)
    assert (found.status, found.is_unconfirmed, found.cost_source) == (
        MessageStatus.ACCEPTED,
        False,
        CostSource.ESTIMATED,
    )
    assert timedelta(minutes=4) < found.next_check_at - timezone.now() < timedelta(minutes=6)


def test_two_ends_that_exclude_each_other_are_asked_about(aurora, carrier):
    message = sent(aurora, carrier, outcome={**SILENT, "callbacks": [{"status": "undelivered", "error_code": "30005"}]})
    attempt = only_attempt(message)
    query, sid = f"?m={attempt.pk}", attempt.provider_message_id
    Message.all_orgs.filter(pk=message.pk).update(next_check_at=None)
    for name in ("failed_30034", "undelivered_30005"):
        report(aurora, name, query=query, MessageSid=sid, SmsSid=sid)
    assert again(message).status == MessageStatus.FAILED
    (check,) = checking.claim(10)
    checking.ask(check)
    found = again(message)
    assert (found.status, found.provider_error_code) == (MessageStatus.UNDELIVERED, "30005")
    assert found.error_code != ErrorCode.UNKNOWN_OUTCOME
    assert wait_of(message) != 0


def test_worker_that_dies_with_a_check_leaves_it_to_the_next(aurora, carrier):
    message = sent(aurora, carrier)
    ended_at_the_carrier(carrier)
    Message.all_orgs.update(next_check_at=timezone.now())
    (_lost,) = checking.claim(10)
    assert checking.claim(10) == []
    Message.all_orgs.update(next_check_at=timezone.now() - timedelta(seconds=1))
    (taken,) = checking.claim(10)
    checking.ask(taken)
    assert again(message).status == MessageStatus.DELIVERED
