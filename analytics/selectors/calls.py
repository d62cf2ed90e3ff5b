"""Figures about calls of a stretch of time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models.functions import TruncDay, TruncHour, TruncMonth, TruncWeek

from analytics import periods
from analytics.enums import GroupBy
from analytics.selectors.figures import Figures, calls, figures, figures_by
from calls.enums import ACTIVE
from contactcenter.core.models import Organization

_TRUNCATED = {
    GroupBy.HOUR: TruncHour,
    GroupBy.DAY: TruncDay,
    GroupBy.WEEK: TruncWeek,
    GroupBy.MONTH: TruncMonth,
}


@dataclass(frozen=True, slots=True)
class Period:
    """The figures of one hour, day, week or month; `label` as the contract writes it."""

    label: str
    figures: Figures


def since(org: Organization, at: datetime, *, only: UUID | None) -> Figures:
    """Return the figures of the calls that started at this moment or later, in one query."""
    return figures(calls(org, only=only).filter(started_at__gte=at))


def active_count(org: Organization, *, only: UUID | None) -> int:
    """Return how many calls are going on."""
    return calls(org, only=only).filter(status__in=ACTIVE).count()


def by_period(org: Organization, start: datetime, until: datetime, by: GroupBy, *, only: UUID | None) -> list[Period]:
    """Return every period of the stretch, oldest first, also those without calls, in one query.

    Raises TooManyPeriods.
    """
    starts = periods.starts(start, until, by)
    rows = calls(org, only=only).filter(started_at__gte=start, started_at__lt=until)
    found = figures_by(rows.annotate(period=_TRUNCATED[by]("started_at", tzinfo=UTC)), "period")
    return [Period(periods.label(one, by), found.get(one, Figures())) for one in starts]
