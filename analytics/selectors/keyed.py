"""The figures of each agent or campaign, part by part of a stretch of time: what their small drawings show."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics import periods
from analytics.enums import Dimension, GroupBy, Subject
from analytics.selectors.reading import Asked, read
from analytics.values import Values
from contactcenter.core.models import Organization

# The values of each part, in their order.
Course = Sequence[Values]


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
) -> Mapping[UUID, Course]:
    """Return the figures of each agent or campaign that has any, period by period; their sums are those of `by_key`.

    Raises TooManyPeriods.
    """
    cuts = tuple(periods.starts(since, until, by, tz)[1:])
    found: dict[str, dict[int, dict[str, tuple[int, ...]]]] = defaultdict(dict)
    for place, key, currency, figures in read(Asked(org.pk, subject, since, until, dimension, only=only, cuts=cuts)):
        found[key].setdefault(place, {})[currency] = figures
    nothing = Values(subject)
    return {
        UUID(key): [Values(subject, parts[place]) if place in parts else nothing for place in range(len(cuts) + 1)]
        for key, parts in found.items()
    }


def together(subject: Subject, courses: Mapping[UUID, Course]) -> Course:
    """Return the sum of several courses, part by part."""
    return [Values.sum(subject, parts) for parts in zip(*courses.values(), strict=True)]
