"""The calls or texts behind a figure, newest first, page by page.

A row stands behind a figure when the metric's own aggregate over this one row is not zero: so a new metric needs no
condition of its own here, and as many rows stand behind a count as it says.

The newest day is looked into first. Where it has too few, the figure itself tells in which hours there are any, so
that three rows of a year are found without reading the year; which they are is kept while the figure is the same.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection

from analytics.enums import Dimension, GroupBy, Subject
from analytics.metric import Filtered, Metric
from analytics.periods import starts
from analytics.questions import NOWHERE, RowsQuestion, counted
from analytics.selectors import kept
from analytics.selectors.courses import Period
from analytics.selectors.names import full_name
from analytics.selectors.report import Span, course, parts
from analytics.sources import SOURCES, Source
from calls.enums import CallDirection, CallStatus
from contactcenter.core import statements
from contactcenter.core.models import Organization
from contactcenter.core.store import Store
from sms.enums import Direction, MessageStatus

# Who the rows are with and whose they are. The columns are the fields of FoundRow.
_NAMED = {
    Subject.CALLS: """
    SELECT c.id, c.started_at, c.direction, c.status, c.from_number, c.to_number, c.contact_id, coalesce(p.name, ''),
        u.first_name, u.last_name, u.email, NULL, c.campaign_id, c.duration, NULL, c.disposition, c.cost,
        c.cost_currency
    FROM {rows} LEFT JOIN core_contact AS p ON p.id = c.contact_id LEFT JOIN core_user AS u ON u.id = c.agent_id
    ORDER BY c.started_at DESC, c.id DESC
    """,
    Subject.TEXTS: """
    SELECT m.id, m.created_at, m.direction, m.status, m.from_address, m.to_address, v.contact_id, coalesce(p.name, ''),
        u.first_name, u.last_name, u.email, m.conversation_id, NULL, NULL, m.segments, m.error_code, m.cost,
        m.cost_currency
    FROM {rows} JOIN sms_conversation AS v ON v.id = m.conversation_id
    LEFT JOIN core_contact AS p ON p.id = v.contact_id LEFT JOIN core_user AS u ON u.id = m.author_id
    ORDER BY m.created_at DESC, m.id DESC
    """,
}
# What most questions are answered from.
_NEWEST = timedelta(days=1)
_MOST_DAYS = timedelta(days=400)
_DAYS_AT_ONCE = 50
_MOST_ON_A_PAGE = 100
# A question weighs as much as so many ids or hours.
_KEY_WEIGHT = 10
# Questions whose newest day had too few: asked again, they begin with the figures of the days, which is as exact.
_sparse = Store(10_000)
_DIRECTIONS = {**dict(CallDirection.choices), **dict(Direction.choices)}
_STATES = {**dict(CallStatus.choices), **dict(MessageStatus.choices)}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends: the time and id of its last row."""

    at: datetime
    id: UUID


class FoundRow(NamedTuple):
    """A call or a text. What only one of the two has is empty in the other. The person is the agent or author.

    A tuple, because a page compares fifty of them with those of the look before.
    """

    id: UUID
    at: datetime
    direction: str
    status: str
    from_address: str
    to_address: str
    contact_id: UUID | None
    contact_name: str
    first_name: str | None
    last_name: str | None
    email: str | None
    conversation_id: UUID | None = None
    campaign_id: UUID | None = None
    seconds: int | None = None
    segments: int | None = None
    note: str = ""
    cost: Any = None
    currency: str = ""

    @property
    def key(self) -> Key:
        """Where the page ends that ends here."""
        return Key(self.at, self.id)

    @property
    def person(self) -> str:
        """The name of the agent or author; empty where there is none."""
        return full_name(self.first_name or "", self.last_name or "", self.email or "")

    @property
    def direction_word(self) -> str:
        """The direction, for people."""
        return str(_DIRECTIONS.get(self.direction, self.direction))

    @property
    def status_word(self) -> str:
        """The status, for people."""
        return str(_STATES.get(self.status, self.status))


