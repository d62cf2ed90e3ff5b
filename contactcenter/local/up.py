"""`manage.py up`: servers, database, translations, demo data, and all processes, until somebody says stop."""

import argparse
import fcntl
import http.client
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from contactcenter.local import environment, paths, ports, translations
from contactcenter.local.output import Terminal
from contactcenter.local.postgres import PostgresServer
from contactcenter.local.servers import LocalServer, ServerError
from contactcenter.local.supervisor import ChildEnded, StopRequested, Supervisor
from contactcenter.local.valkey import ValkeyServer

READY_SECONDS = 90
# An ASGI server gives every request a thread of its own, so connections are pooled there.
WEB_POOL_SIZE = "20"
# Less than the five seconds in which everything has to be gone.
WORKER_GRACE_SECONDS = "2"
DEMO_PASSWORD = "demo-voice-2026"  # Published on purpose, of accounts that exist on this machine only.
DEMO_LOGINS = ("admin", "supervisor", "agent", "customer")


class CannotStart(Exception):
    """Something stands in the way; the message says what."""


@dataclass(frozen=True, kw_only=True)
class Options:
    host: str
    port: int


def parse(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="manage.py up", description="Start everything on this machine.")
    parser.add_argument("--port", type=int, default=environment.DEFAULT_PORT, help="port of the web server")
    parser.add_argument("--host", default=ports.LOOPBACK, help="address to listen on")
    found = parser.parse_args(arguments)
    return Options(host=found.host, port=found.port)


def run(arguments: Sequence[str]) -> int:
    """Everything from lock to clean stop; 0 after Ctrl-C or TERM, 1 when something failed."""
    options = parse(arguments)
    terminal = Terminal()
    supervisor = Supervisor(terminal, cwd=paths.ROOT)
    try:
        with _lock(options):
            return _run_locked(options, supervisor, terminal)
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _run_locked(options: Options, supervisor: Supervisor, terminal: Terminal) -> int:
    code = 1
    try:
        supervisor.listen_for_signals()
        env = start_all(options, supervisor, terminal)
        terminal.box(welcome(options, env))
        supervisor.watch()
    except StopRequested:
        terminal.line("up", "Stopping …")
        code = 0
    except (ChildEnded, ServerError, CannotStart) as error:
        for line in str(error).splitlines():
            terminal.line("up", line)
        terminal.line("up", "Stopping everything.")
    except PermissionError as error:
        terminal.line("up", f"{error.filename} belongs to another account: start this as that account.")
    finally:
        supervisor.stop()
    terminal.line("up", "Stopped.")
    return code


def _lock(options: Options) -> IO[str]:
    """Hold the lock of this checkout; it goes when the process goes, however it ends."""
    try:
        lock = (paths.ensure_local() / "up.lock").open("a+")
    except PermissionError as error:
        raise CannotStart(f"{paths.LOCAL} belongs to another account; start this as that account.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise CannotStart(f"`up` is already running in this folder: {lock.read().strip()}.") from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()}, http://{ports.LOOPBACK}:{options.port}\n")
    lock.flush()
    return lock


def start_all(options: Options, supervisor: Supervisor, terminal: Terminal) -> dict[str, str]:
    """Bring everything up in order and return the processes' environment."""
    if not ports.is_free(options.port, options.host):
        raise CannotStart(f"Port {options.port} is taken by another program: choose another with --port.")
    simulator_port = ports.free(options.port + 1)
    env = environment.compose(
        os.environ,
        generated=environment.generated_secrets(paths.LOCAL),
        port=options.port,
        simulator_port=simulator_port,
    )
    _start_servers(env, supervisor, terminal)
    environment.share(env, paths.LOCAL)
    translations.compile_all(paths.ROOT)
    supervisor.run("setup", [sys.executable, "-m", "contactcenter.local.prepare"], env)
    terminal.line("up", "Starting the processes …")
    _start_processes(options, env, supervisor, simulator_port)
    _wait_until_ready(options, supervisor)
    return env


def _start_servers(env: dict[str, str], supervisor: Supervisor, terminal: Terminal) -> None:
    local: dict[str, LocalServer] = {
        "DATABASE_URL": PostgresServer(paths.LOCAL / "postgres"),
        "REDIS_URL": ValkeyServer(paths.LOCAL / "valkey"),
    }
    for variable, server in local.items():
        if env.get(variable):
            continue
        terminal.line("up", f"Starting {server.name} …")
        supervisor.servers.append(server)  # First, so that a stop during its start finds it.
        server.start()
        env[variable] = server.url


def _start_processes(options: Options, env: dict[str, str], supervisor: Supervisor, simulator_port: int) -> None:
    manage = (sys.executable, paths.MANAGE)
    loopback = f"http://{ports.LOOPBACK}:{options.port}"
    if "SIMULATOR_URL" in env:
        command = [*manage, "simulator", "--port", str(simulator_port)]
        supervisor.start("simulator", command, {"SIMULATOR_DELIVER_TO": loopback, **env})
    supervisor.start("worker", [*manage, "worker"], {"SHUTDOWN_GRACE_SECONDS": WORKER_GRACE_SECONDS, **env})
    supervisor.start("beat", [*manage, "beat"], env)
    web = [*manage, "web", "--host", options.host, "--port", str(options.port)]
    supervisor.start("web", web, {"DATABASE_POOL_SIZE": WEB_POOL_SIZE, **env})


def _wait_until_ready(options: Options, supervisor: Supervisor) -> None:
    host = ports.LOOPBACK if options.host in ("0.0.0.0", "") else options.host
    deadline = time.monotonic() + READY_SECONDS
    while not _is_healthy(host, options.port):
        supervisor.check()
        if time.monotonic() > deadline:
            raise CannotStart(f"The web server did not become healthy within {READY_SECONDS} s.")
        time.sleep(1 if ports.answers(options.port, host) else 0.1)  # Each early question is a line in the log.


def _is_healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    return False


def welcome(options: Options, env: dict[str, str]) -> list[str]:
    """What a person needs first."""
    carrier = "simulated" if "SIMULATOR_URL" in env else "real: texts go out and cost money"
    return [
        f"Voice by Kraliki is running at http://localhost:{options.port}",
        "",
        f"Demo logins, all with the password {DEMO_PASSWORD}",
        *(f"  {name}@aurora.example" for name in DEMO_LOGINS),
        "  … and the same @borealis.example; superuser root@kraliki.example",
        "",
        f"Carriers: {carrier}. Data: .local/ (kept between runs). Ctrl-C stops everything.",
    ]
