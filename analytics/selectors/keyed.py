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

    def plus(self, more: Mapping[int, Values]) -> "Summed":
        """Return these with more figures of some parts, which stand at their places."""
        course, total = list(self.course), self.total
        for place, values in more.items():
            course[place], total = _added(course[place], values), _added(total, values)
        return Summed(course, total)


@dataclass(frozen=True, slots=True)
class InTime:
    """The course of each agent or campaign that has any figures, and that of all of them together."""

    of_each: Mapping[UUID, Summed]
    together: Summed

    def plus(self, cells: Cells) -> "InTime":
        """Return these with the figures of more rows: of few parts, as a rule only of the last one."""
        nothing = Values(self.together.total.subject)
        empty = Summed([nothing] * len(self.together.course), nothing)
        of_each, of_parts = dict(self.of_each), dict[int, list[Values]]()
        for key, parts in _parts(cells).items():
            of_each[key] = of_each.get(key, empty).plus(parts)
            for place, values in parts.items():
                of_parts.setdefault(place, []).append(values)
        more = {place: Values.sum(nothing.subject, several) for place, several in of_parts.items()}
        return InTime(of_each, self.together.plus(more))


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
    return rolled.plus(found.live) if found.live else rolled


def _in_time(subject: Subject, cells: Cells, count: int) -> InTime:
    nothing = Values(subject)
    of_each = {
        key: Summed([found.get(place, nothing) for place in range(count)], Values.sum(subject, found.values()))
        for key, found in _parts(cells).items()
    }
    course = [Values.sum(subject, (one.course[place] for one in of_each.values())) for place in range(count)]
    return InTime(of_each, Summed(course, Values.sum(subject, course)))


def _parts(cells: Cells) -> Mapping[UUID, dict[int, Values]]:
    found: dict[str, dict[int, Values]] = defaultdict(dict)
    for (place, key), values in cells.items():
        found[key][place] = values
    return {UUID(key): parts for key, parts in found.items()}


def _added(ours: Values, theirs: Values) -> Values:
    """Return the sum; the very same values where there is nothing to add."""
    if not theirs.by_currency:
        return ours
    return Values.sum(ours.subject, (ours, theirs)) if ours.by_currency else theirs
