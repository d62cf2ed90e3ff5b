"""Periods of figures: hours, days, weeks (from Monday) and months of a time zone, and how they are written.

A day of a zone has 23, 24 or 25 hours; an hour begins whenever the zone's clock shows a full one.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from analytics.enums import GroupBy

# A year by the hour, or a quarter of a century by the day.
MOST_PERIODS = 10_000
_STEPS = {GroupBy.HOUR: timedelta(hours=1), GroupBy.DAY: timedelta(days=1), GroupBy.WEEK: timedelta(weeks=1)}
_SHORTEST_MONTH = timedelta(days=28)
_HOUR = timedelta(hours=1)


class TooManyPeriods(Exception):
    """There are more than MOST_PERIODS periods in this stretch of time."""


def first_of(at: datetime, by: GroupBy, zone: tzinfo = UTC) -> datetime:
    """Return when the period of this moment began, in UTC. Raises OverflowError at the ends of the calendar."""
    return _hour_of(at, zone) if by is GroupBy.HOUR else midnight(_first_day(at.astimezone(zone).date(), by), zone)


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return when a day begins in the zone, in UTC. Raises OverflowError at the ends of the calendar."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def demand_few(since: datetime, until: datetime, by: GroupBy) -> None:
    """Refuse a stretch of time that has more periods than an answer holds. Raises TooManyPeriods."""
    if (until - since) / _STEPS.get(by, _SHORTEST_MONTH) > MOST_PERIODS:
        raise TooManyPeriods


def starts(since: datetime, until: datetime, by: GroupBy, zone: tzinfo = UTC) -> list[datetime]:
    """Return when each period began that has a moment in this stretch of time, in UTC. Raises TooManyPeriods."""
    demand_few(since, until, by)
    found, start = [], first_of(since, by, zone)
    while start < until:
        found.append(start)
        try:
            start = after(start, by, zone)
        except OverflowError:  # The year 9999 is the last one there is.
            break
    return found


def after(start: datetime, by: GroupBy, zone: tzinfo = UTC) -> datetime:
    """Return when the period ends that begins here, in UTC. Raises OverflowError at the end of the calendar."""
    if by is GroupBy.HOUR:
        return _full_hour(start + _HOUR, zone)
    day = _following(start.astimezone(zone).date(), by)
    end = midnight(day, zone)
    # A day that a zone left out when it crossed the date line has no moment.
    return end if end > start else midnight(_following(day, by), zone)


def label(start: datetime, by: GroupBy, zone: tzinfo = UTC) -> str:
    """Return how the period that begins here is written: 2025-10-05 14:00, 2025-10-05, 2025-W40 (ISO 8601), 2025-10."""
    local = start.astimezone(zone)
    day = local.date().isoformat()
    if by is GroupBy.HOUR:
        return f"{day} {local.hour:02d}:00"
    if by is GroupBy.WEEK:
        year, week, _weekday = local.isocalendar()
        return f"{year:04d}-W{week:02d}"
    return day[:7] if by is GroupBy.MONTH else day


def _first_day(day: date, by: GroupBy) -> date:
    if by is GroupBy.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by is GroupBy.MONTH else day


def _following(day: date, by: GroupBy) -> date:
    if by is GroupBy.MONTH:
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return _first_day(day, by) + _STEPS[by]


def _past_hour(at: datetime, zone: tzinfo) -> timedelta:
    local = at.astimezone(zone)
    return timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _hour_of(at: datetime, zone: tzinfo) -> datetime:
    start = at.astimezone(UTC)
    # Twice where the clock was moved by less than an hour meanwhile.
    while past := _past_hour(start, zone):
        start -= past
    return start


def _full_hour(at: datetime, zone: tzinfo) -> datetime:
    while past := _past_hour(at, zone):
        at += _HOUR - past
    return at
