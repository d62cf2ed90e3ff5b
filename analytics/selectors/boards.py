"""The figures of one page: its lines, their sum, and both for the stretch before."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from analytics.enums import Dimension, Format
from analytics.metric import Metric
from analytics.models import ReportTab
from analytics.questions import Question, RowsQuestion
from analytics.selectors import names
from analytics.selectors.courses import Period
from analytics.selectors.keyed import Course, Summed, by_key_in_time
from analytics.selectors.report import Span, by_key, course, parts
from analytics.stretches import Stretch, before, beside, end_beside, usual_grouping
from analytics.values import Values, currencies
from contactcenter.core.models import Organization

_DIMENSIONS = {ReportTab.AGENTS: Dimension.AGENT, ReportTab.CAMPAIGNS: Dimension.CAMPAIGN}


@dataclass(frozen=True, slots=True)
class Line:
    """A period, an agent or a campaign with its figures, those before (None: there is nothing beside it), its rows.

    `course` is how an agent's or a campaign's figures came about, part by part.
    """

    label: str
    values: Values
    earlier: Values | None
    since: datetime
    until: datetime
    dimension: Dimension = Dimension.ALL
    key: UUID | None = None
    course: Course = ()


@dataclass(frozen=True, slots=True)
class Board:
    """All figures of a page. `is_in_time`: its lines are periods, in their order. `course` is that of the sum."""

    question: Question
    compared: Stretch
    lines: list[Line]
    total: Values
    earlier: Values
    is_in_time: bool
    course: Course

    @property
    def mark(self) -> Hashable:
        """Everything that a page shows of this, cheaper to compare than to write down."""
        lines = tuple(
            (
                *(line.label, line.since, line.until, line.dimension, line.key, line.values.mark),
                line.earlier.mark if line.earlier is not None else None,
                tuple(values.mark for values in line.course),
            )
            for line in self.lines
        )
        # With its lines, the sum and its course are told; those of the stretch before are not.
        return self.question, self.compared, self.is_in_time, lines, self.total.mark, self.earlier.mark

    def rows(self, metric: Metric, line: Line | None = None) -> RowsQuestion:
        """Return what asks for the rows behind a figure of a line, or of the sum."""
        if line is not None:
            return RowsQuestion(metric.subject, line.since, line.until, metric, line.dimension, line.key)
        return self._rows_of(metric, self.question.stretch)

    def rows_before(self, metric: Metric) -> RowsQuestion:
        """Return what asks for the rows behind a figure of the stretch before."""
        return self._rows_of(metric, self.compared)

    def _rows_of(self, metric: Metric, stretch: Stretch) -> RowsQuestion:
        dimension = _DIMENSIONS.get(self.question.tab, Dimension.ALL)
        return RowsQuestion(metric.subject, stretch.since, stretch.until, metric, dimension)


def board(org: Organization, question: Question, *, only: UUID | None, now: datetime, by_month: bool = False) -> Board:
    """Return the figures that a page asks for. Raises TooManyPeriods."""
    by_month = by_month or question.stretch.is_whole_months
    compared = before(question.stretch, now, by_month=by_month)
    dimension = _DIMENSIONS.get(question.tab)
    if dimension is None:
        return _in_time(org, question, compared, only, by_month=by_month)
    return _by_key(org, question, compared, dimension, only)


def _in_time(org: Organization, question: Question, compared: Stretch, only: UUID | None, *, by_month: bool) -> Board:
    ours = course(org, _span(question.stretch), question.by, question.subject, tz=question.stretch.zone, only=only)
    earlier, total = _earlier(org, question, compared, ours.periods, only, by_month=by_month)
    lines = [
        Line(period.label, period.values, values, period.start, period.until)
        for period, values in zip(ours.periods, earlier, strict=True)
    ]
    steps = [period.values for period in ours.periods]
    return Board(question, compared, lines, ours.total, total, True, steps)


def _earlier(
    org: Organization,
    question: Question,
    compared: Stretch,
    periods: list[Period],
    only: UUID | None,
    *,
    by_month: bool,
) -> tuple[list[Values | None], Values]:
    """Return what stood beside each period in the stretch before, and all of that stretch."""
    stretch, by, subject = question.stretch, question.by, question.subject
    places = beside([period.start for period in periods], by, stretch, compared, by_month=by_month)
    begins = [at for at in places if at is not None]
    cuts = [*begins[1:], end_beside(stretch, compared, by, by_month=by_month)]
    found = parts(org, _span(compared), cuts, subject, only=only)
    values = iter(found)
    return [next(values) if at is not None else None for at in places], Values.sum(subject, found)


def _by_key(org: Organization, question: Question, compared: Stretch, dimension: Dimension, only: UUID | None) -> Board:
    subject, stretch = question.subject, question.stretch
    by, zone = usual_grouping(stretch), stretch.zone
    found = by_key_in_time(org, stretch.since, stretch.until, subject, dimension, by=by, tz=zone, only=only)
    ours = found.of_each
    theirs = by_key(org, _span(compared), subject, dimension, only=only)
    named = names.people(org, only=only) if dimension is Dimension.AGENT else names.campaigns(org)
    nothing = Summed((), Values(subject))
    lines = [
        Line(
            named.get(key, str(key)),
            of_it.total,
            theirs.get(key),
            stretch.since,
            stretch.until,
            dimension,
            key,
            of_it.course,
        )
        for key, of_it in ((key, ours.get(key, nothing)) for key in ours.keys() | theirs.keys())
    ]
    lines.sort(key=_largest_first(lines, question.metric))
    earlier, altogether = Values.sum(subject, theirs.values()), found.together
    return Board(question, compared, lines, altogether.total, earlier, False, altogether.course if ours else ())


def _largest_first(lines: list[Line], metric: Metric) -> Callable[[Line], tuple[Any, ...]]:
    """Return the order of lines by a metric, those of the same figure by their names.

    Amounts go by one currency after the other, that in which most lines have any first: never by two at once.
    """
    if metric.format is not Format.MONEY:
        return lambda line: (-(line.values[metric.key] or 0), *_by_name(line))
    found = currencies((line.values for line in lines), metric.key)

    def by_amounts(line: Line) -> tuple[Any, ...]:
        amounts = line.values.money(metric.key)
        return (*(-amounts.get(currency, 0) for currency in found), *_by_name(line))

    return by_amounts


def _by_name(line: Line) -> tuple[str, str]:
    return line.label.casefold(), str(line.key)


def _span(stretch: Stretch) -> Span:
    return Span(stretch.since, stretch.until)
