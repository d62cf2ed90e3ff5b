"""Counts an organization's rollups again from the beginning, and proves that they are what their rows say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from analytics import counting, plan, rollups
from analytics.counting import Part
from analytics.enums import Grain
from analytics.sources import Source

_KEY = "organization_id, grain, starts_at, dimension, key, whose, currency"


@dataclass(frozen=True, slots=True)
class Difference:
    """A rollup whose `stored` figures are not those `counted` from the rows; None where there is no such rollup."""

    grain: str
    starts_at: datetime
    dimension: str
    key: str
    whose: str
    currency: str
    stored: list[int] | None
    counted: list[int] | None


def rebuild(org_id: UUID, source: Source, *, since: datetime | None) -> Iterator[datetime]:
    """Count everything again that is rolled up, in batches, and add what is not; yield how far it is."""
    start, is_first = since, True
    while is_first or start is not None:
        with transaction.atomic(), connection.cursor() as cursor:
            rollups.lock(cursor)
            parts = _next(org_id, source, start, rollups.first_of(cursor, org_id, source))
            rollups.count(cursor, source, parts)
        start, is_first = (parts[0][2], False) if parts else (None, False)
        if start is not None:
            yield start
    is_done: bool | None = False
    while not is_done:
        is_done = rollups.advance(org_id, source, wait=True)
        reached = rollups.reached(org_id, source)
        if reached is not None:
            yield reached


def _next(org_id: UUID, source: Source, start: datetime | None, first: datetime | None) -> list[Part]:
    """Return the next batch within what is rolled up; nothing at its end."""
    reached = rollups.reached(org_id, source)
    if reached is None:
        return []
    since = plan.floor(start, Grain.HOUR) if start is not None else rollups.BEGINNING
    # Before the first row nothing is counted, however long ago it is asked for: the first batch takes all of it.
    until = min(reached, rollups.batch_end(max(since, first or reached)))
    return [(org_id, since, until)] if since < until else []


def differences(org_id: UUID, source: Source, *, since: datetime | None) -> Iterator[Difference]:
    """Yield every rollup that is not what its rows say, of those that are read: marked hours are not."""
    reached = rollups.reached(org_id, source)
    if reached is None:
        return
    for grain in Grain:
        until = plan.floor(reached, grain)
        start = plan.floor(since, grain) if since is not None else rollups.BEGINNING
        with connection.cursor() as cursor:
            first = rollups.first_of(cursor, org_id, source)
        batch = max(start, plan.floor(first, grain)) if first is not None else until
        while start < until:
            end = min(until, rollups.batch_end(batch))
            yield from _of_part(source, grain, (org_id, start, end))
            start = batch = end


def _of_part(source: Source, grain: Grain, part: Part) -> list[Difference]:
    sql = f"""
    WITH counted AS ({counting.counted_from_rows(source, grain)}),
    stored AS (
        SELECT r.* FROM {source.rollups} AS r
        WHERE r.organization_id = %(org)s AND r.grain = '{grain}'
            AND r.starts_at >= %(from)s AND r.starts_at < %(before)s
    )
    SELECT grain, starts_at, dimension, key, whose, currency, stored.figures, counted.figures
    FROM stored FULL JOIN counted USING ({_KEY})
    WHERE stored.figures IS DISTINCT FROM counted.figures AND NOT EXISTS (
        SELECT FROM analytics_stalehour AS h
        WHERE h.organization_id = %(org)s AND h.subject = '{source.subject}'
            AND date_trunc('{grain}', h.starts_at, 'UTC') = coalesce(stored.starts_at, counted.starts_at)
    )
    ORDER BY 2, 3, 4, 5, 6
    """  # noqa: S608 - every part is ours.
    org_id, start, end = part
    params = counting.params_of([part]) | {"org": org_id, "from": start, "before": end}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Difference(*row) for row in cursor.fetchall()]
