"""What a text is estimated at, and which word about its price counts most."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from contactcenter.providers.base import Accepted, DeliveryStatus, StatusReport
from sms import attempts, costs, delivery, prices, services, transitions
from sms.enums import CostSource, Direction, MessageStatus
from sms.models import Message, Price
from tests.factories import Tenant, make_attempt, make_conversation, make_message
from tests.sms.api import browser

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)


def price(tenant: Tenant, amount: str, **fields) -> Price:
    fields = {"provider": "TWILIO", "valid_from": date(2026, 1, 1), **fields}
    return Price.all_orgs.create(organization=tenant.org, amount=Decimal(amount), **fields)


def estimate(tenant: Tenant, to: str, *, provider: str = "TWILIO", segments: int = 1, at: datetime = NOON) -> str:
    found = prices.estimate(tenant.org, provider=provider, to_address=to, segments=segments, at=at)
    return f"{found.amount:f} {found.currency}"


def test_without_prices_the_installation_s_hold(aurora):
    assert estimate(aurora, "+12025550147", segments=3) == "0.0225 USD"
    assert estimate(aurora, "+12025550147", provider="TELNYX", segments=3) == "0.0120 USD"


def test_a_country_s_price_goes_before_the_one_for_all_and_a_newer_before_an_older(aurora, borealis):
    price(aurora, "0.01")
    price(aurora, "0.09", country="CZ", currency="EUR")
    price(aurora, "0.05", country="CZ", currency="EUR", valid_from=date(2026, 6, 10))
    price(aurora, "0.5", country="CZ", valid_from=date(2026, 6, 11))
    assert estimate(aurora, "+420601123456") == "0.050000 EUR"
    assert estimate(aurora, "+420601123456", at=NOON - timedelta(days=1)) == "0.090000 EUR"
    assert estimate(aurora, "+12025550147") == "0.010000 USD"
    assert estimate(aurora, "+420601123456", provider="TELNYX") == "0.0040 USD"
    assert estimate(borealis, "+420601123456") == "0.0075 USD"


def test_a_price_begins_with_the_organization_s_day(aurora):
    aurora.org.time_zone = "Pacific/Auckland"  # Twelve hours ahead of UTC in June.
    price(aurora, "0.02", valid_from=date(2026, 6, 11))
    assert estimate(aurora, "+12025550147", at=NOON - timedelta(seconds=1)) == "0.0075 USD"
    assert estimate(aurora, "+12025550147", at=NOON) == "0.020000 USD"


def words(message: Message) -> tuple[str, str, str]:
    message.refresh_from_db()
    return str(message.cost), message.cost_currency, message.cost_source


def accepted_text(tenant: Tenant) -> Message:
    text = services.OutgoingText(to_number="+12025550147", body="a" * 200)
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text)


def test_the_provider_s_word_replaces_the_estimate_and_its_bill_is_the_last_one(aurora):
    message = accepted_text(aurora)
    assert words(message) == ("0.015000", "USD", CostSource.ESTIMATED)
    attempt = make_attempt(message, state="submitting")
    said = Accepted("SM1", None, "queued", cost=Decimal("0.0166"), currency="EUR")
    assert attempts.accept(message, attempt.pk, said)
    assert words(message) == ("0.016600", "EUR", CostSource.ESTIMATED)
    attempt.refresh_from_db()
    bill = StatusReport("SM1", DeliveryStatus.DELIVERED, "delivered", cost=Decimal("0.02"), currency="EUR")
    with transaction.atomic():
        delivery.apply(attempt, bill)
    transitions.fill_in_estimate(message, cost=Decimal(1), currency="USD")
    assert words(message) == ("0.020000", "EUR", CostSource.FINAL)


def test_a_text_that_no_provider_took_has_cost_nothing(aurora):
    conversation = make_conversation(aurora)
    known = {"cost": Decimal("0.01"), "cost_currency": "USD", "cost_source": CostSource.ESTIMATED}
    refused = make_message(conversation, status=MessageStatus.FAILED, **known)
    billed = make_message(conversation, status=MessageStatus.FAILED, **{**known, "cost_source": CostSource.FINAL})
    taken = make_message(conversation, status=MessageStatus.UNDELIVERED, provider_message_id="SM2", **known)
    make_message(conversation, direction=Direction.INBOUND, provider_message_id="SM3", **known)
    assert set(costs.charged(aurora.org)) == {billed, taken}
    client = browser(aurora.agent)
    shown = [client.get(f"/api/sms/messages/{one.pk}").json()["cost"] for one in (refused, billed, taken)]
    assert shown == [None, "0.010000", "0.010000"]
