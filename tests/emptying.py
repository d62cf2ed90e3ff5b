"""Emptying the database after a test that commits.

Django truncates every table, which takes PostgreSQL most of a second for a hundred tables and their indexes, and then
makes content types and permissions anew. A test fills a handful of tables: only those are emptied, without triggers.
"""

from django.db import connection
from django.test import TransactionTestCase

# What `migrate` puts there and no test changes.
_KEPT = ("django_migrations", "django_content_type", "auth_permission")
_EMPTY = """
DO $$
DECLARE
    one text;
    is_filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT tablename = ANY(%(kept)s) LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %%I)', one) INTO is_filled;
        IF is_filled THEN
            EXECUTE format('DELETE FROM %%I', one);
        END IF;
    END LOOP;
END $$
"""


def empty_filled_tables() -> None:
    """Delete the rows of every table that has some."""
    kept = "ARRAY[" + ", ".join(f"'{name}'" for name in _KEPT) + "]"
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY.replace("%(kept)s", kept).replace("%%", "%"))


def _fixture_teardown(self: TransactionTestCase) -> None:
    empty_filled_tables()


def install() -> None:
    """Let every test that commits be followed by this, and not by Django's `flush`."""
    TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[method-assign, assignment]
