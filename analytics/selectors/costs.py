"""What texts cost in a stretch of time, by what they are grouped by, each currency for itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from analytics.enums import CostsBy, Dimension, GroupBy, Subject
from analytics.selectors import report
from analytics.selectors.cost_labels import CostLabels
from analytics.selectors.report import Span, Told
from analytics.values import Values
from contactcenter.core.models import Organization
from sms import costs
from sms.costs import Cost

_DIMENSIONS = {
    CostsBy.PROVIDER: Dimension.PROVIDER,
    CostsBy.AGENT: Dimension.AGENT,
    CostsBy.NUMBER: Dimension.NUMBER,
    CostsBy.COUNTRY: Dimension.COUNTRY,
}


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one day, provider, country, agent or number of ours cost in one currency.

    `key` is the day in ISO 8601, the provider's name, the country's code, the user's id or the number; empty where
    there is none. `label` is for people.
    """

    key: str
    label: str
    cost: Cost


def lines(org: Organization, since: datetime, until: datetime, labels: CostLabels) -> list[CostLine]:
    """Return the costs of a stretch of time: days in their order, anything else the dearest first.

    Only what has cost something is there.
    """
    return lines_and_before(org, Span(since, until), None, labels)[0]


def lines_and_before(
    org: Organization, span: Span, earlier: Span | None, labels: CostLabels
) -> tuple[list[CostLine], list[Cost]]:
    """Return the lines, and what all texts of an earlier stretch cost, which ends before this one begins."""
    by = labels.by
    if by is CostsBy.DAY:
        grouped, then = _by_day(org, span), altogether(org, earlier.start, earlier.until) if earlier else []
    else:
        told = report.told_apart(org, span, Subject.TEXTS, _DIMENSIONS[by], earlier=earlier)
        grouped, then = _by_word(told), _costs(told.before)
    found = [CostLine(key, labels[key], cost) for key, several in grouped.items() for cost in several]
    return sorted(found, key=_in_time if by is CostsBy.DAY else _dearest_first), then


def altogether(org: Organization, since: datetime, until: datetime) -> list[Cost]:
    """Return what the organization's texts cost, a line for each currency."""
    return _costs(report.totals(org, Span(since, until), Subject.TEXTS))


def sums(lines: Iterable[CostLine], before: Iterable[Cost]) -> list[Cost]:
    """Return the sum of the lines in each currency, also in those in which only the stretch before cost something."""
    return costs.together([*(line.cost for line in lines), *(costs.nothing(cost.currency) for cost in before)])


Grouped = dict[str, list[Cost]]


def _by_day(org: Organization, span: Span) -> Grouped:
    days = report.course(org, span, GroupBy.DAY, Subject.TEXTS, tz=org.zone).periods
    return {day.label: _costs(day.values) for day in days}


def _by_word(told: Told) -> Grouped:
    """Return the costs of each agent, number, provider or country, and under '' what belongs to none."""
    found = {key: _costs(values) for key, values in told.of_each.items()}
    rest = {cost.currency: cost for cost in _costs(told.altogether)}
    for several in found.values():
        for cost in several:
            rest[cost.currency] = _without(rest[cost.currency], cost)
    unowned = [cost for cost in rest.values() if cost.texts]
    return found | ({"": [*found.get("", []), *unowned]} if unowned else {})


def _costs(values: Values) -> list[Cost]:
    amounts = {key: values.money(key) for key in ("cost_estimated", "cost_billed")}
    found = []
    for currency, figures in sorted(values.by_currency.items()):
        of_it = Values(Subject.TEXTS, {currency: figures})
        if texts := of_it.count("charged"):
            estimated, billed = (amounts[key].get(currency, Decimal(0)) for key in ("cost_estimated", "cost_billed"))
            found.append(Cost(currency, texts, of_it.count("charged_segments"), estimated, billed))
    return found


def _without(whole: Cost, part: Cost) -> Cost:
    return Cost(
        whole.currency,
        whole.texts - part.texts,
        whole.segments - part.segments,
        whole.estimated - part.estimated,
        whole.billed - part.billed,
    )


def _in_time(line: CostLine) -> tuple[Any, ...]:
    return line.key, line.cost.currency


def _dearest_first(line: CostLine) -> tuple[Any, ...]:
    return line.cost.currency, -line.cost.total, line.label, line.key
