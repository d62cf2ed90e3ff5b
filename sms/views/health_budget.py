"""A month's budget as people see it, on the page of the state of sending and on the page of costs."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from contactcenter.core.models import Organization
from contactcenter.web.money import money
from sms import budget
from sms.enums import BudgetAction


@dataclass(frozen=True, slots=True)
class ShownBudget:
    """A budget with what its bar needs: `filled` is the percents that are spent, 100 at most."""

    month: str
    spent: str
    limit: str
    percent: int
    filled: int
    warns: bool
    is_spent: bool
    holds: bool


def shown(found: budget.Budget) -> ShownBudget:
    """Return a budget as people read it."""
    return ShownBudget(
        month=date_format(found.month.first_day, "YEAR_MONTH_FORMAT"),
        spent=money(found.spent, found.currency),
        limit=money(found.limit, found.currency),
        percent=found.percent,
        filled=min(found.percent, budget.SPENT_PERCENT),
        warns=found.is_nearly_spent,
        is_spent=found.is_spent,
        holds=found.action == BudgetAction.HOLD,
    )


def panel(org: Organization) -> dict[str, Any]:
    """Return this month's budget for the page of the state of sending."""
    found = budget.of(org, now=timezone.now())
    return {"budget": shown(found) if found else None}
