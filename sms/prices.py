"""What a text will cost, before its provider says so: segments times the price of one.

A text with files (MMS) has one price, whatever its length.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from contactcenter.core.models import Organization
from contactcenter.core.phone import country_of
from contactcenter.providers.base import ProviderName
from sms.enums import CostSource
from sms.models import Price

DEFAULT_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with six decimals at most, in a currency of ISO 4217."""

    amount: Decimal
    currency: str


def price_of_segment(org: Organization, *, provider: str, country: str, at: datetime) -> Money:
    """Return what one segment costs on the organization's day of `at`: its own price, else the installation's."""
    day = at.astimezone(org.zone).date()
    rows = Price.objects.for_org(org).filter(provider=provider, country__in={country, ""}, valid_from__lte=day)
    # A country's own price before the one for all others, a newer one before an older.
    found = rows.order_by("-country", "-valid_from").values_list("amount", "currency").first()
    return Money(*found) if found else default(provider)


def price_with_files(org: Organization, *, provider: str, country: str, at: datetime) -> Money:
    """Return what a text with files costs on the organization's day of `at`."""
    day = at.astimezone(org.zone).date()
    rows = Price.objects.for_org(org).filter(provider=provider, country__in={country, ""}, valid_from__lte=day)
    found = rows.order_by("-country", "-valid_from").values_list("mms_amount", "currency").first()
    amount, currency = found or (None, "")
    return default_with_files(provider) if amount is None else Money(amount, currency)


def estimate(
    org: Organization, *, provider: str, to_address: str, segments: int, at: datetime, has_files: bool = False
) -> Money:
    """Return what a text to `to_address` is expected to cost through `provider`. One query."""
    if has_files:
        return price_with_files(org, provider=provider, country=country_of(to_address), at=at)
    segment = price_of_segment(org, provider=provider, country=country_of(to_address), at=at)
    return Money(segments * segment.amount, segment.currency)


def as_fields(money: Money) -> dict[str, Any]:
    """Return the columns of a message with this estimate."""
    return {"cost": money.amount, "cost_currency": money.currency, "cost_source": CostSource.ESTIMATED}


def default(provider: str) -> Money:
    """Return what the installation says that a segment costs."""
    prices = {ProviderName.TWILIO: settings.TWILIO_SEGMENT_PRICE, ProviderName.TELNYX: settings.TELNYX_SEGMENT_PRICE}
    return Money(prices[ProviderName(provider)], DEFAULT_CURRENCY)


def default_with_files(provider: str) -> Money:
    """Return what the installation says that a text with files costs."""
    prices = {ProviderName.TWILIO: settings.TWILIO_MMS_PRICE, ProviderName.TELNYX: settings.TELNYX_MMS_PRICE}
    return Money(prices[ProviderName(provider)], DEFAULT_CURRENCY)
