"""What all benchmarks share: servers of their own, processes that end with them, the machine, the table."""

import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psycopg

from contactcenter.local import ports
from contactcenter.local.bootstrap import with_bytecode
from contactcenter.local.postgres import THROW_AWAY, PostgresServer
from tests.stack import ROOT, Stack, free_port, wait_until

PASSWORD = "demo-voice-2026"
CREDENTIAL_KEY = "YmVuY2hlcy1vbmx5LWJlbmNoZXMtb25seS0zMi1ieXQ="


class Installation(Stack):
    """A database with the demo data, a Valkey, and whatever processes a benchmark starts."""

    postgres: PostgresServer | None = None

    @property
    def environment(self) -> dict[str, str]:
        """As `up` has it: a pool for the web server alone, since a worker's threads keep their connections.

        Bytecode is kept, also where the caller's environment forbids it: without it a worker compiles for seconds at
        every start, and would be killed before it has done anything.
        """
        return with_bytecode({**super().environment, "DATABASE_POOL_SIZE": "0"})

    def start(self, *, workers: int = 0) -> None:
        """Make database and Valkey ready; processes are started one by one."""
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{self._database}"')  # type: ignore[call-overload]
        self.valkey.start()
        self.manage("migrate", "--verbosity", "0")
        self.manage("seed_demo")

    def serve(self, server: str, **settings: str) -> int:
        """Start a web server ("uvicorn" as `up` does, "gunicorn" as the image does) and return its port."""
        port = free_port()
        commands = {
            "uvicorn": ["manage.py", "web", "--port", str(port)],
            "gunicorn": [
                *("-m", "gunicorn", "contactcenter.wsgi:application", "--bind", f"127.0.0.1:{port}"),
                *("--worker-class", "gthread", "--workers", "1", "--threads", "8", "--keep-alive", "60"),
                "--no-control-socket",
            ],
        }
        pool = "20" if server == "uvicorn" else "0"
        log = self.folder / f"{server}-{port}.log"
        process = self.launch(log, commands[server], {"DATABASE_POOL_SIZE": pool, **settings})
        wait_until(lambda: ports.answers(port) or process.poll() is not None, what=f"{server} on port {port}")
        assert process.poll() is None, log.read_text(encoding="utf-8")
        return port

    def launch(self, path: Path, arguments: Sequence[str], settings: dict[str, str]) -> "subprocess.Popen[bytes]":
        """Start Python with these arguments and settings; its output goes to `path`."""
        with path.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**self.environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def start_simulator(self) -> None:
        """Start the carrier simulator and wait for it."""
        self.start_process("simulator", "--port", str(self.simulator_port))
        wait_until(lambda: ports.answers(self.simulator_port), what="the simulator")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def installation(
    *, postgres_settings: Mapping[str, str] = THROW_AWAY, durable_broker: bool = False, **settings: str
) -> Iterator[Installation]:
    """Start throw-away servers for the time of a `with` block; further keywords are settings by their names."""
    signal.signal(signal.SIGTERM, _interrupt)  # So that everything ends with us, whoever ends us.
    with tempfile.TemporaryDirectory(prefix="voice-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL refuses to run as root and has to reach its data as somebody else.
        with PostgresServer(folder / "postgres", postgres_settings) as postgres:
            os.environ |= {"DATABASE_URL": postgres.url, "CREDENTIAL_KEYS": CREDENTIAL_KEY}
            stack = Installation(folder, **settings)
            stack.postgres = postgres
            stack.valkey.durable = durable_broker
            try:
                stack.start()
                yield stack
            finally:
                stack.stop()


def queue_texts(stack: Installation, count: int, *, mark: str) -> None:
    """Put texts into the table as the accepting transaction would, from every active number of both providers.

    Their bodies are "`mark` 1" to "`mark` `count`", and `mark` is in their metadata.
    """
    stack.converse(count)
    stack.query(
        """
        WITH senders AS (
            SELECT p.*, row_number() OVER (ORDER BY p.address) - 1 AS place, count(*) OVER () AS total
            FROM core_phonenumber AS p WHERE p.is_active
        )
        INSERT INTO sms_message (id, organization_id, conversation_id, direction, from_address, to_address, body,
            media_urls, encoding, segments, metadata, idempotency_key, status, rank, is_unconfirmed, error_code,
            provider_error_code, error_message, account_id, provider, provider_message_id, next_attempt_at, claims,
            retries, cost_currency, cost_source, created_at)
        SELECT uuidv7(), p.organization_id, c.id, 'outbound', p.address,
            c.address, %s || ' ' || n, '[]', 'GSM-7', 1,
            jsonb_build_object('bench', %s::text), '', 'queued', 0, false, '', '', '', p.account_id, p.provider, '',
            now(), 0, 0, '', '', now()
        FROM generate_series(1, %s) AS n JOIN senders AS p ON p.place = n %% p.total
        JOIN sms_conversation AS c
            ON c.phone_number_id = p.id AND c.address = '+1202555' || lpad((5000 + n)::text, 4, '0')
        """,
        mark,
        mark,
        count,
    )


def states(stack: Installation, mark: str) -> Counter[str]:
    """Count the texts that `queue_texts` made with this mark, by status."""
    rows = stack.query("SELECT status, count(*) FROM sms_message WHERE metadata->>'bench' = %s GROUP BY 1", mark)
    return Counter(dict(rows))


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the final table. `at_least` tells which side of the target is the good one."""

    name: str
    ratio: float
    target: float
    at_least: bool
    floor: str
    product: str

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "met" if self.is_met else "MISSED"
        return (
            f"{self.ratio:5.2f}  {sign} {self.target:<4} {verdict:7} {self.name:44} {self.floor:>14} {self.product:>14}"
        )


def report(results: Sequence[Result]) -> None:
    """Print the table, ratios first: they hold better than the figures."""
    print(f"\n{machine()}\n")
    print(f"{'ratio':>5}  target verdict {'what':44} {'floor':>14} {'product':>14}")
    for result in results:
        print(result)


def machine() -> str:
    """Name what the figures were measured on, and how busy it was with other things."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    import django
    import uvicorn

    return (
        f"{os.cpu_count()} × {_processor()}, Python {platform.python_version()}, Django {django.__version__}, "
        f"uvicorn {uvicorn.__version__}, PostgreSQL without fsync; load average {load}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def say(text: str) -> None:
    """Print progress at once."""
    print(text, flush=True)
