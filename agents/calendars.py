"""When somebody answers: hours of a week and holidays, by the clock on the wall of a time zone.

It is open exactly when that clock shows a time between. Where the clocks go back, such a time comes twice and is open
twice; where they go forward, a time that does not come is not waited for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.weekly import MINUTES_A_DAY, Span

# What does not open within a year of a holiday on each of its days opens never.
FARTHEST = timedelta(days=370)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hours of a week without the holidays. What begins before midnight ends with its own day's hours."""

    zone: ZoneInfo
    spans: tuple[Span, ...]
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether somebody answers at this moment."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(
            span.start <= minute + ago * MINUTES_A_DAY < span.end
            for ago in (0, 1)
            for span in self._spans_of(local.date() - ago * _DAY)
        )

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first moment from `at` on that is open: `at` itself, where it is; None when there is none."""
        if self.is_open(at):
            return at
        today = at.astimezone(self.zone).date()
        for days in range(FARTHEST.days):
            later = sorted(moment for moment in self._candidates(today + days * _DAY) if moment > at)
            if opening := next((moment for moment in later if self.is_open(moment)), None):
                return opening
        return None

    def _spans_of(self, day: date) -> Iterator[Span]:
        if day not in self.holidays:
            yield from (span for span in self.spans if span.weekday == day.weekday())

    def _candidates(self, day: date) -> Iterator[datetime]:
        """Moments of a day at which it may begin to be open: beginnings of hours, and changes of the clocks."""
        for span in self._spans_of(day):
            clock = time(*divmod(span.start, 60))
            for fold in (0, 1):  # The same moment, but where the clocks go back.
                yield datetime.combine(day, clock, tzinfo=self.zone).replace(fold=fold).astimezone(UTC)
        yield from self._change_of_clocks(day)

    def _change_of_clocks(self, day: date) -> Iterator[datetime]:
        low, high = (datetime.combine(one, time(), tzinfo=self.zone).astimezone(UTC) for one in (day, day + _DAY))
        before = self._offset(low)
        if before == self._offset(high):
            return
        while high - low > _MINUTE:
            middle = low + (high - low) // 2
            middle = middle.replace(second=0, microsecond=0)
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        yield high

    def _offset(self, at: datetime) -> timedelta | None:
        return at.astimezone(self.zone).utcoffset()
