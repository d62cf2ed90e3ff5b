"""The statement behind every figure: rollups where they hold, and the rows themselves everywhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from analytics.enums import Dimension, Grain, Subject
from analytics.metrics import stored
from analytics.plan import Plan, State, plan
from analytics.sources import SOURCES, Source

# (which part of the time, key of the dimension, currency, stored figures)
Row = tuple[int, str, str, list[int]]
# How often a plan is made again because the rollups changed between two statements. The last answer is as good as any:
# it mixes two moments, a statement apart.
_MOST_TRIES = 5

# `stale` reaches back to the hour in which the stretch begins: its other part lies before it.
_STATE = """
SELECT
    (SELECT s.rolled_until FROM analytics_rollupstate AS s
     WHERE s.organization_id = %(org)s AND s.subject = %(subject)s AND s.definition = %(definition)s) AS rolled_until,
    ARRAY(SELECT DISTINCT h.starts_at FROM analytics_stalehour AS h
          WHERE h.organization_id = %(org)s AND h.subject = %(subject)s AND h.starts_at < %(until)s
              AND h.starts_at >= date_trunc('month', %(since)s::timestamptz, 'UTC')
          ORDER BY 1) AS stale
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are counted, and what they are told apart by: a dimension, and parts of the time that `cuts` end."""

    org_id: UUID
    subject: Subject
    since: datetime
    until: datetime
    dimension: Dimension = Dimension.ALL
    only: UUID | None = None
    cuts: tuple[datetime, ...] = ()

    @property
    def is_split(self) -> bool:
        """Whether one agent's part of a dimension is asked for, which rollups keep by the day."""
        return self.only is not None and self.dimension not in (Dimension.ALL, Dimension.AGENT)


def read(asked: Asked) -> list[Row]:
    """Return the figures of each part and key that has any, all of one moment. Two statements as a rule."""
    source = SOURCES[asked.subject]
    params = _params(asked, source)
    grains = [grain for grain in Grain if not (asked.is_split and grain is Grain.HOUR)]
    with connection.cursor() as cursor:
        cursor.execute(_STATE, params)
        seen = _state(cursor.fetchone())
        for _try in range(_MOST_TRIES):
            state = seen
            made = plan(asked.since, asked.until, state, cuts=asked.cuts, grains=grains)
            cursor.execute(_statement(asked, source, made), params | _stretches(made))
            rows = cursor.fetchall()
            seen = _state(rows[0])
            if seen == state:
                break
    return [row[2:] for row in rows if row[2] is not None]


def _params(asked: Asked, source: Source) -> dict[str, Any]:
    return {
        "org": asked.org_id,
        "subject": asked.subject,
        "definition": source.definition,
        "since": asked.since,
        "until": asked.until,
        "only": str(asked.only) if asked.only else None,
        "dimension": Dimension.AGENT if asked.only and asked.dimension is Dimension.ALL else asked.dimension,
        "cuts": list(asked.cuts) or [asked.until],
    }


def _state(row: Any) -> State:
    return State(row[0], tuple(row[1]))


def _stretches(made: Plan) -> dict[str, list[datetime]]:
    named = {"live": made.live, **{grain.value: stretches for grain, stretches in made.rolled.items()}}
    found = {}
    for name, stretches in named.items():
        found[f"{name}_from"] = [start for start, _end in stretches]
        found[f"{name}_until"] = [end for _start, end in stretches]
    return found


def _statement(asked: Asked, source: Source, made: Plan) -> str:
    parts = [_rolled(asked, source, grain) for grain, stretches in made.rolled.items() if stretches]
    parts += [_live(asked, source)] if made.live or not parts else []
    sums = ", ".join(f"sum(p.figures[{metric.slot}])" for metric in stored(source.subject))
    return f"""
    WITH state AS ({_STATE}), parts AS ({" UNION ALL ".join(parts)}),
    found AS (
        SELECT p.place, p.key, p.currency, ARRAY[{sums}]::bigint[] AS figures FROM parts AS p GROUP BY 1, 2, 3
    )
    SELECT state.rolled_until, state.stale, found.* FROM state LEFT JOIN found ON true
    """  # noqa: S608 - every part is ours.


def _live(asked: Asked, source: Source) -> str:
    key = source.keys.get(asked.dimension, "''")
    wanted = [f"{source.row}.organization_id = %(org)s", source.kept]
    wanted += [f"{source.owner} = %(only)s::uuid"] if asked.only else []
    wanted += [f"({key}) IS NOT NULL"] if asked.dimension is not Dimension.ALL else []
    return f"""
    SELECT width_bucket({source.at}, %(cuts)s::timestamptz[]) AS place, {key} AS key, {source.currency} AS currency,
        {source.figures} AS figures
    FROM {_among("live")} JOIN {source.table} ON {source.at} >= s.since AND {source.at} < s.until
    WHERE {_all(wanted)} GROUP BY 1, 2, 3
    """  # noqa: S608


def _rolled(asked: Asked, source: Source, grain: Grain) -> str:
    wanted = ["r.organization_id = %(org)s", f"r.grain = '{grain}'"]
    if asked.is_split:
        wanted += ["r.dimension = 'agent_' || %(dimension)s", "r.whose = %(only)s"]
    else:
        wanted += ["r.dimension = %(dimension)s"] + (["r.key = %(only)s"] if asked.only else [])
    key = "''" if asked.dimension is Dimension.ALL else "r.key"
    return f"""
    SELECT width_bucket(r.starts_at, %(cuts)s::timestamptz[]) AS place, {key} AS key, r.currency, r.figures
    FROM {_among(grain)} JOIN {source.rollups} AS r ON r.starts_at >= s.since AND r.starts_at < s.until
    WHERE {_all(wanted)}
    """  # noqa: S608


def _among(name: str) -> str:
    return f"unnest(%({name}_from)s::timestamptz[], %({name}_until)s::timestamptz[]) AS s (since, until)"


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions)
