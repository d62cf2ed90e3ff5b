"""These tests start real processes and need neither Django nor the suite's database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contactcenter.local import paths
from contactcenter.local.process import bound_to_us

ROOT = paths.ROOT  # Tests may point `paths` elsewhere.
Spawn = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Spawn]:
    """Start a Python script of the test as a process of its own; killed at the end if it still runs."""
    running: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: object) -> "subprocess.Popen[str]":
        file = tmp_path / f"script_{len(running)}.py"
        file.write_text(script, encoding="utf-8")
        process = subprocess.Popen(
            bound_to_us([sys.executable, file, *arguments]),
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether something becomes true within that time; looks often, so that the usual case is quick."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def is_alive(pid: int) -> bool:
    """Whether a process exists and is more than a zombie that nobody has collected yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z" if stat.parent.parent.exists() else True
    except OSError:
        return False


def numbers(file: Path) -> list[int]:
    """The process ids that a test's children wrote into a file, one per line."""
    return [int(line) for line in file.read_text().split()] if file.exists() else []
