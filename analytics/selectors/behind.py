"""The calls or texts behind a figure, newest first, page by page.

A row stands behind a figure when the metric's own aggregate over this one row is not zero: so a new metric needs no
condition of its own here, and as many rows stand behind a count as it says.

The newest day is looked into first. Where it has too few, the figure itself tells in which hours there are any, so
that three rows of a year are found without reading the year.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate, pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from analytics.enums import Dimension, GroupBy, Subject
from analytics.metric import Filtered, Metric
from analytics.periods import starts
from analytics.questions import NOWHERE, RowsQuestion, counted
from analytics.selectors.courses import Period
from analytics.selectors.names import full_name
from analytics.selectors.report import Span, course, parts
from analytics.sources import SOURCES, Source
from calls.enums import CallDirection, CallStatus
from contactcenter.core import statements
from contactcenter.core.models import Organization
from sms.enums import Direction, MessageStatus

# The columns are the fields of FoundRow.
_CALLS = """
SELECT c.id, c.started_at AS at, c.direction, c.status, c.from_number, c.to_number, c.contact_id,
    coalesce(p.name, ''), u.first_name, u.last_name, u.email, NULL AS conversation_id, c.campaign_id, c.duration,
    NULL AS segments, c.disposition, c.cost, c.cost_currency
FROM calls_call AS c LEFT JOIN core_contact AS p ON p.id = c.contact_id LEFT JOIN core_user AS u ON u.id = c.agent_id
WHERE c.organization_id = %(org)s AND c.id = ANY(%(ids)s)
"""
_TEXTS = """
SELECT m.id, m.created_at AS at, m.direction, m.status, m.from_address, m.to_address, v.contact_id,
    coalesce(p.name, ''), u.first_name, u.last_name, u.email, m.conversation_id, NULL AS campaign_id, NULL AS seconds,
    m.segments, m.error_code, m.cost, m.cost_currency
