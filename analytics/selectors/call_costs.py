"""What calls cost in a stretch of time, by what they are grouped by, each currency for itself.

Only what has cost something is there. Days, agents and numbers are figures as any; providers and countries are counted
from the calls.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from analytics.enums import CostsBy, Dimension, GroupBy, Subject
from analytics.selectors.cost_labels import CostLabels
from analytics.selectors.report import Span, by_period, by_word_and_altogether, totals
from analytics.values import Values
from calls.enums import CallDirection, CallStatus
from calls.models import Call
from contactcenter.core.models import Organization
from contactcenter.core.phone import country_of

_THEIRS = Case(When(direction=CallDirection.INBOUND, then=F("from_number")), default=F("to_number"))
_COMPLETED = Q(status=CallStatus.COMPLETED)
_DIMENSIONS = {CostsBy.AGENT: Dimension.AGENT, CostsBy.NUMBER: Dimension.NUMBER}


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
    span, by = Span(since, until), labels.by
    grouped = _by_day(org, span) if by is CostsBy.DAY else _grouped(org, span, by)
    found = [CallCostLine(key, labels[key], cost) for key, several in grouped.items() for cost in several]
    if by is CostsBy.DAY:
        return sorted(found, key=lambda line: (line.key, line.cost.currency))
    return sorted(found, key=lambda line: (line.cost.currency, -line.cost.cost, line.label, line.key))


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
    return {day.label: _costs(day.values) for day in by_period(org, span, GroupBy.DAY, Subject.CALLS, tz=org.zone)}


def _grouped(org: Organization, span: Span, by: CostsBy) -> Mapping[str, list[CallCost]]:
    if by in _DIMENSIONS:
        return _by_word(org, span, _DIMENSIONS[by])
    rows = (
        Call.objects.for_org(org)
        .filter(started_at__gte=span.start, started_at__lt=span.until, cost__isnull=False, deleted_at__isnull=True)
        .exclude(cost_currency="")
    )
    found: dict[str, list[CallCost]] = defaultdict(list)
    for word, cost in _summed(rows, by):
        found[country_of(word) if by is CostsBy.COUNTRY else word].append(cost)
    return {key: together(several) for key, several in found.items()}


def _summed(rows: "QuerySet[Call]", by: CostsBy) -> list[tuple[str, CallCost]]:
    keyed = rows.order_by().annotate(key=_THEIRS if by is CostsBy.COUNTRY else F("provider"))
    counted = keyed.values_list("key", "cost_currency").annotate(
        calls=Count("pk"), talked=Sum("duration", filter=_COMPLETED, default=0), amount=Sum("cost")
    )
    return [(key, CallCost(*others)) for key, *others in counted]


def _by_word(org: Organization, span: Span, dimension: Dimension) -> Mapping[str, list[CallCost]]:
    """Return the costs of each agent or number, and under '' what belongs to none."""
    of_each, everything = by_word_and_altogether(org, span, Subject.CALLS, dimension)
    found = {key: _costs(values) for key, values in of_each.items()}
    owned = {cost.currency: cost for cost in together(cost for several in found.values() for cost in several)}
    unowned = [cost - owned[cost.currency] if cost.currency in owned else cost for cost in _costs(everything)]
    left = [cost for cost in unowned if cost.calls]
    return found | ({"": [*found.get("", []), *left]} if left else {})
