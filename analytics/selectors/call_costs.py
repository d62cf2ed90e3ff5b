"""What calls cost in a stretch of time, by what they are grouped by, each currency for itself.

Only what has cost something is there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from analytics.enums import CostsBy, Dimension, GroupBy, Subject
from analytics.selectors.cost_labels import CostLabels
from analytics.selectors.report import Span, Told, course, told_apart, totals
from analytics.values import Values
from contactcenter.core.models import Organization

_DIMENSIONS = {
    CostsBy.PROVIDER: Dimension.PROVIDER,
    CostsBy.COUNTRY: Dimension.COUNTRY,
    CostsBy.AGENT: Dimension.AGENT,
    CostsBy.NUMBER: Dimension.NUMBER,
}


@dataclass(frozen=True, slots=True)
class CallCost:
    """Calls that have cost something in one currency, how long they were talked in (seconds), and what they cost."""

    currency: str
    calls: int
    talked: int
    cost: Decimal

    def __add__(self, other: "CallCost") -> "CallCost":
        return CallCost(self.currency, self.calls + other.calls, self.talked + other.talked, self.cost + other.cost)

    def __sub__(self, other: "CallCost") -> "CallCost":
        return CallCost(self.currency, self.calls - other.calls, self.talked - other.talked, self.cost - other.cost)


@dataclass(frozen=True, slots=True)
class CallCostLine:
    """One day (ISO 8601), provider, country, agent (id) or number of ours; `key` is empty where there is none."""

    key: str
    label: str
    cost: CallCost


def lines(org: Organization, since: datetime, until: datetime, labels: CostLabels) -> list[CallCostLine]:
    """Return the costs of a stretch of time: days in their order, anything else the dearest first."""
    return lines_and_before(org, Span(since, until), None, labels)[0]


def lines_and_before(
    org: Organization, span: Span, earlier: Span | None, labels: CostLabels
) -> tuple[list[CallCostLine], list[CallCost]]:
    """Return the lines, and what all calls of an earlier stretch cost, which ends before this one begins."""
    by = labels.by
    if by is CostsBy.DAY:
        grouped, then = _by_day(org, span), altogether(org, earlier.start, earlier.until) if earlier else []
    else:
        told = told_apart(org, span, Subject.CALLS, _DIMENSIONS[by], earlier=earlier)
        grouped, then = _by_word(told), _costs(told.before)
    found = [CallCostLine(key, labels[key], cost) for key, several in grouped.items() for cost in several]
    return sorted(found, key=_in_time if by is CostsBy.DAY else _dearest_first), then


def together(costs: Iterable[CallCost]) -> list[CallCost]:
    """Return the sums, a line for each currency."""
    found: dict[str, CallCost] = {}
    for cost in costs:
        found[cost.currency] = found[cost.currency] + cost if cost.currency in found else cost
    return [found[currency] for currency in sorted(found)]


def nothing(currency: str) -> CallCost:
    """Return what no call costs."""
    return CallCost(currency, 0, 0, Decimal(0))


def sums(lines: Iterable[CallCostLine], before: Iterable[CallCost]) -> list[CallCost]:
    """Return the sum of the lines in each currency, also in those in which only the stretch before cost something."""
    return together([*(line.cost for line in lines), *(nothing(cost.currency) for cost in before)])


def altogether(org: Organization, since: datetime, until: datetime) -> list[CallCost]:
    """Return what the organization's calls cost, a line for each currency."""
    return _costs(totals(org, Span(since, until), Subject.CALLS))


def _costs(values: Values) -> list[CallCost]:
    amounts = values.money("call_cost")
    found = []
    for currency, figures in sorted(values.by_currency.items()):
        of_it = Values(Subject.CALLS, {currency: figures})
        if currency and of_it.count("total"):
            amount = amounts.get(currency, Decimal(0))
            found.append(CallCost(currency, of_it.count("total"), of_it.count("talked"), amount))
    return found


def _by_day(org: Organization, span: Span) -> Mapping[str, list[CallCost]]:
    days = course(org, span, GroupBy.DAY, Subject.CALLS, tz=org.zone).periods
    return {day.label: _costs(day.values) for day in days}


def _by_word(told: Told) -> Mapping[str, list[CallCost]]:
    """Return the costs of each agent, number, provider or country, and under '' what belongs to none."""
    found = {key: _costs(values) for key, values in told.of_each.items()}
    owned = {cost.currency: cost for cost in together(cost for several in found.values() for cost in several)}
    unowned = [cost - owned[cost.currency] if cost.currency in owned else cost for cost in _costs(told.altogether)]
    left = [cost for cost in unowned if cost.calls]
    return found | ({"": [*found.get("", []), *left]} if left else {})


def _in_time(line: CallCostLine) -> tuple[Any, ...]:
    return line.key, line.cost.currency


def _dearest_first(line: CallCostLine) -> tuple[Any, ...]:
    return line.cost.currency, -line.cost.cost, line.label, line.key