FROM sms_message AS m JOIN sms_conversation AS v ON v.id = m.conversation_id
LEFT JOIN core_contact AS p ON p.id = v.contact_id LEFT JOIN core_user AS u ON u.id = m.author_id
WHERE m.organization_id = %(org)s AND m.id = ANY(%(ids)s)
"""
# What most questions are answered from.
_NEWEST = timedelta(days=1)
_MOST_DAYS = timedelta(days=400)
_DAYS_AT_ONCE = 50
_MOST_ON_A_PAGE = 100
_DIRECTIONS = {**dict(CallDirection.choices), **dict(Direction.choices)}
_STATES = {**dict(CallStatus.choices), **dict(MessageStatus.choices)}


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
    """Return the next rows behind a figure, in two queries where the newest day has enough."""
    ids = _ids(org, asked, only=only, after=after, most=most)
    if not ids:
        return []
    rows = statements.answer(_CALLS if asked.subject is Subject.CALLS else _TEXTS, {"org": org.pk, "ids": ids})
    found = {row[0]: FoundRow._make(row) for row in rows}
    return [found[pk] for pk in ids if pk in found]  # One may have been deleted just now.


def count(org: Organization, asked: RowsQuestion, *, only: UUID | None) -> int:
    """Return how many rows stand behind a figure."""
    source = SOURCES[asked.subject]
    condition, params = _condition(org, source, asked, only)
    times = {"since": asked.since, "until": asked.until}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {source.table} WHERE {_within(source)} AND {condition}", params | times)  # noqa: S608
        return int(cursor.fetchone()[0])


def _ids(org: Organization, asked: RowsQuestion, *, only: UUID | None, after: Key | None, most: int) -> list[UUID]:
    if most > _MOST_ON_A_PAGE:  # An export reads them all, so that it need not look for them.
        return _ids_within(org, asked, only, after, [Span(asked.since, asked.until)], most=most)
    until = asked.until if after is None else min(asked.until, after.at + timedelta.resolution)
    since = max(asked.since, until - _NEWEST)
    found = _ids_within(org, asked, only, after, [Span(since, until)], most=most)
    if len(found) == most or since == asked.since:
        return found
    for spans in _where_any_are(org, asked, only, until=since, most=most - len(found)):
        found += _ids_within(org, asked, only, after, spans, most=most - len(found))
        if len(found) == most:
            break
    return found


def _ids_within(
    org: Organization,
    asked: RowsQuestion,
    only: UUID | None,
    after: Key | None,
    spans: Sequence[Span],
    *,
    most: int,
) -> list[UUID]:
    """Return the newest rows of these stretches of time, of which no two have a moment in common."""
    source = SOURCES[asked.subject]
    condition, params = _condition(org, source, asked, only)
    if after is not None:
        condition += f" AND ({source.at}, {source.row}.id) < (%(after_at)s, %(after_id)s)"
        params |= {"after_at": after.at, "after_id": after.id}
    since, until = [span.start for span in spans], [span.until for span in spans]
    is_one = len(spans) == 1
    params |= {"most": most, "since": since[0] if is_one else since, "until": until[0] if is_one else until}
    within = _within(source) if is_one else _within(source, "d.since", "d.until")
    sql = f"""
    SELECT {source.row}.id, {source.at} AS at FROM {source.table} WHERE {within} AND {condition}
    ORDER BY {source.at} DESC, {source.row}.id DESC LIMIT %(most)s
    """  # noqa: S608 - every part is ours.
    if not is_one:
        sql = f"""
        SELECT r.id FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) AS d (since, until)
        CROSS JOIN LATERAL ({sql}) AS r ORDER BY r.at DESC, r.id DESC LIMIT %(most)s
        """  # noqa: S608 - every part is ours.
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def _where_any_are(
    org: Organization, asked: RowsQuestion, only: UUID | None, *, until: datetime, most: int
) -> Iterator[Sequence[Span]]:
    """Yield when there may be rows behind a figure before `until`, some stretches at a time, the newest first.

    They are the days (UTC) that may still change, and the hours of those before, in which the figure is not nothing: of
    the agent who is asked for, else of everybody. Of several years all is looked into: so many days are no shortcut.
    """
    if until - asked.since > _MOST_DAYS:
        yield [Span(asked.since, until)]
        return
    if asked.dimension is Dimension.AGENT and asked.key is not None:
        only = asked.key
    metric = counted(asked.metric)

    def days_of(several: Sequence[Period]) -> list[Span]:
        return [Span(day.start, day.until) for day in reversed(several) if day.values.count(metric.key)]

    found = course(org, Span(asked.since, until), GroupBy.DAY, asked.subject, only=only)
    yield from _some_at_once(days_of(found.open))
    several = list(_some_at_once(found.closed.once(("days", metric.key), lambda: days_of(found.closed.periods))))
    for days in several:
        look = partial(_hours, org, metric, only, days)
        # More of them than of one statement are too many to be kept.
        hours = found.closed.once(("hours", metric.key), look) if len(several) == 1 else look()
        # The figure counts more than a narrower question finds, so that it does not say how many hours are enough.
        yield from (hours,) if asked.is_narrower else _enough_first(hours, most)


def _enough_first(hours: "Sequence[_Hour]", most: int) -> Iterator[Sequence[Span]]:
    """Yield the newest hours that have as many rows together, then the others."""
    enough = bisect_left(list(accumulate(hour.rows for hour in hours)), most) + 1
    return (part for part in (hours[:enough], hours[enough:]) if part)


def _some_at_once(days: Sequence[Span]) -> Iterator[Sequence[Span]]:
    return (days[first : first + _DAYS_AT_ONCE] for first in range(0, len(days), _DAYS_AT_ONCE))


@dataclass(frozen=True, slots=True)
class _Hour(Span):
    """An hour with at least as many rows, of everybody or of one agent."""

    rows: int


def _hours(org: Organization, metric: Metric, only: UUID | None, days: Sequence[Span]) -> list[_Hour]:
    """Return the hours in which a figure is not nothing, the newest first; `days` are those on which it is not."""
    # The first day, and its first hour, may be cut by the question.
    begins = {max(hour, day.start) for day in days for hour in starts(day.start, day.until, GroupBy.HOUR)}
    cuts = sorted(begins | {day.until for day in days})
    figures = parts(org, Span(cuts[0], cuts[-1]), cuts[1:-1], metric.subject, only=only)
    # Between two of the days there is nothing, so what lies there is left out, too.
    return [
        _Hour(*ends, value if _is_count(metric) else 1)
        for ends, values in reversed(list(zip(pairwise(cuts), figures, strict=True)))
        if (value := values.count(metric.key))
    ]


def _is_count(metric: Metric) -> bool:
    return metric.sql == "count(*)" or (isinstance(metric.sql, Filtered) and metric.sql.is_count)


def _within(source: Source, since: str = "%(since)s", until: str = "%(until)s") -> str:
    return f"{source.at} >= {since} AND {source.at} < {until}"


def _condition(org: Organization, source: Source, asked: RowsQuestion, only: UUID | None) -> tuple[str, dict[str, Any]]:
    parts = [f"{source.row}.organization_id = %(org)s AND {source.kept}"]
    params: dict[str, Any] = {"org": org.pk, "only": only, "key": asked.key}
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