def page(
    org: Organization, asked: RowsQuestion, *, only: UUID | None, after: Key | None = None, most: int
) -> list[FoundRow]:
    """Return the next rows behind a figure, in one query where the newest day has enough."""
    whole = Span(asked.since, asked.until if after is None else min(asked.until, after.at + timedelta.resolution))
    if most > _MOST_ON_A_PAGE:  # An export reads them all, so that it need not look for them.
        return _of_one(org, asked, only, after, whole, most=most)
    found: list[FoundRow] = []
    if _sparse.get((org.pk, asked, only)) is None:
        newest = Span(max(whole.start, whole.until - _NEWEST), whole.until)
        found = _of_one(org, asked, only, after, newest, most=most)
        if len(found) == most or newest.start == whole.start:
            return found
        if after is None:
            _sparse.put((org.pk, asked, only), True, 0)
        whole = Span(whole.start, newest.start)
    # So many days are no shortcut.
    earlier = _of_one if whole.until - whole.start > _MOST_DAYS else _of_days
    return (found + earlier(org, asked, only, after, whole, most=most))[:most]


def count(org: Organization, asked: RowsQuestion, *, only: UUID | None) -> int:
    """Return how many rows stand behind a figure."""
    source = SOURCES[asked.subject]
    condition, params = _condition(org, source, asked, only)
    times = {"since": asked.since, "until": asked.until}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {source.table} WHERE {_within(source)} AND {condition}", params | times)  # noqa: S608
        return int(cursor.fetchone()[0])


def _of_one(
    org: Organization, asked: RowsQuestion, only: UUID | None, after: Key | None, span: Span, *, most: int
) -> list[FoundRow]:
    """Return the newest rows of a stretch of time. How they are found best depends on how long it is."""
    source = SOURCES[asked.subject]
    condition, params = _condition(org, source, asked, only, after)
    params |= {"since": span.start, "until": span.until}
    rows = _rows_of(source, _newest(source, _within(source), condition, most))
    return _named(source, rows, params, is_planned_once=False)


def _of_days(
    org: Organization, asked: RowsQuestion, only: UUID | None, after: Key | None, span: Span, *, most: int
) -> list[FoundRow]:
    """Return the newest rows of many days (UTC): of those on which the figure is not nothing.

    The figure is that of the agent who is asked for, else everybody's. Which rows stand behind it on the days that are
    over is kept, of a narrower question their hours; of each row it is asked again.
    """
    whose = asked.key if asked.dimension is Dimension.AGENT and asked.key is not None else only
    metric = counted(asked.metric)
    days = course(org, span, GroupBy.DAY, asked.subject, only=whose)

    def found(spans: Iterable[Sequence[Span]]) -> list[FoundRow]:
        rows: list[FoundRow] = []
        for some in spans:
            rows += _of_several(org, asked, only, after, some, most=most)
            if len(rows) >= most:
                break
        return rows[:most]

    newer = found(_some_at_once(_parts(days.open, metric)))
    if len(newer) == most:
        return newer
    closed = _parts(days.closed.periods, metric)
    if not closed:
        return newer
    hours = partial(_hours, org, metric, whose)
    mark = days.closed.mark
    if asked.is_narrower:  # The figure counts more than is found, so that it does not say how many hours are enough.
        at_once = list(_some_at_once(closed))
        # More of them than of one statement are too many to be kept.
        if len(at_once) == 1:
            return (newer + found([_once((mark, metric.key), lambda: hours(closed))]))[:most]
        return (newer + found(map(hours, at_once)))[:most]
    rows: list[FoundRow] = []  # They are at hand at the first look only.

    def ids() -> list[UUID]:
        rows.extend(found(_as_needed(closed, hours, most)))
        return [row.id for row in rows]

    older = _once((mark, asked, only, after, most), ids)
    return (newer + (rows or _of_these(org, asked, only, older)))[:most]


