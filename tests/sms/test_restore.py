"""The restore drill of docs/operations.md: what was sent after the backup is not sent again."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection

from contactcenter.local.postgres import PostgresServer
from tests.sms.test_sending import queue, send_due
from tests.stack import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
DUE = "SELECT count(*) FROM sms_message WHERE status = 'queued' AND next_attempt_at <= now()"


def test_a_text_sent_after_the_backup_is_held_after_the_restore(aurora, borealis, carrier, tmp_path: Path):
    server = urlsplit(os.environ["DATABASE_URL"])
    ours, restored = (
        urlunsplit(server._replace(path=f"/{name}"))
        for name in (connection.settings_dict["NAME"], "restored_by_the_drill")
    )
    tools, backup = PostgresServer(tmp_path / "unused").binaries, tmp_path / "voice.dump"
    queue(aurora)
    subprocess.run([tools / "pg_dump", "--format=custom", f"--file={backup}", ours], check=True, capture_output=True)
    send_due()
    assert len(carrier.truth()) == 1

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("DROP DATABASE IF EXISTS restored_by_the_drill")
        other.execute("CREATE DATABASE restored_by_the_drill")
    try:
        restore = [tools / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={restored}", backup]
        subprocess.run(restore, check=True, capture_output=True)
        with psycopg.connect(restored, autocommit=True) as other:
            assert other.execute(DUE).fetchone() == (1,)  # A worker would send it a second time.
            assert "1 texts are held: 1 " in manage(restored, "hold_outbound")
            assert other.execute(DUE).fetchone() == (0,)
        figures = json.loads(manage(restored, "queue_status", "--json"))
        assert (figures["held"], figures["counts"]["queued"]) == (1, 0)
    finally:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            other.execute("DROP DATABASE restored_by_the_drill WITH (FORCE)")


def manage(database_url: str, *arguments: str) -> str:
    """Run a command against another database."""
    finished = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url, "VOICE_BOOTSTRAP": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
