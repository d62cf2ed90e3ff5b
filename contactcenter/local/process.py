"""Builds the command line of a child that dies with us, and stops one. Standard library only."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

LAUNCHER = Path(__file__).with_name("launch.py")


def bound_to_us(
    command: Sequence[object],
    *,
    death_signal: signal.Signals = signal.SIGKILL,
    account: str | None = None,
    keep_search: bool = False,
) -> list[str]:
    """The command line that runs `command` and signals it when this process ends (on Linux).

    It has to be started from the main thread: Linux watches the thread that forked, not the process.
    """
    head = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(death_signal))]
    return [*head, account or "-", "1" if keep_search else "0", *map(str, command)]


def start(
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in a session of its own: Ctrl-C reaches only us, and we decide the order."""
    return subprocess.Popen(
        arguments,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
    )


def send(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Signal a child that may be gone already."""
    if process.poll() is None:
        process.send_signal(number)


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill a child and what it started, at once; the group is looked up by the child's own session."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()


def wait(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Wait for a child to end; False when it still runs after that many seconds."""
    try:
        process.wait(timeout=max(0.0, seconds))
    except subprocess.TimeoutExpired:
        return False
    return True


def describe_exit(code: int) -> str:
    """An exit status in words: "exit code 1", "killed by SIGKILL"."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
