"""The budget of a month: what is spent of it, and what becomes of a text that would exceed it.

What waits to be sent is spent already, so that a thousand waiting texts cannot pass together. Counted in one query over
the month's texts, and only for organizations that have a budget.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum, Value

from contactcenter.core.models import Organization
from sms import policies
from sms.costs import COMMITTED
from sms.enums import BudgetAction, HoldReason
from sms.models import Message, SmsPolicy
from sms.prices import Money
from sms.refusals import BudgetSpent

WARNING_PERCENT, SPENT_PERCENT = 80, 100


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in the organization's time zone."""

    first_day: date
    since: datetime
    until: datetime

    @classmethod
    def of(cls, org: Organization, at: datetime) -> "Month":
        """Return the month of `at`."""
        zone = org.zone
        first = at.astimezone(zone).date().replace(day=1)
        following = (
            first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
        )
        midnight = datetime.min.time()
        return cls(first, datetime.combine(first, midnight, zone), datetime.combine(following, midnight, zone))


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget and what is spent of it, also by texts that still wait."""

    limit: Decimal
    spent: Decimal
    currency: str
    action: str
    month: Month

    @property
    def percent(self) -> int:
        """The whole percents that are spent; may be more than 100."""
        return int(self.spent * 100 / self.limit)

    @property
    def is_nearly_spent(self) -> bool:
        """Whether administrators are warned."""
        return self.percent >= WARNING_PERCENT

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.spent >= self.limit


def of(org: Organization, *, now: datetime, policy: SmsPolicy | None = None) -> Budget | None:
    """Return this month's budget, None where there is none. One query more than for the policy."""
    policy = policy or policies.of(org)
    if policy.monthly_budget is None:
        return None
    month = Month.of(org, now)
    spent = _spent(org, month, policy.budget_currency)
    return Budget(policy.monthly_budget, spent, policy.budget_currency, policy.budget_action, month)


def demand_money(org: Organization, policy: SmsPolicy, cost: Money, *, now: datetime) -> HoldReason | None:
    """Return None when the month's budget has room for `cost`, a reason to hold the text when it has not.

    Must run in the transaction that inserts the text, after the quota has locked the organization: so texts that come
    at the same moment cannot exceed the budget together. Raises BudgetSpent.
    """
    if cost.currency != policy.budget_currency:
        return None
    budget = of(org, now=now, policy=policy)
    if budget is None or budget.spent + cost.amount <= budget.limit:
        return None
    if budget.action == BudgetAction.HOLD:
        return HoldReason.SPENDING
    raise BudgetSpent


def _spent(org: Organization, month: Month, currency: str) -> Decimal:
    rows = Message.objects.for_org(org).filter(
        COMMITTED, cost_currency=currency, created_at__gte=month.since, created_at__lt=month.until
    )
    spent: Decimal = rows.aggregate(spent=Sum("cost", default=Value(Decimal(0))))["spent"]
    return spent
