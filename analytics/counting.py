"""The statements that count rows into rollups: what stands in a stretch goes, and is counted again from the rows.

Hours and days are counted from the rows, months from their days. Every stretch begins and ends between two rollups.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from analytics.enums import Dimension, Grain
from analytics.metrics import stored
from analytics.sources import Source

# Of one organization: (organization, from, before).
Part = tuple[UUID, datetime, datetime]

PARTS = "unnest(%(orgs)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[]) AS s (org, since, until)"
_COLUMNS = "organization_id, grain, starts_at, dimension, key, whose, currency, figures"


def replace(cursor: CursorWrapper, source: Source, grain: Grain, parts: Sequence[Part]) -> None:
    """Count these parts again. The caller holds the lock of the rollups, in a transaction."""
    if not parts:
        return
    params = params_of(parts)
    cursor.execute(
        f"""
        DELETE FROM {source.rollups} AS r USING {PARTS}
        WHERE r.organization_id = s.org AND r.grain = '{grain}' AND r.starts_at >= s.since AND r.starts_at < s.until
        """,  # noqa: S608 - every part is ours.
        params,
    )
    counted = _months(source) if grain is Grain.MONTH else counted_from_rows(source, grain)
    cursor.execute(
        f"INSERT INTO {source.rollups} (id, {_COLUMNS}) SELECT uuidv7(), {_COLUMNS} FROM ({counted}) AS counted",  # noqa: S608
        params,
    )


def params_of(parts: Sequence[Part]) -> dict[str, Any]:
    """Return the parameters of a statement over these parts."""
    orgs, since, until = zip(*parts, strict=True)
    return {"orgs": list(orgs), "since": list(since), "until": list(until)}


def counted_from_rows(source: Source, grain: Grain) -> str:
    """Return the SELECT of the rollups that these parts should have, by their rows."""
    sets = _sets(source, grain)
    owner = f"{source.owner}::text"
    start = f"date_trunc('{grain}', {source.at}, 'UTC')"
    # Each set groups by a text, and a mask tells which: 0 where the expression is one of the set.
    named: dict[Dimension, str] = {Dimension.AGENT: owner}
    named |= {name: key for name, key in source.keys.items() if name is not Dimension.AGENT}
    mask = f"GROUPING({', '.join(named.values())})"
    whens = {_mask(list(named), names): names for names in sets}
    dimension = " ".join(f"WHEN {number} THEN '{'_'.join(names) or 'all'}'" for number, names in whens.items())
    keys = " ".join(f"WHEN {number} THEN {named[names[-1]]}" for number, names in whens.items() if names)
    whose = " ".join(f"WHEN {number} THEN {owner}" for number, names in whens.items() if len(names) == 2)
    common = f"s.org, {start}, {source.currency}"
    grouped = ", ".join(f"({', '.join([common, *(named[name] for name in names)])})" for names in sets)
    return f"""
    SELECT * FROM (
        SELECT s.org AS organization_id, '{grain}' AS grain, {start} AS starts_at,
            CASE {mask} {dimension} END AS dimension,
            CASE {mask} {keys} ELSE '' END AS key,
            {f"CASE {mask} {whose} ELSE '' END" if whose else "''"} AS whose,
            {source.currency} AS currency, {source.figures} AS figures
        FROM {PARTS} JOIN {source.table}
            ON {source.row}.organization_id = s.org AND {source.at} >= s.since AND {source.at} < s.until
        WHERE {source.kept} GROUP BY GROUPING SETS ({grouped})
    ) AS every WHERE key IS NOT NULL AND whose IS NOT NULL
    """  # noqa: S608


def _sets(source: Source, grain: Grain) -> list[tuple[Dimension, ...]]:
    """Return what rows are told apart by: one agent's campaigns and numbers only by the day, or they would be many."""
    others = [name for name in source.keys if name is not Dimension.AGENT]
    sets: list[tuple[Dimension, ...]] = [(), (Dimension.AGENT,), *((name,) for name in others)]
    return sets if grain is Grain.HOUR else [*sets, *((Dimension.AGENT, name) for name in others)]


def _mask(names: list[Dimension], grouped: tuple[Dimension, ...]) -> int:
    return sum(2 ** (len(names) - 1 - place) for place, name in enumerate(names) if name not in grouped)


def _months(source: Source) -> str:
    sums = ", ".join(f"sum(r.figures[{metric.slot}])" for metric in stored(source.subject))
    return f"""
    SELECT r.organization_id, '{Grain.MONTH}' AS grain, date_trunc('month', r.starts_at, 'UTC') AS starts_at,
        r.dimension, r.key, r.whose, r.currency, ARRAY[{sums}]::bigint[] AS figures
    FROM {PARTS} JOIN {source.rollups} AS r
        ON r.organization_id = s.org AND r.grain = '{Grain.DAY}' AND r.starts_at >= s.since AND r.starts_at < s.until
    GROUP BY 1, 3, 4, 5, 6, 7
    """  # noqa: S608
