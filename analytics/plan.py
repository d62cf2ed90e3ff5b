"""Which part of a stretch of time is read from which rollups, and which from the rows themselves.

Times are in UTC. A stretch is (from, before); lists of stretches are in order and do not touch each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from analytics.enums import Grain

Stretch = tuple[datetime, datetime]
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class State:
    """How far rollups reach, which of their hours no longer hold, and which version of them it is."""

    rolled_until: datetime | None
    stale: tuple[datetime, ...]
    version: UUID | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes from the rows (`live`), and what from the rollups of each grain."""

    live: list[Stretch]
    rolled: dict[Grain, list[Stretch]]

    @property
    def length(self) -> int:
        """How many stretches it has."""
        return len(self.live) + sum(map(len, self.rolled.values()))


def floor(at: datetime, grain: Grain) -> datetime:
    """Return when the hour, day or month of this moment began."""
    at = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if grain is Grain.HOUR:
        return at
    return at.replace(hour=0) if grain is Grain.DAY else at.replace(hour=0, day=1)


def after(start: datetime, grain: Grain) -> datetime:
    """Return when the hour, day or month ends that begins here."""
    if grain is Grain.MONTH:
        return (start + 31 * _DAY).replace(day=1)
    return start + (_HOUR if grain is Grain.HOUR else _DAY)


def plan(
    since: datetime, until: datetime, state: State, *, cuts: Iterable[datetime] = (), grains: Iterable[Grain]
) -> Plan:
    """Return how to read what lies from `since` on and before `until`, where no rollup may lie on both sides of a cut.

    The longest rollups come first; what is stale, cut, not rolled up yet or no whole hour is read from the rows.
    """
    live: list[Stretch] = [(since.astimezone(UTC), until.astimezone(UTC))]
    rolled: dict[Grain, list[Stretch]] = {}
    end = min(until, state.rolled_until) if state.rolled_until is not None else since
    cuts = [at for at in cuts if at < end]
    for grain in grains:
        unusable = {floor(at, grain) for at in state.stale}
        unusable |= {start for at in cuts if (start := floor(at, grain)) != at}
        whole = _whole(since, end, grain)
        if whole is None:
            rolled[grain] = []
            continue
        holes = [(start, after(start, grain)) for start in sorted(unusable)]
        rolled[grain] = _common(live, _without([whole], holes))
        live = _without(live, rolled[grain])
    return Plan(live, rolled)


def _whole(since: datetime, until: datetime, grain: Grain) -> Stretch | None:
    if since >= until:
        return None
    start = floor(since, grain)
    if start < since:
        start = after(start, grain)
    end = floor(until, grain)
    return (start, end) if start < end else None


def _without(stretches: list[Stretch], holes: list[Stretch]) -> list[Stretch]:
    """Return what is left of the stretches outside of the holes."""
    found: list[Stretch] = []
    place = 0
    for first, end in stretches:
        start = first
        while place < len(holes) and holes[place][1] <= start:
            place += 1
        for at in range(place, len(holes)):
            hole_start, hole_end = holes[at]
            if hole_start >= end:
                break
            if start < hole_start:
                found.append((start, hole_start))
            start = max(start, hole_end)
        if start < end:
            found.append((start, end))
    return found


def _common(some: list[Stretch], others: list[Stretch]) -> list[Stretch]:
    """Return what lies in both."""
    found, one, other = [], 0, 0
    while one < len(some) and other < len(others):
        start, end = max(some[one][0], others[other][0]), min(some[one][1], others[other][1])
        if start < end:
            found.append((start, end))
        if some[one][1] < others[other][1]:
            one += 1
        else:
            other += 1
    return found
