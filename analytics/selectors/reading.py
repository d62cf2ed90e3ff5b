"""The statement behind every figure: rollups where they hold, and the rows themselves everywhere else.

What was read from rollups is kept as long as they are of the same version; then only the rows are asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from analytics.enums import Dimension, Grain, Subject
from analytics.metrics import stored
from analytics.plan import Plan, State, plan
from analytics.selectors import kept
from analytics.selectors.kept import Lasting
from analytics.sources import SOURCES, Source
from analytics.values import Values
from contactcenter.core import statements

# By which part of the time, and which key of the dimension.
Cells = Mapping[tuple[int, str], Values]
ALL = "*"  # No id, number or provider is written like this.

# `stale` reaches back to the month in which the stretch begins: its other part lies before it. Hours that are not
# rolled up yet are read from the rows, marked or not: on a busy day they are marked all the time.
_STATE = """
SELECT s.rolled_until, s.version,
    ARRAY(SELECT DISTINCT h.starts_at FROM analytics_stalehour AS h
          WHERE h.organization_id = %(org)s AND h.subject = %(subject)s
              AND h.starts_at < least(%(marked_until)s::timestamptz, s.rolled_until)
              AND h.starts_at >= date_trunc('month', %(marked_since)s::timestamptz, 'UTC')
          ORDER BY 1) AS stale
FROM (SELECT) AS one LEFT JOIN analytics_rollupstate AS s
    ON s.organization_id = %(org)s AND s.subject = %(subject)s AND s.definition = %(definition)s
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are counted, and what they are told apart by: a dimension, and parts of the time that `cuts` end.

    `within` is the whole time of a question of which this is a part: its marks are all looked at. `with_all`: each part
    of the time told apart by nothing, under the key ALL, and only the last one by the dimension, of the same moment.
    """

    org_id: UUID
    subject: Subject
    since: datetime
    until: datetime
    dimension: Dimension = Dimension.ALL
    only: UUID | None = None
    cuts: tuple[datetime, ...] = ()
    within: tuple[datetime, datetime] | None = None
    with_all: bool = False

    @property
    def is_split(self) -> bool:
        """Whether one agent's part of a dimension is asked for, which rollups keep by the day."""
        return self.only is not None and self.dimension not in (Dimension.ALL, Dimension.AGENT)

    @property
    def grains(self) -> tuple[Grain, ...]:
        """The rollups that this can be read from."""
        return tuple(grain for grain in Grain if not (self.is_split and grain is Grain.HOUR))


@dataclass(frozen=True, slots=True)
class Rolled(Lasting):
    """What rollups tell of a question: kept as long as they are of the same version."""

    cells: Cells


@dataclass(frozen=True, slots=True)
class Read:
    """The figures of each part and key that has any, all of one moment: of rollups, and of the rows beside them."""

    rolled: Rolled
    live: Cells

    def cells(self) -> Cells:
        """Return both together."""
        if not self.live:
            return self.rolled.cells
        found = dict(self.rolled.cells)
        for place, values in self.live.items():
            found[place] = Values.sum(values.subject, [found[place], values]) if place in found else values
        return found


def read(asked: Asked) -> Read:
    """Return the figures, all of one moment. One statement as a rule."""
    return kept.settle(asked.org_id, asked.subject, lambda: look(asked), lambda state: read_by(asked, state))


def look(asked: Asked) -> State:
    """Return how far the rollups reach now, and which of the hours that are asked for are marked."""
    (found,) = statements.answer(_STATE, _params(asked, SOURCES[asked.subject]))
    return _state(found)


def read_by(asked: Asked, state: State) -> tuple[Read, State]:
    """Return the figures as a plan by this state finds them, and the state at that moment: the plan was right if both
    are the same.
    """
    source = SOURCES[asked.subject]
    made = _planned(asked, state)
    key = _kept_as(asked, state, made)
    known: Rolled | None = kept.rolled_figures.get(key) if key else None
    statement = _statement(asked, source, made, with_rollups=known is None)
    rows = statements.answer(statement, _params(asked, source) | _stretches(made))
    seen = _state(rows[0])
    rolled = known if known is not None else Rolled(_cells(asked.subject, (row for row in rows if row[3] is False)))
    if key and known is None and seen == state:
        kept.rolled_figures.put(key, rolled, len(rows))
    return Read(rolled, _cells(asked.subject, (row for row in rows if row[3]))), seen


def _cells(subject: Subject, rows: Iterable[statements.Row]) -> Cells:
    found: dict[tuple[int, str], dict[str, tuple[int, ...]]] = {}
    for _rolled_until, _version, _stale, _is_live, place, key, currency, figures in rows:
        found.setdefault((place, key), {})[currency] = tuple(figures)
    return {one: Values(subject, by_currency) for one, by_currency in found.items()}


def _planned(asked: Asked, state: State) -> Plan:
    """Return the plan, which is kept: the same question is asked again and again, and may have a thousand cuts."""
    key = (asked.since, asked.until, state, asked.cuts, asked.grains)
    found: Plan | None = kept.plans.get(key)
    if found is None:
        found = plan(asked.since, asked.until, state, cuts=asked.cuts, grains=asked.grains)
        kept.plans.put(key, found, len(asked.cuts) + len(state.stale) + found.length)
    return found


