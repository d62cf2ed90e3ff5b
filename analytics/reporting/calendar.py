"""When a report is mailed, and which days it is about."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analytics.models import Cadence, ScheduledReport
from analytics.stretches import Range, Stretch, named
from contactcenter.core.models import Organization
from contactcenter.core.zones import zone_named

PLANNED = ("next_at", "next_zone")
_DAY = timedelta(days=1)


def plan_next(report: ScheduledReport, org: Organization, *, after: datetime) -> None:
    """Write into a report of `org`, which the caller saves (`PLANNED`), when it is mailed next."""
    report.next_at, report.next_zone = next_time(report, org.zone, after=after), org.time_zone


def next_time(report: ScheduledReport, zone: ZoneInfo, *, after: datetime) -> datetime:
    """Return the first time (in UTC) after a moment at which the report is mailed.

    An hour that the clocks skip is mailed at the hour after it; one that they show twice, the first time.
    """
    return next(at for at in _times(report, zone, after, _DAY) if at > after)


def last_time(report: ScheduledReport, *, until: datetime) -> datetime | None:
    """Return when a report was last due by the zone that it was planned for; None where that zone is not known."""
    zone = zone_named(report.next_zone)
    return None if zone is None else next(at for at in _times(report, zone, until, -_DAY) if at <= until)


def period(report: ScheduledReport, zone: ZoneInfo, *, at: datetime) -> Stretch:
    """Return the last day, week (from Monday) or month that was over at a moment."""
    today = at.astimezone(zone).date()
    match report.cadence:
        case Cadence.MONTHLY:
            return named(Range.LAST_MONTH, today, zone)
        case Cadence.WEEKLY:
            monday = today - today.weekday() * _DAY
            return Stretch(monday - 7 * _DAY, monday - _DAY, zone)
        case _:
            return named(Range.YESTERDAY, today, zone)


def _times(report: ScheduledReport, zone: ZoneInfo, since: datetime, step: timedelta) -> Iterator[datetime]:
    """Say when a report is due (in UTC), from the day of a moment on."""
    day = since.astimezone(zone).date()
    while True:
        if _is_its_day(report, day):
            # In UTC: an hour that the clocks skip equals no moment of another zone (PEP 495).
            yield datetime.combine(day, time(report.hour), zone).astimezone(UTC)
        day += step


def _is_its_day(report: ScheduledReport, day: date) -> bool:
    match report.cadence:
        case Cadence.MONTHLY:
            return day.day == report.month_day
        case Cadence.WEEKLY:
            return day.isoweekday() == report.weekday
        case _:
            return True
