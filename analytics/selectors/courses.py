"""Figures period by period. Periods that are over, and whose hours are not marked, are kept.

A year by day is 365 periods, of which all but one or two are the same at the next request. Why what is kept is never
stale: decision 0025.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics import periods
from analytics.enums import GroupBy, Subject
from analytics.plan import State
from analytics.selectors import kept
from analytics.selectors.kept import Lasting
from analytics.selectors.reading import Asked, look, read_by
from analytics.values import Values

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The figures of one hour, day, week or month; `label` as the contract writes it.

    `start` and `until` are in UTC and lie within what was asked for: the first and the last period may be cut.
    """

    label: str
    start: datetime
    until: datetime
    values: Values


@dataclass(frozen=True, slots=True)
class Closed(Lasting):
    """Periods that are kept, and their sum."""

    periods: tuple[Period, ...]
    total: Values


@dataclass(frozen=True, slots=True)
class Course:
    """All periods of a stretch of time, the oldest first: those that are kept, and those that were counted now."""

    closed: Closed
    open: list[Period]

    @property
    def periods(self) -> list[Period]:
        """All of them."""
        return [*self.closed.periods, *self.open]

    @property
    def total(self) -> Values:
        """The figures of all of them together."""
        return Values.sum(self.closed.total.subject, [self.closed.total, *(period.values for period in self.open)])


@dataclass(frozen=True, slots=True)
class Ways:
    """What a course is asked for: whose rows, of when, in which periods of which zone; `only` is an agent."""

    org_id: UUID
    subject: Subject
    since: datetime
    until: datetime
    by: GroupBy
    zone: ZoneInfo
    only: UUID | None


def course(ways: Ways) -> Course:
    """Return every period of the stretch, also those without rows. Raises TooManyPeriods, OverflowError."""
    periods.demand_few(ways.since, ways.until, ways.by)
    whole = Asked(ways.org_id, ways.subject, ways.since, ways.until, only=ways.only)
    return kept.settle(ways.org_id, ways.subject, lambda: look(whole), lambda state: _by(ways, whole, state))


def _by(ways: Ways, whole: Asked, state: State) -> tuple[Course, State]:
    split = _split(ways, state)
    if split is None:
        found, seen = _counted(ways, ways.since, ways.until, state)
        return Course(Closed((), Values(ways.subject)), found), seen
    closed, seen_first = _closed(ways, state, split)
    if split < ways.until:
        found, seen = _counted(ways, split, ways.until, state)
    else:  # If no statement has told the state, one has to: what is kept may be old.
        found, seen = [], seen_first or look(whole)
    return Course(closed, found), seen if seen_first is None or seen_first == state else seen_first


def _split(ways: Ways, state: State) -> datetime | None:
    """Return when the first period begins that may still change: all before it are rolled up and without marks."""
    if state.rolled_until is None or state.version is None or ways.since >= state.rolled_until:
        return None
    marked = [hour for hour in state.stale if hour + _HOUR > ways.since]
    edge = min(ways.until, state.rolled_until, *marked)
    split = periods.first_of(edge, ways.by, ways.zone) if edge > ways.since else ways.since
    return split if split > ways.since else None


def _closed(ways: Ways, state: State, split: datetime) -> tuple[Closed, State | None]:
    """Return the periods that are over, and the state by which they were counted; None where they were kept."""
    key = (ways.org_id, ways.subject, state.version, ways.since, split, ways.by, ways.zone.key, ways.only)
    found: Closed | None = kept.closed_periods.get(key)
    if found is not None:
        return found, None
    several, seen = _counted(ways, ways.since, split, state)
    made = Closed(tuple(several), Values.sum(ways.subject, (period.values for period in several)))
    if seen == state:
        kept.closed_periods.put(key, made, len(several))
    return made, seen


def _counted(ways: Ways, since: datetime, until: datetime, state: State) -> tuple[list[Period], State]:
    """Return the periods from one moment to another, and the state by which they were counted."""
    begins = periods.starts(since, until, ways.by, ways.zone)
    # What lies before the second period is the first one's, though the stretch may begin in the middle of it.
    cuts = tuple(begins[1:])
    within = (ways.since, ways.until)
    asked = Asked(ways.org_id, ways.subject, since, until, only=ways.only, cuts=cuts, within=within)
    read, seen = read_by(asked, state)
    found = read.cells()
    starts, ends = [since.astimezone(UTC), *cuts], [*cuts, until.astimezone(UTC)]
    return [
        Period(periods.label(begin, ways.by, ways.zone), start, end, found.get((place, ""), Values(ways.subject)))
        for place, (begin, start, end) in enumerate(zip(begins, starts, ends, strict=False))
    ], seen
