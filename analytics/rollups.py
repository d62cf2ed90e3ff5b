"""Keeps the rollups: hours that are over are counted once, and again whenever a row of theirs changed afterwards.

Runs often, in any worker, one at a time (advisory lock). Why every figure is exact all the same: decision 0025.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from analytics import counting, plan
from analytics.counting import Part
from analytics.enums import Grain
from analytics.models import RollupState
from analytics.sources import SOURCES, Source

logger = logging.getLogger(__name__)

_LOCK = 7325
_MOST_MARKS = 20_000
BEGINNING = datetime.min.replace(tzinfo=UTC)

# How far rollups may reach: rows of the last hour set no mark, and a transaction that has written and not committed
# may hold such rows since it began.
_TARGET = """
SELECT date_trunc('hour', least(clock_timestamp() - interval '2 hours', min(xact_start) - interval '1 hour'), 'UTC')
FROM pg_stat_activity
WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
_BEHIND = """
SELECT o.id FROM core_organization AS o
LEFT JOIN analytics_rollupstate AS s ON s.organization_id = o.id AND s.subject = %(subject)s
WHERE s.id IS NULL OR s.definition <> %(definition)s OR s.rolled_until IS NULL OR s.rolled_until < %(target)s
ORDER BY o.id
"""
# The marks of hours that no rollup stands for, and of those that stand by our definitions. Whoever takes another one
# away leaves a rollup wrong that others read: it goes with the counting of that rollup by ours (`count`), or waits for
# a worker of its own.
_OURS = """
FROM analytics_stalehour AS h LEFT JOIN analytics_rollupstate AS s
    ON s.organization_id = h.organization_id AND s.subject = h.subject AND s.rolled_until > h.starts_at
WHERE s.id IS NULL OR s.definition = ANY(%(definitions)s)
"""
_TAKEN = f"""
WITH taken AS (
    DELETE FROM analytics_stalehour WHERE id IN (SELECT h.id {_OURS} ORDER BY h.id LIMIT %(most)s)
    RETURNING organization_id, subject, starts_at
)
SELECT DISTINCT t.organization_id, t.subject, t.starts_at, s.rolled_until FROM taken AS t
JOIN analytics_rollupstate AS s ON s.organization_id = t.organization_id AND s.subject = t.subject
    AND s.rolled_until > t.starts_at
ORDER BY 1, 2, 3
"""  # noqa: S608 - all ours.
_FORGET = f"""
DELETE FROM analytics_stalehour AS h USING {counting.PARTS}
WHERE h.organization_id = s.org AND h.subject = %(subject)s AND h.starts_at >= s.since AND h.starts_at < s.until
"""  # noqa: S608 - every part is ours.


@dataclass(slots=True)
class Refreshed:
    """What one run did: how many hours it counted again, and how many batches of new ones it added."""

    recounted: int = 0
    added: int = 0
    has_more_marks: bool = False


def refresh() -> Refreshed | None:
    """Count again what was marked, and add what is over; None when another worker does it now."""
    done = Refreshed()
    with transaction.atomic(), connection.cursor() as cursor:
        if not lock(cursor, wait=False):
            return None
        taken = _take_marks(cursor)
        done.recounted, done.has_more_marks = _recount(cursor, taken), bool(taken) and _has_marks(cursor)
    for source in SOURCES.values():
        for org_id in _behind(source):
            while (reached := advance(org_id, source)) is not None:
                done.added += 1
                if reached:
                    break
    if done != Refreshed():
        logger.info("rollups: %s", done)
    return done


def has_more(done: Refreshed | None) -> bool:
    """Whether there may be more marks to take at once."""
    return done is not None and done.has_more_marks


def lock(cursor: CursorWrapper, *, wait: bool = True) -> bool:
    """Be the only one that writes rollups until the end of the transaction; False when somebody else is."""
    cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_xact_lock(%s)", [_LOCK])
    return wait or bool(cursor.fetchone()[0])


def target(cursor: CursorWrapper) -> datetime:
    """Return up to when rollups may reach now: a full hour, at least two hours ago."""
    cursor.execute(_TARGET)
    found: datetime = cursor.fetchone()[0]
    return found


