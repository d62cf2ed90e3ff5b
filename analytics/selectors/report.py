"""Figures of a stretch of time: altogether, by period, by agent, campaign or number. Exact at every moment.

Calls count by when they began, texts by when they were accepted. `only` is a user's id: then their own rows count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.enums import Dimension, GroupBy, Subject
from analytics.selectors import courses
from analytics.selectors.courses import Course, Ways
from analytics.selectors.reading import ALL, Asked, read
from analytics.values import Values
from contactcenter.core.models import Organization
from contactcenter.core.zones import UTC_ZONE

BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` on and before `until`, both aware."""

    start: datetime
    until: datetime


def totals(org: Organization, span: Span, subject: Subject, *, only: UUID | None = None) -> Values:
    """Return the figures of the whole stretch."""
    found = read(Asked(org.pk, subject, span.start, span.until, only=only)).cells()
    return found.get((0, ""), Values(subject))


def course(
    org: Organization,
    span: Span,
    group_by: GroupBy,
    subject: Subject,
    *,
    tz: ZoneInfo = UTC_ZONE,
    only: UUID | None = None,
) -> Course:
    """Return every period of the stretch, oldest first, also those without rows. Raises TooManyPeriods."""
    return courses.course(Ways(org.pk, subject, span.start, span.until, group_by, tz, only))


def parts(
    org: Organization, span: Span, cuts: Sequence[datetime], subject: Subject, *, only: UUID | None = None
) -> list[Values]:
    """Return the figures of each part of the stretch, oldest first, also of those without rows.

    Each cut, in UTC and later than the one before, ends a part and begins the next.
    """
    found = read(Asked(org.pk, subject, span.start, span.until, only=only, cuts=tuple(cuts))).cells()
    return [found.get((place, ""), Values(subject)) for place in range(len(cuts) + 1)]


def by_key(
    org: Organization, span: Span, subject: Subject, dimension: Dimension, *, only: UUID | None = None
) -> dict[UUID, Values]:
    """Return the figures of each agent (calls, texts) or campaign (calls) that has any, by their ids."""
    return {UUID(key): values for key, values in by_word(org, span, subject, dimension, only=only).items()}


def by_word(
    org: Organization, span: Span, subject: Subject, dimension: Dimension, *, only: UUID | None = None
) -> dict[str, Values]:
    """Return the figures of each number of ours (its address), provider or country (ISO 3166) that has any."""
    found = read(Asked(org.pk, subject, span.start, span.until, dimension, only=only)).cells()
    return {key: values for (_place, key), values in found.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of each word, those of all rows, also of those that belong to none, and those of the stretch before:
    of one moment.
    """

    of_each: dict[str, Values]
    altogether: Values
    before: Values


def told_apart(
    org: Organization, span: Span, subject: Subject, dimension: Dimension, *, earlier: Span | None = None
) -> Told:
    """Return the figures by word, all of them, and all of an earlier stretch, which ends before this one begins."""
    since = earlier.start if earlier is not None else span.start
    cuts = tuple(sorted({earlier.until, span.start})) if earlier is not None else ()
    found = read(Asked(org.pk, subject, since, span.until, dimension, cuts=cuts, with_all=True)).cells()
    of_each = {key: values for (_place, key), values in found.items() if key != ALL}
    nothing = Values(subject)
    return Told(of_each, found.get((len(cuts), ALL), nothing), found.get((0, ALL), nothing) if cuts else nothing)
