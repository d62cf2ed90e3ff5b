"""The spending limit of a day: what the texts accepted on it, or released on it, will cost, by their estimates.

A running total, so that it costs one statement however many texts there are, and is exact however many come at once.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from contactcenter.core.ids import new_id
from contactcenter.core.models import Organization
from sms.models import DailySpending, Message, SmsPolicy
from sms.prices import DEFAULT_CURRENCY, Money

# What a person allows has no limit.
_ADD = """
INSERT INTO sms_dailyspending AS s (id, organization_id, day, amount) VALUES (%(id)s, %(org)s, %(day)s, %(amount)s)
ON CONFLICT (organization_id, day) DO UPDATE SET amount = s.amount + EXCLUDED.amount
"""
# The row waits for others that spend from it; the condition is looked at again when it is ours.
_SPEND = f"{_ADD} WHERE s.amount + EXCLUDED.amount <= %(cap)s"


def cap_of(policy: SmsPolicy) -> Decimal:
    """Return the most that a day's texts may cost, in USD."""
    return settings.SMS_DAILY_SPENDING_CAP if policy.daily_spending_cap is None else policy.daily_spending_cap


def spent_today(org: Organization, *, now: datetime) -> Decimal:
    """Return what the texts of the organization's day cost so far, without those that are held for their cost."""
    row = DailySpending.objects.for_org(org).filter(day=_day(org, now)).first()
    return row.amount if row is not None else Decimal(0)


def reserve(org: Organization, policy: SmsPolicy, cost: Money, *, now: datetime) -> bool:
    """Count `cost` to the organization's day; False, and nothing is counted, when the day has no room for it.

    Must run in the transaction that inserts the text. Costs in other currencies than USD have no limit here.
    """
    cap = cap_of(policy)
    if cost.currency != DEFAULT_CURRENCY:
        return True
    if cost.amount > cap:
        return False
    values: dict[str, Any] = {"id": new_id(), "org": org.pk, "day": _day(org, now), "amount": cost.amount, "cap": cap}
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, values)
        return bool(cursor.rowcount == 1)


def add_released(org: Organization, message: Message, *, now: datetime) -> None:
    """Count a text that was held for its cost, and so never counted, to the day on which a person lets it go.

    Must run in the transaction that releases it, under its lock and before its conversation is touched: whoever
    accepts a text locks the day before the conversation, too.
    """
    if message.cost is None or message.cost_currency != DEFAULT_CURRENCY:
        return
    values: dict[str, Any] = {"id": new_id(), "org": org.pk, "day": _day(org, now), "amount": message.cost}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)


def _day(org: Organization, now: datetime) -> date:
    return now.astimezone(org.zone).date()
