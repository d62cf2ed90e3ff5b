"""The threads of a worker process that do the work, woken by bells and, without any bell, by their own timers.

They live beside Celery's own threads in the same process (the worker runs `-P threads`), and go on while the broker is
frozen, wiped or gone: what is to be done stands in PostgreSQL. Every app brings its crew of loops.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

from celery.signals import worker_init, worker_shutdown, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connections
from django.db.models.functions import Now

from contactcenter.core import clock, collector, logs, pulse
from contactcenter.core.ended_logins import forget_ended_logins
from contactcenter.core.environment_accounts import configure_if_given
from contactcenter.core.models import Heartbeat

logger = logging.getLogger(__name__)

HEARTBEAT, HOUSEKEEPING = "heartbeat", "housekeeping"
_HEARTBEAT_SECONDS = 3.0
_HOUSEKEEPING_SECONDS = 300.0
_AFTER_FAILURE_SECONDS = 1.0
# A loop that rests as long as this holds no connection to PostgreSQL meanwhile: it costs some milliseconds to make, and
# every worker has a dozen of these loops.
_LONG_REST_SECONDS = 5.0
_BATCHES = 8
_FORGET_DEAD_AFTER = timedelta(hours=1)
T = TypeVar("T")


@dataclass
class Loop:
    """One thread that calls `work` whenever its bell rings and at the latest every `seconds`.

    `work` returns True when there may be more to do at once.
    """

    name: str
    work: Callable[[], bool]
    seconds: float
    bell: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Work until `stopping` is set; a failure is logged and tried again after a second."""
        logs.begin(loop=self.name)
        while not self.stopping.is_set():
            self.bell.clear()
            try:
                while self.work() and not self.stopping.is_set():
                    pass
            except (OperationalError, InterfaceError) as error:
                logger.warning("%s: the database failed (%s); trying again", self.name, type(error).__name__)
                self.stopping.wait(_AFTER_FAILURE_SECONDS)
            except Exception:
                logger.exception("%s: failed; trying again", self.name)
                self.stopping.wait(_AFTER_FAILURE_SECONDS)
            finally:
                _let_go(keep=self.seconds < _LONG_REST_SECONDS)
            self.bell.wait(self.seconds)
        connections.close_all()


