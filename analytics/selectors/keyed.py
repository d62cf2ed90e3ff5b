"""The figures of each agent or campaign, part by part of a stretch of time: what their small drawings show."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics import periods
from analytics.enums import Dimension, GroupBy, Subject
from analytics.selectors.reading import Asked, Cells, read
from analytics.values import Values
from contactcenter.core.models import Organization

# The values of each part, in their order.
Course = Sequence[Values]


@dataclass(frozen=True, slots=True)
class Summed:
    """A course and the sum of its parts."""

    course: Course
    total: Values

    def __add__(self, other: "Summed") -> "Summed":
        course = [_added(ours, theirs) for ours, theirs in zip(self.course, other.course, strict=True)]
        return Summed(course, _added(self.total, other.total))


@dataclass(frozen=True, slots=True)
class InTime:
    """The course of each agent or campaign that has any figures, and that of all of them together."""

    of_each: Mapping[UUID, Summed]
    together: Summed

    def __add__(self, other: "InTime") -> "InTime":
        of_each = dict(self.of_each)
        for key, summed in other.of_each.items():
            of_each[key] = of_each[key] + summed if key in of_each else summed
        return InTime(of_each, self.together + other.together)


def by_key_in_time(
    org: Organization,
    since: datetime,
    until: datetime,
    subject: Subject,
    dimension: Dimension,
    *,
    by: GroupBy,
    tz: ZoneInfo,
    only: UUID | None = None,
) -> InTime:
    """Return the figures of each agent or campaign, period by period; their sums are those of `by_key`.

    Raises TooManyPeriods.
    """
    cuts = tuple(periods.starts(since, until, by, tz)[1:])
    found = read(Asked(org.pk, subject, since, until, dimension, only=only, cuts=cuts))
    rolled = found.rolled.once("in time", lambda: _in_time(subject, found.rolled.cells, len(cuts) + 1))
    return rolled + _in_time(subject, found.live, len(cuts) + 1) if found.live else rolled


def _in_time(subject: Subject, cells: Cells, count: int) -> InTime:
    parts: dict[str, dict[int, Values]] = defaultdict(dict)
    for (place, key), values in cells.items():
        parts[key][place] = values
    nothing = Values(subject)
    of_each = {
        UUID(key): Summed([found.get(place, nothing) for place in range(count)], Values.sum(subject, found.values()))
        for key, found in parts.items()
    }
    course = [Values.sum(subject, (one.course[place] for one in of_each.values())) for place in range(count)]
    return InTime(of_each, Summed(course, Values.sum(subject, course)))


def _added(ours: Values, theirs: Values) -> Values:
    """Return the sum; the very same values where there is nothing to add."""
    if not theirs.by_currency:
        return ours
    return Values.sum(ours.subject, (ours, theirs)) if ours.by_currency else theirs
