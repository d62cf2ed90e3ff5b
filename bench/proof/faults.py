"""Every fault as a generator: up to `yield` it is brought about, behind it it is over (or has been survived)."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.common import Installation
from bench.control.arm import ControlArm
from bench.proof.crew import Crew, libfaketime
from tests.stack import wait_until

_FROST_SECONDS = 1.5
_DOWN_SECONDS = 0.5
# How long a kill waits for somebody to be at work.
_BUSY_SECONDS = 1.0
_LEASES = "SELECT lease_token FROM sms_message WHERE lease_token IS NOT NULL"
_RECOVERED = "SELECT 1 FROM sms_message WHERE lease_token = ANY(%s::uuid[]) LIMIT 1"
_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """What faults act upon."""

    stack: Installation
    crew: Crew
    control: ControlArm
    lease: float


Act = Callable[[Scene], Iterator[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`target`: seconds within which all has to go on; `by`: how that is measured ("leases" or "next text")."""

    name: str
    act: Act
    by: str = ""
    target: float = 0.0


def _kill_worker(scene: Scene) -> Iterator[None]:
    """SIGKILL; the control arm's worker dies with its children. Over when no lease of that moment is left."""
    victim = scene.crew.victim()
    deadline = time.monotonic() + _BUSY_SECONDS
    while not (leases := [token for (token,) in scene.stack.query(_LEASES)]) and time.monotonic() < deadline:
        time.sleep(0.01)
    scene.crew.replace(victim)
    scene.control.kill_worker()
    yield
    wait_until(lambda: not scene.stack.query(_RECOVERED, leases), seconds=60, what="the end of a dead worker's leases")


def _kill_child(scene: Scene) -> Iterator[None]:
    """The product's workers run threads and have no children: there the whole worker dies instead."""
    scene.crew.replace(scene.crew.victim())
    scene.control.kill_child()
    yield


def _kill_web(scene: Scene) -> Iterator[None]:
    scene.crew.web.kill()
    yield
    scene.crew.replace_web()


def _kill_beat(scene: Scene) -> Iterator[None]:
    scene.crew.replace_beat()
    yield


def _kill_broker(scene: Scene) -> Iterator[None]:
    scene.stack.valkey.kill()
    yield
    time.sleep(_DOWN_SECONDS)
    scene.stack.valkey.start()


def _wipe_broker(scene: Scene) -> Iterator[None]:
    scene.stack.valkey_command("FLUSHALL")
    yield


def _freeze_broker(scene: Scene) -> Iterator[None]:
    with _stopped(scene.stack.valkey.pid or 0):
        yield
        time.sleep(_FROST_SECONDS)


def _crash_database(scene: Scene) -> Iterator[None]:
    scene.crew.crash_database()
    yield
    time.sleep(_DOWN_SECONDS)
    scene.crew.restart_database()


def _freeze_worker(scene: Scene) -> Iterator[None]:
    """SIGSTOP until its leases have certainly ended, so that it wakes up with work that is not its own any more."""
    with _stopped(scene.crew.victim().pid):
        yield
        time.sleep(scene.lease + 1.5)


def _cut_connections(scene: Scene) -> Iterator[None]:
    scene.stack.query(_CUT)
    yield


def _shift_clock(shift: str) -> Act:
    def act(scene: Scene) -> Iterator[None]:
        scene.crew.replace(scene.crew.victim(), shift=shift)
        yield

    return act


@contextmanager
def _stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def kinds(lease: float) -> list[Fault]:
    """All faults that this machine can bring about."""
    found = [
        Fault("kill a worker", _kill_worker, "leases", lease + 5),
        Fault("kill a child", _kill_child),
        Fault("kill the web server", _kill_web),
        Fault("kill beat", _kill_beat),
        Fault("kill the broker", _kill_broker, "next text", 10),
        Fault("wipe the broker", _wipe_broker, "next text", 10),
        Fault("freeze the broker", _freeze_broker, "next text", 10),
        Fault("crash PostgreSQL", _crash_database, "next text", 30),
        Fault("freeze a worker beyond its lease", _freeze_worker),
        Fault("cut all database connections", _cut_connections),
    ]
    if libfaketime():
        found += [Fault(f"a worker's clock {shift}", _shift_clock(shift)) for shift in ("+2h", "-2h")]
    return found
