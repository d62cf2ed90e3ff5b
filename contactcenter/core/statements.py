"""Statements of pages and endpoints that are asked again and again: PostgreSQL keeps their plans, on each connection.

Planning one takes several times as long as answering it. Django sends a statement with its parameters written into it,
another one at each look; here they go beside it, and psycopg has one prepared that comes for the fifth time.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import psycopg
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus

Row = tuple[Any, ...]


class _Cursor(psycopg.Cursor[Row]):
    """Sends parameters beside the statement. A plan whose columns a migration has changed is made anew."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        try:
            return super().execute(query, params, **options)
        except FeatureNotSupported:  # "cached plan must not change result type"
            if self.connection.info.transaction_status is not TransactionStatus.IDLE:
                raise
            self.connection.execute("DEALLOCATE ALL")
            return super().execute(query, params, **options)


def answer(sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ()) -> list[Row]:
    """Return all rows of a statement. Its plan may not depend on the parameters: any organization's is like another's.

    Where the connections of a pooler between us and PostgreSQL cannot keep anything (DATABASE_KEEPS_PLANS), it is sent
    as any other. Raises what Django's cursors raise.
    """
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[Row] = cursor.fetchall()
    return found


def _cursor() -> CursorWrapper:
    """Return a cursor as Django's own are: counted, logged, and with Django's errors."""
    if not settings.DATABASE_KEEPS_PLANS:
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    made: Any = _Cursor(connection.connection)
    return connection.make_debug_cursor(made) if connection.queries_logged else connection.make_cursor(made)
