"""Which account and which sender a text goes through, by its recipient's country.

Only reads. Valid senders: docs/decisions/0016.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import phonenumbers
from django.conf import settings

from contactcenter.core import circuits
from contactcenter.core.models import AddressKind, Organization, PhoneNumber, ProviderAccount
from contactcenter.core.phone import country_of
from sms import policies, selectors
from sms.models import Message, SmsPolicy
from sms.segments import MAX_SEGMENTS

# Where alphanumeric senders do not exist and foreign numbers are filtered.
_STRICT = frozenset({"US", "CA", "PR"})


@dataclass(frozen=True, slots=True)
class Pair:
    """An organization's two accounts; None where there is none."""

    primary: ProviderAccount | None
    fallback: ProviderAccount | None

    def other_than(self, account_id: Any) -> ProviderAccount | None:
        """Return the other one of the two; None when `account_id` is neither."""
        if self.primary is None or self.fallback is None:
            return None
        others = {self.primary.pk: self.fallback, self.fallback.pk: self.primary}
        return others.get(account_id)


@lru_cache(maxsize=20_000)
def region_of(address: str) -> str:
    """Return the country of a number (ISO 3166), also of one that is only as long as a real one; else empty."""
    if found := country_of(address):
        return found
    try:
        region = phonenumbers.region_code_for_country_code(phonenumbers.parse(address, None).country_code or 0)
    except phonenumbers.NumberParseException:
        return ""
    return "" if region in (None, "ZZ", "001") else str(region)


def pair_of(org: Organization, policy: SmsPolicy) -> Pair:
    """Return the accounts that the organization chose, else its default sender's and the first other active one."""
    active: dict[UUID | None, ProviderAccount] = {
        account.pk: account
        for account in ProviderAccount.objects.for_org(org).filter(is_active=True).order_by("created_at", "id")
    }
    primary = active.get(policy.primary_account_id)
    if primary is None:
        # Also a default sender that rests for a while says which account comes first.
        default = selectors.usable_senders(org).exclude(account_id=policy.fallback_account_id).first()
        primary = active.get(default.account_id) if default else None
    fallback = active.get(policy.fallback_account_id)
    if fallback is None and primary is not None:
        fallback = next((account for pk, account in active.items() if pk != primary.pk), None)
    return Pair(primary, fallback)


def sender_of(account: ProviderAccount, to_address: str, *, home: str) -> PhoneNumber | None:
    """Return the sender of `account` that fits the recipient best, None when none is valid. `home`: a short code's."""
    country = region_of(to_address)
    valid = [
        (rank, number)
        for number in selectors.senders(account.organization).filter(account=account)
        if (rank := _fitness(number, country, home)) is not None
    ]
    return min(valid, key=lambda pair: pair[0])[1] if valid else None


def _fitness(number: PhoneNumber, country: str, home: str) -> int | None:
    """Return 0 for the best sender, more for worse ones, None for one that must not be used."""
    if not country:
        return None
    if number.kind == AddressKind.PHONE:
        if region_of(number.address) == country:
            return 0
        return 3 if settings.FAILOVER_FOREIGN_NUMBERS and country not in _STRICT else None
    if number.kind == AddressKind.SHORT_CODE:
        return 1 if country == home else None
    return 2 if country not in _STRICT else None


def sender_for_new(org: Organization, to_address: str, *, policy: SmsPolicy) -> PhoneNumber | None:
    """Return the sender of a text for which nobody named one: of the recipient's country, else the default one."""
    primary = pair_of(org, policy).primary
    own = selectors.senders(org) if primary is None else selectors.senders(org).filter(account=primary)
    numbers = list(own)
    country = region_of(to_address)
    native = (one for one in numbers if one.kind == AddressKind.PHONE and region_of(one.address) == country)
    return next(native, numbers[0] if numbers else selectors.senders(org).first())


def _is_active(message: Message) -> bool:
    return message.account is not None and message.account.is_active


def around(message: Message, *, policy: SmsPolicy | None = None) -> PhoneNumber | None:
    """Return the sender of the other account that could send `message` now, None when there is no such way."""
    policy = policy or policies.of(message.organization_id)
    if not policy.fails_over or message.segments > MAX_SEGMENTS or message.account_id is None:
        return None
    org = message.organization
    pair = pair_of(org, policy)
    # An account that a person switched off is in no pair; what waits for it goes where new texts go.
    other = pair.other_than(message.account_id) if _is_active(message) else pair.primary
    if other is None or circuits.is_open(other):
        return None
    return sender_of(other, message.to_address, home=org.default_country)
