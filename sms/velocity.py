"""How many texts may go to one number, and to one range of numbers: the pattern of toll fraud, not of conversations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from contactcenter.core.models import Organization
from sms.enums import Direction
from sms.models import SmsPolicy
from sms.models.message import RANGE_LENGTH
from sms.quota import whole_seconds
from sms.refusals import DestinationTooBusy

_HOUR, _DAY = 3600, 86400
# The newest texts to a number or a range; the one that fills the window says how long to wait.
_LAST = f"""
(SELECT created_at FROM sms_message
 WHERE organization_id = %s AND left(to_address, {RANGE_LENGTH}) = %s AND direction = '{Direction.OUTBOUND}'
    AND (to_address = %s OR %s) AND created_at > %s
 ORDER BY created_at DESC OFFSET %s LIMIT 1)
"""  # noqa: S608 - names of our own


@dataclass(frozen=True, slots=True)
class _Rule:
    limit: int
    seconds: int
    is_for_range: bool


def demand_calm(org: Organization, policy: SmsPolicy, to_address: str, *, now: datetime) -> None:
    """Return when one more text may go to the number and to its range. One query.

    Must run in the transaction that inserts the text, after the quota has locked the organization.
    Raises DestinationTooBusy with the exact time.
    """
    rules = _rules(policy)
    waits = [rule.seconds for rule in rules if rule.limit == 0]
    counted = [rule for rule in rules if rule.limit > 0]
    for rule, last in zip(counted, _fillers(org, counted, to_address, now), strict=True):
        if last is not None:
            waits.append(whole_seconds((last + timedelta(seconds=rule.seconds) - now).total_seconds()))
    if waits:
        raise DestinationTooBusy(retry_after=max(waits))


def _rules(policy: SmsPolicy) -> list[_Rule]:
    def given(own: int | None, default: int) -> int:
        return default if own is None else own

    return [
        _Rule(given(policy.number_hourly_limit, settings.SMS_NUMBER_HOURLY_LIMIT), _HOUR, is_for_range=False),
        _Rule(given(policy.number_daily_limit, settings.SMS_NUMBER_DAILY_LIMIT), _DAY, is_for_range=False),
        _Rule(given(policy.range_hourly_limit, settings.SMS_RANGE_HOURLY_LIMIT), _HOUR, is_for_range=True),
    ]


def _fillers(org: Organization, rules: Sequence[_Rule], to_address: str, now: datetime) -> Sequence[datetime | None]:
    if not rules:
        return []
    values: list[Any] = []
    for rule in rules:
        since = now - timedelta(seconds=rule.seconds)
        values += [org.pk, to_address[:RANGE_LENGTH], to_address, rule.is_for_range, since, rule.limit - 1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([_LAST] * len(rules)), values)
        found: Sequence[datetime | None] = cursor.fetchone()
    return found
