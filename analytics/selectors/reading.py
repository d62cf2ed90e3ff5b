"""The statement behind every figure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from analytics.enums import Dimension, Subject
from analytics.sources import SOURCES

# (which part of the time, key of the dimension, currency, stored figures)
Row = tuple[int, str, str, list[int]]


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


def read(asked: Asked) -> list[Row]:
    """Return the figures of each part and key that has any."""
    source = SOURCES[asked.subject]
    key = source.keys.get(asked.dimension, "''")
    sql = f"""
    SELECT width_bucket({source.at}, %(cuts)s::timestamptz[]), {key}, {source.currency}, {source.figures}
    FROM {source.table}
    WHERE {source.row}.organization_id = %(org)s AND {source.kept}
        AND {source.at} >= %(since)s AND {source.at} < %(until)s
        {f"AND {source.owner} = %(only)s" if asked.only else ""} {f"AND {key} IS NOT NULL" if key != "''" else ""}
    GROUP BY 1, 2, 3
    """  # noqa: S608 - every part is ours.
    params: dict[str, Any] = {"org": asked.org_id, "only": asked.only, "since": asked.since, "until": asked.until}
    with connection.cursor() as cursor:
        cursor.execute(sql, params | {"cuts": list(asked.cuts) or [asked.until]})
        return cursor.fetchall()