class Dispatcher(Generic[T]):
    """A pool of threads that takes as much work as it has free slots, so that no claim ever waits in memory.

    `claim(free)` takes up to `free` pieces of work from the table, `run` does one. `keeps_connections`: work is so
    frequent that each thread keeps its connection to PostgreSQL for the next piece.
    """

    def __init__(
        self,
        name: str,
        size: int,
        *,
        claim: Callable[[int], Sequence[T]],
        run: Callable[[T], None],
        keeps_connections: bool = False,
    ) -> None:
        self.loop = Loop(name, self._dispatch, settings.SWEEP_INTERVAL_SECONDS)
        self.in_flight = 0
        self._size = size
        # Nearly full, several finished pieces are followed by one claim: it costs the same for one and for many.
        self._batch = max(1, size // _BATCHES)
        self._claim = claim
        self._run = run
        self._keeps_connections = keeps_connections
        self._count_lock = threading.Lock()
        self._pool = ThreadPoolExecutor(size, thread_name_prefix=name)

    def stop(self) -> None:
        """Take nothing new; what is under way goes on."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _dispatch(self) -> bool:
        """Claim as many as there are free slots; those that finish ring for the next."""
        with self._count_lock:
            free = self._size - self.in_flight
        if free <= 0:
            return False
        claims = self._claim(free)
        for claimed in claims:
            with self._count_lock:
                self.in_flight += 1
            self._pool.submit(self._work, claimed)
        return len(claims) == free

    def _work(self, claimed: T) -> None:
        logs.begin(loop=self.loop.name)
        try:
            self._run(claimed)
        except Exception:
            # Whatever stands in the table is the truth: the lease runs out and the reaper decides.
            logger.exception("%s: one piece of work failed", self.loop.name)
        finally:
            _let_go(keep=self._keeps_connections)
            with self._count_lock:
                self.in_flight -= 1
                free = self._size - self.in_flight
            if free >= self._batch:
                self.loop.bell.set()


def _let_go(*, keep: bool) -> None:
    """Close this thread's connections to PostgreSQL, or only those that are broken or too old to be kept."""
    if keep:
        close_old_connections()
    else:
        connections.close_all()


@dataclass
class Crew:
    """What one app brings: loops, pools of threads, and what has to be loaded before it is of use."""

    loops: list[Loop] = field(default_factory=list)
    dispatchers: list[Dispatcher[Any]] = field(default_factory=list)
    warm_up: Callable[[], None] | None = None
    is_ready: bool = False

    @property
    def all_loops(self) -> list[Loop]:
        return [*self.loops, *(dispatcher.loop for dispatcher in self.dispatchers)]

    def get_ready(self) -> None:
        """Load what takes seconds (a provider's SDK), beside the work."""
        if self.warm_up is not None:
            self.warm_up()
        self.is_ready = True


_crews: dict[str, Callable[[], Crew]] = {}


def register(name: str, crew: Callable[[], Crew]) -> None:
    """Let every engine of this process have the crew `name`, made by `crew` when the engine starts."""
    _crews[name] = crew


class Engine:
    """All crews of this process."""

    def __init__(self) -> None:
        self._crews = [make() for make in _crews.values()]
        own = [
            Loop(HEARTBEAT, self._beat, _HEARTBEAT_SECONDS),
            Loop(HOUSEKEEPING, self._keep_house, _HOUSEKEEPING_SECONDS),
        ]
        self.loops = {loop.name: loop for loops in (*(crew.all_loops for crew in self._crews), own) for loop in loops}
        self._threads: list[threading.Thread] = []
        self._name = f"{socket.gethostname()}:{os.getpid()}"

    def start(self) -> None:
        """Start every loop, and load the SDKs beside them: Telnyx's costs seconds, and nothing else may wait for it."""
        with suppress(DatabaseError):  # Away just now: the first heartbeat compares the clocks.
            clock.compare()
        connections.close_all()  # The loops have their own, and whoever starts us may need none again.
        threading.Thread(target=self._warm_up, name="engine-warm-up", daemon=True).start()
        for loop in self.loops.values():
            thread = threading.Thread(target=loop.run, name=f"engine-{loop.name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, *, grace: float) -> None:
        """Take nothing new and wait up to `grace` seconds for what is on the wire; the reaper answers for the rest."""
        deadline = time.monotonic() + grace
        for loop in self.loops.values():
            loop.stopping.set()
            loop.bell.set()
        dispatchers = [dispatcher for crew in self._crews for dispatcher in crew.dispatchers]
        for dispatcher in dispatchers:
            dispatcher.stop()
        while any(dispatcher.in_flight for dispatcher in dispatchers) and time.monotonic() < deadline:
            time.sleep(0.02)
        Heartbeat.objects.filter(name=self._name).delete()
        pulse.write()
        connections.close_all()

    def _warm_up(self) -> None:
        for crew in self._crews:
            crew.get_ready()
        collector.spare_what_is_loaded()
        self.loops[HEARTBEAT].bell.set()

    def _beat(self) -> bool:
        clock.compare()
        if not all(crew.is_ready for crew in self._crews):  # A worker that cannot send yet is not there yet.
            return False
        # By the database's clock: this host's may be wrong by hours, and would call the others dead.
        Heartbeat.objects.update_or_create(name=self._name, defaults={"kind": "worker", "beat_at": Now()})
        Heartbeat.objects.filter(kind="worker", beat_at__lt=Now() - _FORGET_DEAD_AFTER).delete()
        return False

    @staticmethod
    def _keep_house() -> bool:
        forget_ended_logins(clock.now())
        return False


_engine: Engine | None = None
_lock = threading.Lock()


def ring(name: str) -> None:
    """Wake one loop of this process's engine (started now if this worker has none yet)."""
    start().loops[name].bell.set()


def start() -> Engine:
    """Return the engine of this process, running."""
    global _engine
    with _lock:
        if _engine is None:
            try:
                configure_if_given()
            except (OperationalError, InterfaceError):
                logger.warning("the database is away; the environment's accounts wait for the next start")
            _engine = Engine()
            _engine.start()
        return _engine


def stop(*, grace: float) -> None:
    """Stop the engine of this process, if it runs."""
    global _engine
    with _lock:
        running, _engine = _engine, None
    if running is not None:
        running.stop(grace=grace)


_stopper = threading.Thread(
    target=lambda: stop(grace=settings.SHUTDOWN_GRACE_SECONDS), name="engine-stopper", daemon=True
)


@worker_init.connect
def _start_with_the_worker(**_kwargs: object) -> None:
    # Before the broker is asked for anything: work must flow even when it never answers.
    start()


@worker_shutting_down.connect
def _begin_to_stop(**_kwargs: object) -> None:
    # This runs inside a signal handler, where nothing may wait.
    _stopper.start()


@worker_shutdown.connect
def _finish_stopping(**_kwargs: object) -> None:
    if _stopper.ident is not None:
        _stopper.join()
