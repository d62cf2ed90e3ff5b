"""What both local servers share: a folder, a port, a password, start, readiness and stop.

    with PostgresServer(folder) as postgres, ValkeyServer(other_folder) as valkey:
        use(postgres.url, valkey.url)

A folder keeps its server's data, port and password, so starting again in it continues where it stopped.
The servers listen on loopback only, and end (on Linux) when the process that started them ends.
Start them from the main thread; see `process.bound_to_us`.
"""

import json
import os
import secrets
import signal
import subprocess
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from contactcenter.local import ports, process

START_SECONDS = 60
ATTEMPTS = 5


class ServerError(Exception):
    """A local server could not be started or stopped; the message is for the person at the terminal."""


class LocalServer:
    """One server process with its data below `folder`."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.port = 0
        self.password = ""
        self.process: subprocess.Popen[bytes] | None = None

    # What a kind of server has to say about itself.
    @property
    def url(self) -> str:
        """Address with credentials, as `DATABASE_URL` or `REDIS_URL` take it."""
        raise AttributeError(f"{type(self).__name__} has no address")

    def prepare(self) -> None:
        """Make the data folder ready, once before each start."""

    def command(self) -> list[str]:
        """The command line that serves in the foreground on `port`."""
        return []

    def is_ready(self) -> bool:
        """Whether the server answers a client that knows the password."""
        return ports.answers(self.port)

    # What is the same for all.
    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    @property
    def log_path(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> Self:
        """Start and wait until it answers. Raises ServerError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        for attempt in range(ATTEMPTS):
            self._choose_port_and_password(keep_port=attempt == 0)
            self.prepare()
            command, env = self.command(), self.environment()
            with self.log_path.open("wb") as log:
                self.process = process.start(command, cwd=self.folder, env=env, output=log)
            if self._becomes_ready():
                return self
            lost_the_port = ports.answers(self.port)
            self.stop()
            if not lost_the_port:
                break
        raise ServerError(f"{self.name} did not start. It said:\n{self.last_words()}")

    def environment(self) -> dict[str, str]:
        """The server's environment: nothing of ours that could carry a secret, no locale surprises."""
        kept = {key: os.environ[key] for key in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if key in os.environ}
        return {**kept, "LC_ALL": "C", "TZ": "UTC"}

    def stop(self, seconds: float = 3.0) -> None:
        """Ask it to stop, insist after that many seconds; nothing happens when it does not run."""
        if self.process is None:
            return
        process.send(self.process, self.stop_signal)
        if not process.wait(self.process, seconds):
            self.kill()
        self.process = None

    def kill(self) -> None:
        """End it at once; the next start recovers."""
        if self.process is not None:
            process.kill_group(self.process)
            process.wait(self.process, 2)

    def last_words(self, count: int = 12) -> str:
        """The last lines of its log."""
        try:
            with self.log_path.open(encoding="utf-8", errors="replace") as log:
                return "\n".join(line.rstrip() for line in deque(log, count)) or "(nothing)"
        except OSError:
            return "(nothing)"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _choose_port_and_password(self, *, keep_port: bool) -> None:
        file = self.folder / "access.json"
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            known = {}
        self.password = known.get("password") or secrets.token_urlsafe(24)
        self.port = ports.free(known.get("port") if keep_port else None)
        write_private(file, json.dumps({"port": self.port, "password": self.password}))

    def _becomes_ready(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while self.pid is not None and time.monotonic() < deadline:
            if self.is_ready():
                return True
            time.sleep(0.05)
        return False


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)
