"""`manage.py up` from the outside: one folder, real servers, processes that only pretend."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from contactcenter.local import paths, ports
from contactcenter.local.environment import read_env_file
from contactcenter.local.process import bound_to_us
from tests.local import small_project
from tests.local.conftest import eventually, is_alive, numbers

Up = Callable[..., "subprocess.Popen[str]"]
pytestmark = pytest.mark.processes
WELCOME = "Voice by Kraliki is running at"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_project.make(tmp_path / "a folder", source=paths.ROOT)


@pytest.fixture
def port() -> int:
    return ports.free()


@pytest.fixture
def up(root: Path, port: int) -> Iterator[Up]:
    """Start `up` and read until its welcome, unless `until` says otherwise."""
    running: list[subprocess.Popen[str]] = []
    unset = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "TWILIO_API_BASE_URL", "PUBLIC_BASE_URL")
    env = {key: value for key, value in os.environ.items() if key not in unset}
    env |= {"VOICE_BOOTSTRAP": "0", "PIDS": str(root / "pids")}

    def start(*, until: str | None = WELCOME, **more: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            bound_to_us([sys.executable, root / "manage.py", "up", "--port", port]),
            cwd="/",
            env={**env, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        if until is not None:
            lines = []
            for line in process.stdout:
                lines.append(line)
                if until in line:
                    return process
            pytest.fail("`up` ended early:\n" + "".join(lines))
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def organizations(root: Path) -> list[str]:
    with psycopg.connect(read_env_file(root / ".local" / "env")["DATABASE_URL"]) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM core_organization")]


def all_four(root: Path) -> list[int]:
    """The process ids of simulator, web, worker and beat, once the slowest has said its own."""
    assert eventually(lambda: len(numbers(root / "pids")) == 4, 20)
    return numbers(root / "pids")


def server_pids(root: Path) -> list[int]:
    """PostgreSQL and Valkey, found by their working folders."""
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and str(_folder_of(process)).startswith(str(root / ".local"))
    ]


def _folder_of(process: Path) -> Path | None:
    try:
        return (process / "cwd").resolve()
    except OSError:
        return None


def test_it_starts_everything_keeps_the_data_and_stops_within_five_seconds(up: Up, root: Path, port: int) -> None:
    first = up()
    pids = all_four(root)
    assert organizations(root) == ["Demo"]
    secrets = (root / ".local" / "secrets.json").read_text()
    started = time.monotonic()
    first.send_signal(signal.SIGTERM)
    assert first.wait(6) == 0
    assert time.monotonic() - started < 5
    assert [pid for pid in [*pids, *server_pids(root)] if is_alive(pid)] == []
    up()
    assert organizations(root) == ["Demo"]
    assert (root / ".local" / "secrets.json").read_text() == secrets


def test_a_second_one_in_the_same_folder_explains_that_one_is_running(up: Up, root: Path, port: int) -> None:
    first = up()
    second = up(until=None)
    output, _ = second.communicate(timeout=60)
    assert output == (f"`up` is already running in this folder: process {first.pid}, http://127.0.0.1:{port}.\n")
    assert (second.returncode, first.poll()) == (1, None)


def test_a_taken_port_is_said_before_anything_starts(up: Up, root: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        process = up(until=None)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {port} is taken by another program: choose another with --port." in output
    assert not (root / ".local" / "postgres").exists()


def test_a_dead_worker_is_named_and_everything_stops(up: Up, root: Path) -> None:
    process = up(until=None, BREAKS="worker")
    output, _ = process.communicate(timeout=90)
    assert process.returncode == 1
    assert "worker ended on its own (exit code 1). Its last lines:" in output
    assert "the worker's reason" in output
    assert server_pids(root) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_killed_outright_it_leaves_no_orphan_and_starts_again(up: Up, root: Path) -> None:
    first = up()
    pids = [*all_four(root), *server_pids(root)]
    assert len(pids) >= 6
    first.kill()
    first.wait(5)
    assert eventually(lambda: not any(map(is_alive, pids)), 5), "an orphan is left"
    up()
    assert organizations(root) == ["Demo"]


def test_other_terminals_share_the_configuration(up: Up, root: Path) -> None:
    up()
    env = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "SECRET_KEY")}
    env |= {"VOICE_BOOTSTRAP": "0"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    question = "from contactcenter.core.models import Organization as o; print(o.objects.count())"
    command = [sys.executable, str(root / "manage.py"), "shell", "--no-imports", "-c", question]
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (result.stdout, result.returncode) == ("1\n", 0)
