"""Figures of a stretch of time: altogether, by period, by agent, campaign or number. Exact at every moment.

Calls count by when they began, texts by when they were accepted. `only` is a user's id: then their own rows count.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics import periods
from analytics.enums import Dimension, GroupBy, Subject
from analytics.selectors.reading import Asked, read
from analytics.values import Values
from contactcenter.core.models import Organization

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` on and before `until`, both aware."""

    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """The figures of one hour, day, week or month; `label` as the contract writes it.

    `start` and `until` are in UTC and lie within what was asked for: the first and the last period may be cut.
    """

    label: str
    start: datetime
    until: datetime
    values: Values


def totals(org: Organization, span: Span, subject: Subject, *, only: UUID | None = None) -> Values:
    """Return the figures of the whole stretch."""
    found = read(Asked(org.pk, subject, span.start, span.until, only=only))
    return _values(subject, found).get((0, ""), Values(subject))


def by_period(
    org: Organization, span: Span, group_by: GroupBy, subject: Subject, *, tz: ZoneInfo = _UTC, only: UUID | None = None
) -> list[Period]:
    """Return every period of the stretch, oldest first, also those without rows. Raises TooManyPeriods."""
    begins = periods.starts(span.start, span.until, group_by, tz)
    # What lies before the second period is the first one's, though the stretch may begin in the middle of it.
    cuts = tuple(begins[1:])
    found = _values(subject, read(Asked(org.pk, subject, span.start, span.until, only=only, cuts=cuts)))
    starts, ends = [span.start.astimezone(UTC), *cuts], [*cuts, span.until.astimezone(UTC)]
    return [
        Period(periods.label(begin, group_by, tz), start, end, found.get((place, ""), Values(subject)))
        for place, (begin, start, end) in enumerate(zip(begins, starts, ends, strict=False))
    ]


def by_key(
    org: Organization, span: Span, subject: Subject, dimension: Dimension, *, only: UUID | None = None
) -> dict[UUID, Values]:
    """Return the figures of each agent (calls, texts) or campaign (calls) that has any, by their ids."""
    return {UUID(key): values for key, values in by_word(org, span, subject, dimension, only=only).items()}


def by_word(
    org: Organization, span: Span, subject: Subject, dimension: Dimension, *, only: UUID | None = None
) -> dict[str, Values]:
    """Return the figures of each number of ours (its address) or provider (its word; texts) that has any."""
    found = _values(subject, read(Asked(org.pk, subject, span.start, span.until, dimension, only=only)))
    return {key: values for (_place, key), values in found.items()}


def _values(subject: Subject, rows: list[tuple[int, str, str, list[int]]]) -> dict[tuple[int, str], Values]:
    found: dict[tuple[int, str], dict[str, tuple[int, ...]]] = defaultdict(dict)
    for place, key, currency, figures in rows:
        found[place, key][currency] = tuple(figures)
    return {one: Values(subject, by_currency) for one, by_currency in found.items()}
