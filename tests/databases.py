"""Databases for tests: migrated once for a whole run and copied from then on, and emptied by what is in them.

Migrating takes many seconds, copying a migrated database a fraction of one.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
# Filled by `migrate`; a copy brings them along, and they are the same for every test.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
_LOCK = 7_238_001  # Of nothing else on the tests' server.


def run() -> str:
    """Return the name of this test run, the same in each of its processes."""
    return os.environ.setdefault("VOICE_TEST_RUN", f"test_{os.getpid()}")


def address(server_url: str, database: str) -> str:
    """Return the address of another database in the same server."""
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{database}"))


def create(server_url: str, name: str) -> None:
    """Create a migrated database without rows."""
    with psycopg.connect(server_url, autocommit=True) as server:
        with _alone(server):
            template = _template(server, server_url)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop(server_url: str, name: str) -> None:
    """Drop a database, whoever is still connected."""
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_template(server_url: str) -> None:
    """Leave nothing of the run on a server that outlives it."""
    with suppress(psycopg.OperationalError):  # The run may have needed no server, or it is gone.
        for name in (f"{run()}_template", f"{run()}_template_half"):
            drop(server_url, name)


@contextmanager
def _alone(server: psycopg.Connection[Any]) -> Iterator[None]:
    """Let the other processes of the run wait: one of them migrates for all."""
    server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        server.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _template(server: psycopg.Connection[Any], server_url: str) -> str:
    """Return the name of the run's migrated database; make it when there is none yet.

    It belongs to a run and not to a server, which may be a lasting one and know older migrations.
    """
    name = f"{run()}_template"
    if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        half = f"{name}_half"
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
        _migrate(address(server_url, half))
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name)))
    return name


def _migrate(url: str) -> None:
    finished = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={
            **os.environ,
            "VOICE_BOOTSTRAP": "0",
            "DJANGO_SETTINGS_MODULE": "contactcenter.settings.test",
            "DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def use(connection: BaseDatabaseWrapper, name: str) -> None:
    """Let Django's connection go to another database of the same server from now on."""
    connection.close()
    connection.settings_dict["NAME"] = name  # The dictionary that the connections of other threads are made of, too.


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete all rows, without asking the triggers and foreign keys that guard them.

    TRUNCATE makes new files for every table and index, full or not, and `flush` asks for the permissions of every
    model again; together that took longer than most tests.
    """
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - KEPT)
        cursor.execute(
            sql.SQL(" UNION ALL ").join(
                sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
                for table in tables
            )
        )
        full = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for (table,) in cursor.fetchall()]
        if full:
            together = sql.SQL("; ").join([sql.SQL("SET LOCAL session_replication_role = replica"), *full])
            cursor.execute(together)  # Several statements in one message are one transaction.
