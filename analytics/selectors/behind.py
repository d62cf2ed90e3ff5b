"""The calls or texts behind a figure, newest first, page by page.

A row stands behind a figure when the metric's own aggregate over this one row is not zero: so a new metric needs no
condition of its own here, and as many rows stand behind a count as it says.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from analytics.enums import Dimension, Subject
from analytics.metric import Filtered
from analytics.questions import NOWHERE, RowsQuestion, counted
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
    """Return the next rows behind a figure, in two queries."""
    ids = _ids(org, asked, only=only, after=after, most=most)
    found = _calls(org, ids) if asked.subject is Subject.CALLS else _texts(org, ids)
    return [found[pk] for pk in ids if pk in found]  # One may have been deleted just now.


def count(org: Organization, asked: RowsQuestion, *, only: UUID | None) -> int:
    """Return how many rows stand behind a figure."""
    source = SOURCES[asked.subject]
    condition, params = _condition(org, source, asked, only)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {source.table} WHERE {condition}", params)  # noqa: S608 - all ours
        return int(cursor.fetchone()[0])


def _ids(org: Organization, asked: RowsQuestion, *, only: UUID | None, after: Key | None, most: int) -> list[UUID]:
    source = SOURCES[asked.subject]
    condition, params = _condition(org, source, asked, only)
    row = source.row
    if after is not None:
        condition += f" AND ({source.at}, {row}.id) < (%(after_at)s, %(after_id)s)"
        params |= {"after_at": after.at, "after_id": after.id}
    sql = f"""
    SELECT {row}.id FROM {source.table} WHERE {condition}
    ORDER BY {source.at} DESC, {row}.id DESC LIMIT %(most)s
    """  # noqa: S608 - every part is ours.
    with connection.cursor() as cursor:
        cursor.execute(sql, params | {"most": most})
        return [pk for (pk,) in cursor.fetchall()]


def _condition(org: Organization, source: Source, asked: RowsQuestion, only: UUID | None) -> tuple[str, dict[str, Any]]:
    parts = [
        f"{source.row}.organization_id = %(org)s AND {source.kept}",
        f"{source.at} >= %(since)s AND {source.at} < %(until)s",
    ]
    params = {"org": org.pk, "since": asked.since, "until": asked.until, "only": only, "key": asked.key}
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
