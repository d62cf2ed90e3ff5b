"""Periods of figures: hours, days, weeks (from Monday) and months in UTC, and how they are written."""

from datetime import UTC, datetime, timedelta

from analytics.enums import GroupBy

# A year by the hour, or a quarter of a century by the day.
MOST_PERIODS = 10_000
_STEPS = {GroupBy.HOUR: timedelta(hours=1), GroupBy.DAY: timedelta(days=1), GroupBy.WEEK: timedelta(weeks=1)}
_SHORTEST_MONTH = timedelta(days=28)


class TooManyPeriods(Exception):
    """There are more than MOST_PERIODS periods in this stretch of time."""


def first_of(at: datetime, by: GroupBy) -> datetime:
    """Return when the period of this moment began."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if by is GroupBy.HOUR:
        return hour
    day = hour.replace(hour=0)
    if by is GroupBy.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by is GroupBy.MONTH else day


def starts(since: datetime, until: datetime, by: GroupBy) -> list[datetime]:
    """Return when each period began that has a moment in this stretch of time. Raises TooManyPeriods."""
    if (until - since) / _STEPS.get(by, _SHORTEST_MONTH) > MOST_PERIODS:
        raise TooManyPeriods
    found, start = [], first_of(since, by)
    while start < until:
        found.append(start)
        try:
            start = _next(start, by)
        except OverflowError:  # The year 9999 is the last one there is.
            break
    return found


def label(start: datetime, by: GroupBy) -> str:
    """Return how the period that begins here is written: 2025-10-05 14:00, 2025-10-05, 2025-W40 (ISO 8601), 2025-10."""
    day = start.date().isoformat()
    if by is GroupBy.HOUR:
        return f"{day} {start.hour:02d}:00"
    if by is GroupBy.WEEK:
        year, week, _weekday = start.isocalendar()
        return f"{year:04d}-W{week:02d}"
    return day[:7] if by is GroupBy.MONTH else day


def _next(start: datetime, by: GroupBy) -> datetime:
    if by is GroupBy.MONTH:
        return (start + timedelta(days=31)).replace(day=1)
    return start + _STEPS[by]
