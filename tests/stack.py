"""The whole installation as real processes for one test: database, Valkey, web, workers and the carrier simulator.

The database server is the test run's own; the database in it, Valkey and every process belong to the stack alone, so
that a test may freeze, wipe and kill them.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import redis

from contactcenter.local.valkey import ValkeyServer
from tests import databases
from tests.carrier import Carrier

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 90.0


def wait_until(true: Callable[[], Any], *, seconds: float = START_SECONDS, what: str = "it") -> Any:
    """Return the first true answer of `true`; fail when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = true()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """Starts and stops the processes; everything it starts is gone afterwards."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.web_port, self.simulator_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.web_port}"
        self.carrier = Carrier(f"http://127.0.0.1:{self.simulator_port}")
        self.processes: list[subprocess.Popen[bytes]] = []
        self.valkey = ValkeyServer(folder / "valkey", durable=False)
        self._settings = settings
        self._database = f"stack_{os.getpid()}_{self.web_port}"
        self._server_url = os.environ["DATABASE_URL"]

    @property
    def database_url(self) -> str:
        return databases.address(self._server_url, self._database)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "VOICE_BOOTSTRAP": "0",
            "DJANGO_SETTINGS_MODULE": "contactcenter.settings.base",
            "SECRET_KEY": "stack-" + "x" * 50,
            "CREDENTIAL_KEYS": os.environ["CREDENTIAL_KEYS"],
            "PUBLIC_BASE_URL": self.url,
            "DATABASE_URL": self.database_url,
            "DATABASE_POOL_SIZE": "10",
            "REDIS_URL": self.valkey.url,
            "SIMULATOR_URL": self.carrier.url,
            "TWILIO_API_BASE_URL": self.carrier.url,
            "TELNYX_API_BASE_URL": f"{self.carrier.url}/v2",
            "MEDIA_ROOT": str(self.folder / "media"),
            "SIMULATOR_LOG": "quiet",
            "SIMULATOR_SPEED": "0.2",
            "LOG_FORMAT": "text",
            "SHUTDOWN_GRACE_SECONDS": "1",
            "SMS_RATE_LIMIT": "100000",
            "SMS_DAILY_LIMIT": "100000",
            "UNDO_SECONDS": "0",
            # The rates of numbers have tests of their own.
            "LONG_CODE_TEXTS_PER_SECOND": "1000",
            "SHORT_CODE_TEXTS_PER_SECOND": "1000",
            "TELNYX_TEXTS_PER_SECOND": "1000",
            **self._settings,
        }

    def manage(self, *arguments: str) -> None:
        """Run one manage.py command to its end."""
        finished = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr

    def start_process(self, name: str, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start web, worker, beat or simulator; its output goes to a file in the folder.

        `settings` are this process's own, by their names in the environment.
        """
        with (self.folder / f"{name}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", name, *arguments],
                cwd=ROOT,
                env={**self.environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the stack's database."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement, values)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def converse(self, count: int) -> None:
        """Make conversations of every active number with +12025555001 and the `count` - 1 numbers that follow."""
        self.query(
            """
            INSERT INTO sms_conversation (id, organization_id, contact_id, phone_number_id, address, state,
                unread_count, last_message_at, last_preview, last_direction, last_status, created_at)
            SELECT uuidv7(), p.organization_id, k.id, p.id, '+1202555' || lpad((5000 + n)::text, 4, '0'), 'resolved',
                0, now(), '', 'outbound', 'queued', now()
            FROM generate_series(1, %s) AS n CROSS JOIN core_phonenumber AS p JOIN LATERAL (
                SELECT id FROM core_contact WHERE organization_id = p.organization_id ORDER BY id LIMIT 1
            ) AS k ON true
            WHERE p.is_active ON CONFLICT DO NOTHING
            """,
            count,
        )

    def valkey_command(self, *words: str) -> None:
        """Give Valkey one command."""
        with redis.Redis.from_url(self.valkey.url) as client:
            client.execute_command(*words)

    def start(self, *, workers: int = 1) -> None:
        """Make the database with the demo data and start everything."""
        databases.create(self._server_url, self._database)
        self.valkey.start()
        self.manage("seed_demo")
        self.start_process("simulator", "--port", str(self.simulator_port))
        self.start_process("web", "--port", str(self.web_port))
        for _ in range(workers):
            self.start_process("worker")
        wait_until(self.is_healthy, what="a healthy start")

    @contextmanager
    def second_web(self, **settings: str) -> Iterator[str]:
        """Run another web server with settings of its own beside the first one; gives its address."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        process = self.start_process("web", "--port", str(port), **settings)
        try:
            wait_until(lambda: self.is_healthy(url), what="a second web server")
            yield url
        finally:
            process.terminate()
            process.wait()

    def is_healthy(self, url: str = "") -> bool:
        """Whether GET /health says so, at the web server's address or at `url`."""
        try:
            with urllib.request.urlopen(f"{url or self.url}/health", timeout=5) as answer:
                return bool(json.loads(answer.read())["status"] == "ok")
        except OSError:
            return False

    def stop(self) -> None:
        """End every process by its id, and drop the database."""
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        for process in self.processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.valkey.stop()
        databases.drop(self._server_url, self._database)


@contextmanager
def running_stack(folder: Path, *, workers: int = 1, **settings: str) -> Iterator[Stack]:
    """Run a stack for the time of a `with` block. Keywords are settings, by their names in the environment."""
    stack = Stack(folder, **settings)
    try:
        stack.start(workers=workers)
        yield stack
    finally:
        stack.stop()
