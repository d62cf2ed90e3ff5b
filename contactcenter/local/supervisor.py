"""Runs processes side by side in the foreground: start, watch, and stop them within a fixed time.

Everything happens in the main thread, except for passing on what the processes print.
"""

import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn, Protocol

from contactcenter.local import process
from contactcenter.local.output import Terminal

# Everything is gone within five seconds; the servers come last and have the rest of the time.
STOP_SECONDS = 4.2
SERVERS_SECONDS = 0.8
LEAST_SECONDS = 0.3
LAST_LINES = 15
TICK_SECONDS = 0.05


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or sent TERM or HUP."""


class ChildEnded(Exception):
    """A process ended that should have gone on; the message names it and repeats its last lines."""


class Server(Protocol):
    """A local server that was started by somebody else and is stopped last."""

    @property
    def name(self) -> str: ...
    @property
    def pid(self) -> int | None: ...
    def stop(self, seconds: float = ...) -> None: ...
    def kill(self) -> None: ...
    def last_words(self) -> str: ...


class Child:
    """One process with its prefixed output."""

    def __init__(self, name: str, running: "subprocess.Popen[bytes]", terminal: Terminal) -> None:
        self.name = name
        self.process = running
        self.lines: deque[str] = deque(maxlen=LAST_LINES)
        self._terminal = terminal
        self._reader = threading.Thread(target=self._pass_on, name=f"output of {name}", daemon=True)
        self._reader.start()

    def last_words(self) -> str:
        """Its last lines, complete when it has ended."""
        self._reader.join(timeout=1)
        return "\n".join(self.lines) or "(it said nothing)"

    def _pass_on(self) -> None:
        assert self.process.stdout is not None
        for raw in self.process.stdout:
            text = raw.decode(errors="replace").rstrip()
            self.lines.append(text)
            self._terminal.line(self.name, text)


class Supervisor:
    """Keeps the processes of one `up`."""

    def __init__(self, terminal: Terminal, *, cwd: Path) -> None:
        self.terminal = terminal
        self.children: list[Child] = []
        self.servers: list[Server] = []
        self._cwd = cwd
        self._stopping = False
        self._at_once = False

    def listen_for_signals(self) -> None:
        """From now on Ctrl-C, TERM and HUP raise StopRequested; one more during the stop kills at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._stopping:
            self._at_once = True
            return
        self._stopping = True
        raise StopRequested(signal.Signals(number).name)

    def start(self, name: str, command: Sequence[object], env: Mapping[str, str]) -> Child:
        """Start one process that ends when we do."""
        arguments = process.bound_to_us(command)
        env = {**env, "PYTHONUNBUFFERED": "1"}
        running = process.start(arguments, cwd=self._cwd, env=env, output=subprocess.PIPE)
        child = Child(name, running, self.terminal)
        self.children.append(child)
        return child

    def run(self, name: str, command: Sequence[object], env: Mapping[str, str]) -> None:
        """Run one process to its end. Raises ChildEnded when it fails."""
        child = self.start(name, command, env)
        code = child.process.wait()
        self.children.remove(child)
        if code != 0:
            _raise_ended(f"{name} failed", code, child.last_words())

    def check(self) -> None:
        """Raise ChildEnded when one has ended on its own."""
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                _raise_ended(f"{child.name} ended on its own", code, child.last_words())
        for server in self.servers:
            if server.pid is None:
                raise ChildEnded(f"{server.name} ended on its own. Its last lines:\n{server.last_words()}")

    def watch(self) -> NoReturn:
        """Wait until a process ends (ChildEnded) or somebody wants a stop (StopRequested)."""
        while True:
            self.check()
            time.sleep(TICK_SECONDS * 2)

    def stop(self) -> None:
        """Stop everything in time, last started first: the processes together, then the servers."""
        self._stopping = True
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            process.send(child.process, signal.SIGTERM)
        if not self._wait_for_children(deadline - SERVERS_SECONDS):
            for child in reversed(self.children):
                if child.process.poll() is None:
                    self.terminal.line("up", f"{child.name} did not stop in time: killed.")
                process.kill_group(child.process)
            self._wait_for_children(time.monotonic() + LEAST_SECONDS)
        for server in reversed(self.servers):
            if self._at_once:
                server.kill()
            server.stop(max(LEAST_SECONDS, deadline - time.monotonic()))

    def _wait_for_children(self, deadline: float) -> bool:
        while any(child.process.poll() is None for child in self.children):
            if self._at_once or time.monotonic() > deadline:
                return False
            time.sleep(TICK_SECONDS)
        return True


def _raise_ended(what: str, code: int, last_words: str) -> NoReturn:
    how = process.describe_exit(code)
    raise ChildEnded(f"{what} ({how}). Its last lines:\n{last_words}")
