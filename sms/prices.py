"""What a text will cost, before its provider says so: segments times the price of one."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from contactcenter.core.models import Organization
from contactcenter.providers.base import ProviderName

DEFAULT_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with six decimals at most, in a currency of ISO 4217."""

    amount: Decimal
    currency: str


def estimate(org: Organization, *, provider: str, to_address: str, segments: int, at: datetime) -> Money:
    """Return what a text to `to_address` is expected to cost through `provider`."""
    prices = {ProviderName.TWILIO: settings.TWILIO_SEGMENT_PRICE, ProviderName.TELNYX: settings.TELNYX_SEGMENT_PRICE}
    return Money(segments * prices[ProviderName(provider)], DEFAULT_CURRENCY)
