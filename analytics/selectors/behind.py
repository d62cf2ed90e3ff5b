"""The calls or texts behind a figure, newest first, page by page.

A row stands behind a figure when the metric's own aggregate over this one row is not zero: so a new metric needs no
condition of its own here, and as many rows stand behind a count as it says.

The newest days are looked into first. Where they have too few, the figure itself tells on which days there are any, so
that three rows of a year are found without reading the year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from analytics.enums import Dimension, GroupBy, Subject
from analytics.metric import Filtered
from analytics.questions import NOWHERE, RowsQuestion, counted
from analytics.selectors.courses import Period
from analytics.selectors.report import Span, course
from analytics.sources import SOURCES, Source
from calls.enums import CallDirection, CallStatus
from calls.models import Call
from contactcenter.core.models import Organization
from sms.enums import Direction, MessageStatus
from sms.models import Message

_CALL_FIELDS = (
    *("id", "started_at", "direction", "status", "from_number", "to_number", "contact_id", "contact__name"),
    *("agent_id", "campaign_id", "duration", "disposition", "cost", "cost_currency"),
)
_TEXT_FIELDS = (
    *("id", "created_at", "direction", "status", "from_address", "to_address", "conversation__contact_id"),
    *("conversation__contact__name", "conversation_id", "author_id", "segments", "error_code", "cost", "cost_currency"),
)
# What most questions are answered from.
_NEWEST = timedelta(days=3)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """A call or a text. What only one of the two has is empty in the other; `person_id` is the agent or author."""

    id: UUID
    at: datetime
    direction: str
    status: str
    from_address: str
    to_address: str
    contact_id: UUID | None
    contact_name: str
    person_id: UUID | None
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
    """Return the next rows behind a figure, in two queries where the newest days have enough."""
    ids = _ids(org, asked, only=only, after=after, most=most)
    found = _calls(org, ids) if asked.subject is Subject.CALLS else _texts(org, ids)
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
    days = _days(org, asked, only, until=since)
    while days and len(found) < most:
        several, days = days[:_DAYS_AT_ONCE], days[_DAYS_AT_ONCE:]
        found += _ids_within(org, asked, only, after, several, most=most - len(found))
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


def _days(org: Organization, asked: RowsQuestion, only: UUID | None, *, until: datetime) -> list[Span]:
    """Return the days (UTC), the newest first, that may have rows behind a figure, of those before `until`.

    They are those on which the figure is not nothing: of the agent who is asked for, else of everybody. Of several
    years all is looked into: so many days are no shortcut.
    """
    if until - asked.since > _MOST_DAYS:
        return [Span(asked.since, until)]
    if asked.dimension is Dimension.AGENT and asked.key is not None:
        only = asked.key
    key = counted(asked.metric).key

    def days_of(several: Sequence[Period]) -> list[Span]:
        return [Span(day.start, day.until) for day in several if day.values.count(key)]

    found = course(org, Span(asked.since, until), GroupBy.DAY, asked.subject, only=only)
    return [*found.closed.once(("days", key), days_of), *days_of(found.open)][::-1]


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
    sql = counted(asked.metric).sql
    if isinstance(sql, Filtered):
        # Said once more by itself, an index may have all that it reads; of a count it is all there is to say.
        parts.append(f"({sql.condition})")
    if sql != "count(*)" and not (isinstance(sql, Filtered) and sql.is_count):
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


def _calls(org: Organization, ids: list[UUID]) -> dict[UUID, FoundRow]:
    rows = Call.objects.for_org(org).filter(pk__in=ids).values_list(*_CALL_FIELDS)
    return {
        row[0]: FoundRow(
            id=row[0],
            at=row[1],
            direction=row[2],
            status=row[3],
            from_address=row[4],
            to_address=row[5],
            contact_id=row[6],
            contact_name=row[7] or "",
            person_id=row[8],
            campaign_id=row[9],
            seconds=row[10],
            note=row[11],
            cost=row[12],
            currency=row[13],
        )
        for row in rows
    }


def _texts(org: Organization, ids: list[UUID]) -> dict[UUID, FoundRow]:
    rows = Message.objects.for_org(org).filter(pk__in=ids).values_list(*_TEXT_FIELDS)
    return {
        row[0]: FoundRow(
            id=row[0],
            at=row[1],
            direction=row[2],
            status=row[3],
            from_address=row[4],
            to_address=row[5],
            contact_id=row[6],
            contact_name=row[7] or "",
            conversation_id=row[8],
            person_id=row[9],
            segments=row[10],
            note=row[11],
            cost=row[12],
            currency=row[13],
        )
        for row in rows
    }