def _once(key: Hashable, find: Callable[[], Sequence[T]]) -> Sequence[T]:
    """Return what is found of periods that are over; it is kept until it has to make room."""
    found: Sequence[T] | None = kept.of_periods.get(key)
    if found is None:
        found = find()
        kept.of_periods.put(key, found, len(found) + _KEY_WEIGHT)
    return found


def _of_several(
    org: Organization, asked: RowsQuestion, only: UUID | None, after: Key | None, spans: Sequence[Span], *, most: int
) -> list[FoundRow]:
    """Return the newest rows of stretches of time, of which no two have a moment in common."""
    source = SOURCES[asked.subject]
    condition, params = _condition(org, source, asked, only, after)
    of_each = _newest(source, _within(source, "d.since", "d.until"), condition, most)
    rows = f"""
    SELECT r.id FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) AS d (since, until)
    CROSS JOIN LATERAL ({of_each}) AS r ORDER BY r.at DESC, r.id DESC LIMIT {most}
    """  # noqa: S608 - every part is ours.
    params |= {"since": _array(span.start for span in spans), "until": _array(span.until for span in spans)}
    # One campaign may have most of the rows and another none: each has its own best plan.
    return _named(source, _rows_of(source, rows), params, is_planned_once=not asked.is_narrower)


def _of_these(org: Organization, asked: RowsQuestion, only: UUID | None, ids: Sequence[UUID]) -> list[FoundRow]:
    """Return those of these rows that still stand behind the figure, the newest first."""
    if not ids:
        return []
    source = SOURCES[asked.subject]
    condition, params = _condition(org, source, asked, only)
    rows = f"(SELECT * FROM {source.table} WHERE id = ANY(%(ids)s::uuid[]) AND {condition}) AS {source.row}"  # noqa: S608
    return _named(source, rows, params | {"ids": _array(pk.hex for pk in ids)}, is_planned_once=True)


def _newest(source: Source, within: str, condition: str, most: int) -> str:
    # Of no more columns than an index may have. The number is part of the statement: one that is planned without it
    # expects a tenth of all rows.
    return f"""
    SELECT {source.row}.id, {source.at} AS at FROM {source.table} WHERE {within} AND {condition}
    ORDER BY {source.at} DESC, {source.row}.id DESC LIMIT {most}
    """  # noqa: S608 - every part is ours.


def _rows_of(source: Source, ids: str) -> str:
    return f"({ids}) AS f JOIN {source.table} ON {source.row}.id = f.id"


def _named(source: Source, rows: str, params: dict[str, Any], *, is_planned_once: bool) -> list[FoundRow]:
    """Return the rows with the names of people, the newest first."""
    sql = _NAMED[source.subject].format(rows=rows)
    if is_planned_once:
        return [FoundRow._make(row) for row in statements.answer(sql, params)]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [FoundRow._make(row) for row in cursor.fetchall()]


def _array(values: Iterable[datetime | str]) -> str:
    """Return an array as PostgreSQL reads it; psycopg takes several times as long to write one."""
    return f"{{{','.join(str(value) for value in values)}}}"


@dataclass(frozen=True, slots=True)
class _Part(Span):
    """A day or an hour with at least as many rows, of everybody or of one agent."""

    rows: int


def _parts(several: Sequence[Period], metric: Metric) -> list[_Part]:
    """Return the periods in which a figure is not nothing, the newest first."""
    return [
        _Part(period.start, period.until, value if _is_count(metric) else 1)
        for period in reversed(several)
        if (value := period.values.count(metric.key))
    ]