def _behind(source: Source) -> list[UUID]:
    with transaction.atomic(), connection.cursor() as cursor:
        names: dict[str, Any] = {"subject": source.subject, "definition": source.definition, "target": target(cursor)}
        cursor.execute(_BEHIND, names)
        return [pk for (pk,) in cursor.fetchall()]


def advance(org_id: UUID, source: Source, *, wait: bool = False) -> bool | None:
    """Add the next batch of an organization; True when nothing is left, None when another worker holds the lock."""
    with transaction.atomic(), connection.cursor() as cursor:
        # First of all: what has not committed when this is asked is younger than what is counted afterwards.
        until = target(cursor)
        if not lock(cursor, wait=wait):
            return None
        since = reached(org_id, source)
        first = since or first_of(cursor, org_id, source) or until
        end = min(until, batch_end(first))
        end = end if since is None else max(end, since)
        count(cursor, source, [(org_id, since or BEGINNING, end)])
        _reach(org_id, source, end)
        return end >= until


def batch_end(begin: datetime) -> datetime:
    """Return where a transaction ends that counts from here on: with the month, so that no rollup is left half-way."""
    return plan.after(plan.floor(begin, Grain.MONTH), Grain.MONTH)


def reached(org_id: UUID, source: Source) -> datetime | None:
    """Return up to when the organization's rollups reach, by the definitions of today."""
    states = RollupState.objects.for_org(org_id).filter(subject=source.subject, definition=source.definition)
    return states.values_list("rolled_until", flat=True).first()


def count(cursor: CursorWrapper, source: Source, parts: Iterable[Part]) -> None:
    """Count these parts, of whole hours, again; and the days and months that end in them. Their marks go, first."""
    parts = list(parts)
    if not parts:
        return
    cursor.execute(_FORGET, {**counting.params_of(parts), "subject": source.subject})
    counting.replace(cursor, source, Grain.HOUR, parts)
    for grain in (Grain.DAY, Grain.MONTH):
        whole = [(org, plan.floor(since, grain), plan.floor(until, grain)) for org, since, until in parts]
        counting.replace(cursor, source, grain, [part for part in whole if part[1] < part[2]])


def _reach(org_id: UUID, source: Source, until: datetime) -> None:
    now = {"definition": source.definition, "rolled_until": until}
    RollupState.objects.for_org(org_id).update_or_create(
        organization_id=org_id, subject=source.subject, defaults=now, create_defaults=now
    )


def first_of(cursor: CursorWrapper, org_id: UUID, source: Source) -> datetime | None:
    """Return when the organization's oldest row that counts happened."""
    sql = f"SELECT min({source.at}) FROM {source.table} WHERE {source.row}.organization_id = %s AND {source.kept}"  # noqa: S608
    cursor.execute(sql, [org_id])
    found: datetime | None = cursor.fetchone()[0]
    return found


Marked = tuple[UUID, str, datetime, datetime]


def _take_marks(cursor: CursorWrapper) -> list[Marked]:
    """Take marks away; return which hours they are about, of those that the rollups reach over.

    Rows are looked at afterwards, by another statement: it sees whatever set a mark that was taken.
    """
    cursor.execute(_TAKEN, {"most": _MOST_MARKS, "definitions": _definitions()})
    marked: list[Marked] = cursor.fetchall()
    return marked


def _has_marks(cursor: CursorWrapper) -> bool:
    """Whether there are marks that this worker may take."""
    cursor.execute(f"SELECT EXISTS (SELECT {_OURS})", {"definitions": _definitions()})
    return bool(cursor.fetchone()[0])


def _definitions() -> list[str]:
    return [source.definition for source in SOURCES.values()]


def _recount(cursor: CursorWrapper, marked: list[Marked]) -> int:
    for subject, source in SOURCES.items():
        hours = [(org, hour, until) for org, about, hour, until in marked if about == subject]
        for grain in (Grain.HOUR, Grain.DAY, Grain.MONTH):
            counting.replace(cursor, source, grain, _around(hours, grain))
    return len(marked)


def _around(hours: list[tuple[UUID, datetime, datetime]], grain: Grain) -> list[Part]:
    """Return the hours, days or months that these hours lie in and that the rollups reach over."""
    starts = {(org, plan.floor(hour, grain), until) for org, hour, until in hours}
    parts = [(org, start, plan.after(start, grain), until) for org, start, until in sorted(starts)]
    return [(org, start, end) for org, start, end, until in parts if end <= until]