def _kept_as(asked: Asked, state: State, made: Plan) -> tuple[Any, ...] | None:
    """Return the key under which the part from the rollups is kept; None where there is none."""
    stretches = tuple((grain, tuple(found)) for grain, found in made.rolled.items() if found)
    if state.version is None or not stretches:
        return None
    return (
        asked.org_id,
        asked.subject,
        state.version,
        asked.dimension,
        asked.with_all,
        asked.only,
        asked.cuts,
        stretches,
    )


def _params(asked: Asked, source: Source) -> dict[str, Any]:
    marked_since, marked_until = asked.within or (asked.since, asked.until)
    return {
        "org": asked.org_id,
        "subject": asked.subject,
        "definition": source.definition,
        "marked_since": marked_since,
        "marked_until": marked_until,
        "only": str(asked.only) if asked.only else None,
        "cuts": list(asked.cuts) or [asked.until],
        "last_part": asked.cuts[-1] if asked.cuts else asked.since,
    }


def _state(row: Any) -> State:
    return State(rolled_until=row[0], version=row[1], stale=tuple(row[2]))


def _stretches(made: Plan) -> dict[str, list[datetime]]:
    named = {"live": made.live, **{grain.value: stretches for grain, stretches in made.rolled.items()}}
    found = {}
    for name, stretches in named.items():
        found[f"{name}_from"] = [start for start, _end in stretches]
        found[f"{name}_until"] = [end for _start, end in stretches]
    return found


def _statement(asked: Asked, source: Source, made: Plan, *, with_rollups: bool) -> str:
    grains = [grain for grain, stretches in made.rolled.items() if stretches and with_rollups]
    asked_too = [replace(asked, dimension=Dimension.ALL)] if asked.with_all else []
    parts = [_rolled(one, source, grain) for one in (asked, *asked_too) for grain in grains]
    if made.live or not parts:
        parts.append(_live(asked, source))
    found = " UNION ALL ".join(parts)
    if grains:  # Rows are grouped already, each in its part.
        found = f"""
        SELECT p.is_live, p.place, p.key, p.currency, ARRAY[{_sums(source.subject)}]::bigint[] AS figures
        FROM ({found}) AS p GROUP BY 1, 2, 3, 4
        """  # noqa: S608
    return f"""
    WITH state AS ({_STATE}), found AS ({found})
    SELECT state.rolled_until, state.version, state.stale, found.* FROM state LEFT JOIN found ON true
    """  # noqa: S608 - every part is ours.


@cache
def _sums(subject: Subject) -> str:
    return ", ".join(f"sum(p.figures[{metric.slot}])" for metric in stored(subject))


def _live(asked: Asked, source: Source) -> str:
    key = source.keys.get(asked.dimension, f"'{_no_key(asked)}'")
    wanted = [f"{source.row}.organization_id = %(org)s", source.kept]
    wanted += [f"{source.owner} = %(only)s::uuid"] if asked.only else []
    found, sets, having = "_key", "_place, _key, _currency", "_key IS NOT NULL"
    if asked.with_all:  # All rows, and those of each key, of one look at them.
        found, having = f"CASE grouping(_key) WHEN 0 THEN _key ELSE '{ALL}' END", f"{having} OR grouping(_key) = 1"
        sets = f"GROUPING SETS (({sets}), (_place, _currency))"
        key = f"CASE WHEN {source.at} >= %(last_part)s THEN {key} END"
    columns = f"""*, width_bucket({source.at}, %(cuts)s::timestamptz[]) AS _place,
        {key} AS _key, {source.currency} AS _currency"""
    return f"""
    SELECT true AS is_live, _place AS place, {found} AS key, _currency AS currency, {source.figures} AS figures
    FROM {_among("live", source.table, source.at, wanted, columns)} AS {source.row}
    GROUP BY {sets} HAVING {having}
    """  # noqa: S608


def _rolled(asked: Asked, source: Source, grain: Grain) -> str:
    wanted = ["r.organization_id = %(org)s", f"r.grain = '{grain}'"]
    if asked.is_split:
        wanted += [f"r.dimension = '{Dimension.AGENT}_{asked.dimension}'", "r.whose = %(only)s"]
    else:
        by = Dimension.AGENT if asked.only and asked.dimension is Dimension.ALL else asked.dimension
        wanted += [f"r.dimension = '{by}'"] + (["r.key = %(only)s"] if asked.only else [])
    if asked.with_all and asked.dimension is not Dimension.ALL:
        wanted.append("r.starts_at >= %(last_part)s")
    key = f"'{_no_key(asked)}'" if asked.dimension is Dimension.ALL else "r.key"
    return f"""
    SELECT false AS is_live, width_bucket(r.starts_at, %(cuts)s::timestamptz[]) AS place, {key} AS key,
        r.currency, r.figures
    FROM {_among(grain, f"{source.rollups} AS r", "r.starts_at", wanted)} AS r
    """  # noqa: S608


def _no_key(asked: Asked) -> str:
    return ALL if asked.with_all else ""


def _among(name: str, table: str, at: str, wanted: Iterable[str], columns: str = "*") -> str:
    """Return each stretch with its rows. OFFSET keeps them apart: else the planner may read all of the organization's
    rows once, because it does not know how short a stretch is.
    """
    return f"""unnest(%({name}_from)s::timestamptz[], %({name}_until)s::timestamptz[]) AS s (since, until)
    CROSS JOIN LATERAL (
        SELECT {columns} FROM {table} WHERE {at} >= s.since AND {at} < s.until AND {" AND ".join(wanted)} OFFSET 0
    )"""  # noqa: S608