def _hours(org: Organization, metric: Metric, only: UUID | None, days: Sequence[Span]) -> list[_Part]:
    """Return the hours in which a figure is not nothing, the newest first; `days` are those on which it is not."""
    # The first day, and its first hour, may be cut by the question.
    begins = {max(hour, day.start) for day in days for hour in starts(day.start, day.until, GroupBy.HOUR)}
    cuts = sorted(begins | {day.until for day in days})
    figures = parts(org, Span(cuts[0], cuts[-1]), cuts[1:-1], metric.subject, only=only)
    # Between two of the days there is nothing, so what lies there is left out, too.
    return _parts([Period("", *ends, of) for ends, of in zip(pairwise(cuts), figures, strict=True)], metric)


def _as_needed(
    days: Sequence[_Part], hours: Callable[[Sequence[_Part]], Sequence[_Part]], most: int
) -> Iterator[Sequence[_Part]]:
    """Yield the hours of the days, the newest first, each lot only once those before had too few rows."""
    for enough in _enough_first(days, most):
        for several in _some_at_once(enough):
            yield from _enough_first(hours(several), most)


def _enough_first(several: Sequence[_Part], most: int) -> Iterator[Sequence[_Part]]:
    """Yield the newest parts that have as many rows together, then the others."""
    enough = bisect_left(list(accumulate(part.rows for part in several)), most) + 1
    return (some for some in (several[:enough], several[enough:]) if some)


def _some_at_once(several: Sequence[_Part]) -> Iterator[Sequence[_Part]]:
    return (several[first : first + _DAYS_AT_ONCE] for first in range(0, len(several), _DAYS_AT_ONCE))


def _is_count(metric: Metric) -> bool:
    return metric.sql == "count(*)" or (isinstance(metric.sql, Filtered) and metric.sql.is_count)


def _within(source: Source, since: str = "%(since)s", until: str = "%(until)s") -> str:
    return f"{source.at} >= {since} AND {source.at} < {until}"


def _condition(
    org: Organization, source: Source, asked: RowsQuestion, only: UUID | None, after: Key | None = None
) -> tuple[str, dict[str, Any]]:
    parts = [f"{source.row}.organization_id = %(org)s AND {source.kept}"]
    params: dict[str, Any] = {"org": org.pk, "only": only, "key": asked.key}
    if after is not None:
        parts.append(f"({source.at}, {source.row}.id) < (%(after_at)s, %(after_id)s)")
        params |= {"after_at": after.at, "after_id": after.id}
    if only is not None:
        parts.append(f"{source.owner} = %(only)s")
    if asked.dimension is not Dimension.ALL:
        parts.append(_whose(source, asked))
    for name, column in (("currency", source.currency), ("provider", f"{source.row}.provider")):
        if value := getattr(asked, name):
            parts.append(f"({column}) = %({name})s")
            params[name] = value
    if asked.country:
        country = source.keys[Dimension.COUNTRY]
        parts.append(f"{country} IS NULL" if asked.country == NOWHERE else f"{country} = %(country)s")
        params["country"] = asked.country
    metric = counted(asked.metric)
    sql = metric.sql
    if isinstance(sql, Filtered):
        # Said once more by itself, an index may have all that it reads; of a count it is all there is to say.
        parts.append(f"({sql.condition})")
    if not _is_count(metric):
        # The inner row has the outer one's name, so that the metric's words mean this row alone.
        parts.append(f"(SELECT {sql} FROM (SELECT {source.row}.*) AS {source.row}) <> 0")  # noqa: S608 - all ours
    return " AND ".join(parts), params


def _whose(source: Source, asked: RowsQuestion) -> str:
    if asked.dimension is Dimension.NUMBER:
        number = "SELECT n.address FROM core_phonenumber AS n WHERE n.organization_id = %(org)s AND n.id = %(key)s"
        return f"({source.keys[Dimension.NUMBER]}) = ({number})"
    column = source.owner if asked.dimension is Dimension.AGENT else f"{source.row}.campaign_id"
    if asked.key:
        return f"{column} = %(key)s"
    return f"{column} IS NULL" if asked.is_nobodys else f"{column} IS NOT NULL"
