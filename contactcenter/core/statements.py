"""Statements of pages and endpoints that are asked again and again: PostgreSQL keeps their plans, on each connection.

Planning one takes several times as long as answering it. Django sends a statement with its parameters written into it,
another one at each look; here they go beside it, and the statement is prepared when a connection asks it first.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self
from weakref import WeakSet

import psycopg
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus

Row = tuple[Any, ...]
# Else PostgreSQL plans most of them anew each time, because that seems a little cheaper.
_ONE_PLAN = "SET plan_cache_mode = force_generic_plan"
_told: "WeakSet[psycopg.Connection[Any]]" = WeakSet()


class _Cursor(psycopg.Cursor[Row]):
    """Sends parameters beside the statement, and has it prepared; one whose columns a migration changed, once more.

    All else on the connection stays as Django has it: psycopg would keep the texts of a hundred statements, with their
    parameters in them, and they would push ours out.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        self.connection.prepare_threshold = 0
        try:
            return self._again(query, params, **options)
        finally:
            self.connection.prepare_threshold = None

    def _again(self, query: Any, params: Any, **options: Any) -> Self:
        try:
            return super().execute(query, params, **options)
        except FeatureNotSupported:  # "cached plan must not change result type"
            if not _is_idle(self.connection):
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
    """Return a cursor as Django's own are: counted, and with Django's errors. Where all is logged it is one of them."""
    if connection.queries_logged or not settings.DATABASE_KEEPS_PLANS:
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    if raw not in _told and _is_idle(raw):  # A transaction that fails would take it back.
        with connection.wrap_database_errors:
            raw.execute(_ONE_PLAN)
        _told.add(raw)
    made: Any = _Cursor(raw)
    return connection.make_cursor(made)


def _is_idle(raw: "psycopg.Connection[Any]") -> bool:
    return raw.info.transaction_status is TransactionStatus.IDLE
