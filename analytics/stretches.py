"""Stretches of whole days in an organization's time zone, and the ones before them that they are compared with."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.enums import GroupBy

_DAY = timedelta(days=1)
# Of days that anybody asks for. Zones and comparisons go a little beyond, and end where the calendar does.
FIRST_YEAR, LAST_YEAR = 2000, 2200
# Of each grouping, the longest stretch that makes a chart and a table that can be read.
MOST_DAYS = {GroupBy.HOUR: 7, GroupBy.DAY: 93, GroupBy.WEEK: 732, GroupBy.MONTH: 3660}
_USUAL = ((2, GroupBy.HOUR), (62, GroupBy.DAY), (200, GroupBy.WEEK))


class Range(models.TextChoices):
    """The stretches with a name, and the one that is given by its days."""

    TODAY = "today", _("Today")
    YESTERDAY = "yesterday", _("Yesterday")
    DAYS_7 = "7", _("Last 7 days")
    DAYS_30 = "30", _("Last 30 days")
    DAYS_90 = "90", _("Last 90 days")
    THIS_MONTH = "month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    CUSTOM = "custom", _("From … to …")


# Compared with the month before, also where they are only its beginning.
BY_MONTH = (Range.THIS_MONTH, Range.LAST_MONTH)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole days, the last one among them. `ends_at` cuts the last one short."""

    first: date
    last: date
    zone: ZoneInfo
    ends_at: datetime | None = None

    @property
    def since(self) -> datetime:
        """The midnight at which it begins."""
        return midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The moment at which it is over."""
        return self.ends_at or midnight(self.last + _DAY, self.zone)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def is_whole_months(self) -> bool:
        """Whether it begins with a month and ends with one."""
        return self.first.day == 1 and self.last.day == monthrange(self.last.year, self.last.month)[1]


def named(name: Range, today: date, zone: ZoneInfo) -> Stretch:
    """Return the stretch of a name, counted back from today. CUSTOM has no days of its own."""
    first = today.replace(day=1)
    match name:
        case Range.YESTERDAY:
            return Stretch(today - _DAY, today - _DAY, zone)
        case Range.DAYS_7 | Range.DAYS_30 | Range.DAYS_90:
            return Stretch(today - (int(name.value) - 1) * _DAY, today, zone)
        case Range.THIS_MONTH:
            return Stretch(first, today, zone)
        case Range.LAST_MONTH:
            return Stretch((first - _DAY).replace(day=1), first - _DAY, zone)
        case _:
            return Stretch(today, today, zone)


def before(stretch: Stretch, now: datetime, *, by_month: bool = False) -> Stretch:
    """Return what a stretch is compared with: as many days, or months, before it.

    While a stretch goes on, only as much of the one before counts as is over of it, to the minute and by the clocks of
    the zone: today until ten o'clock is compared with yesterday until ten o'clock. `by_month`: compare with the month
    before even where the stretch is only the beginning of a month.
    """
    by_month = by_month or stretch.is_whole_months
    months = _months_of(stretch)
    first = _months_back(stretch.first, months) if by_month else stretch.first - stretch.days * _DAY
    here = now.astimezone(stretch.zone)
    if not stretch.first <= here.date() <= stretch.last:
        return Stretch(first, stretch.first - _DAY, stretch.zone)
    last = _months_back(here.date(), months) if by_month else here.date() - stretch.days * _DAY
    ends_at = datetime.combine(last, here.time().replace(second=0, microsecond=0), stretch.zone)
    if by_month and last.day < here.day:  # There is no 31st in the month before: all of it is over.
        ends_at = midnight(last + _DAY, stretch.zone)
    return Stretch(first, last, stretch.zone, ends_at)


def beside(
    starts: Iterable[datetime], by: GroupBy, stretch: Stretch, compared: Stretch, *, by_month: bool
) -> list[datetime | None]:
    """Return the moment of the stretch before at which each period's figures begin there, in UTC; None: it has none.

    They end where the next ones begin. Days have the same place in both stretches, hours that and the same clock;
    weeks and months are as many days, whatever weekday those begin with. `by_month`: months are months there, too.

    Of an hour that our clock shows twice, only the first has something beside it: nothing is counted twice. What was in
    an hour that our clock leaves out is added to the one before it; an hour left out there is beside nothing.
    """
    found: list[datetime | None] = []
    latest = compared.since.astimezone(UTC) - _DAY
    for start in starts:
        at = _beside(start.astimezone(stretch.zone), by, stretch, compared, by_month=by_month)
        is_there = at is not None and latest < at < compared.until.astimezone(UTC)
        found.append(at if is_there else None)
        latest = at if at is not None and is_there else latest
    return found


def end_beside(stretch: Stretch, compared: Stretch, by: GroupBy, *, by_month: bool) -> datetime:
    """Return the moment of the stretch before, in UTC, from which on none of our days stands beside it.

    A month before may be longer than ours.
    """
    if by_month and by is GroupBy.MONTH:
        return compared.until.astimezone(UTC)
    end = midnight(compared.first + stretch.days * _DAY, stretch.zone)
    return min(end.astimezone(UTC), compared.until.astimezone(UTC))


def usual_grouping(stretch: Stretch) -> GroupBy:
    """Return the grouping that suits a stretch: not one bar, and not a thousand."""
    return next((by for most, by in _USUAL if stretch.days <= most), GroupBy.MONTH)


def groupings(stretch: Stretch) -> list[GroupBy]:
    """Return the groupings that a stretch can be shown by."""
    return [by for by in GroupBy if stretch.days <= MOST_DAYS[by]]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins in a zone."""
    return datetime.combine(day, time.min, zone)


def _beside(here: datetime, by: GroupBy, stretch: Stretch, compared: Stretch, *, by_month: bool) -> datetime | None:
    if by_month and by is GroupBy.MONTH:
        return midnight(_months_back(here.date(), _months_of(stretch)), stretch.zone).astimezone(UTC)
    day = compared.first + (here.date() - stretch.first)
    if by is not GroupBy.HOUR:
        return midnight(day, stretch.zone).astimezone(UTC)
    clock = datetime.combine(day, here.time().replace(fold=0))
    at = clock.replace(tzinfo=stretch.zone).astimezone(UTC)
    return at if at.astimezone(stretch.zone).replace(tzinfo=None) == clock else None


def _months_of(stretch: Stretch) -> int:
    return (stretch.last.year - stretch.first.year) * 12 + stretch.last.month - stretch.first.month + 1


def _months_back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
