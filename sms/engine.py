"""The threads of a worker process that do the work on texts, woken by bells and, without any bell, by their own timers.

They live beside Celery's own threads in the same process (the worker runs `-P threads`), and go on while the broker is
frozen, wiped or gone: what is to be done stands in PostgreSQL.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from celery.signals import worker_init, worker_shutdown, worker_shutting_down
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import close_old_connections, connections
from django.utils import timezone

from contactcenter.core.environment_accounts import configure_if_given
from contactcenter.core.models import Heartbeat
from contactcenter.providers import registry
from sms import delivery, inbound, media_store, sending
from sms.sweep import sweep

logger = logging.getLogger(__name__)

SENDER, RECEIPTS, MEDIA, SWEEP, HEARTBEAT = "sender", "receipts", "media", "sweep", "heartbeat"
_HEARTBEAT_SECONDS = 3.0
_AFTER_FAILURE_SECONDS = 1.0
_FORGET_DEAD_AFTER = timedelta(hours=1)


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
        while not self.stopping.is_set():
            self.bell.clear()
            try:
                while self.work() and not self.stopping.is_set():
                    pass
            except DatabaseFailure as error:
                logger.warning("%s: the database failed (%s); trying again", self.name, type(error).__name__)
                self.stopping.wait(_AFTER_FAILURE_SECONDS)
            except Exception:
                logger.exception("%s: failed; trying again", self.name)
                self.stopping.wait(_AFTER_FAILURE_SECONDS)
            finally:
                close_old_connections()
            self.bell.wait(self.seconds)
        connections.close_all()


class Engine:
    """All loops of this process."""

    def __init__(self) -> None:
        self._warm: set[str] = set()
        self._in_flight = 0
        self._count_lock = threading.Lock()
        self._senders = ThreadPoolExecutor(settings.SENDER_CONCURRENCY, thread_name_prefix="sender")
        interval = settings.SWEEP_INTERVAL_SECONDS
        self.loops = {
            loop.name: loop
            for loop in (
                Loop(SENDER, self._dispatch, interval),
                Loop(RECEIPTS, self._receipts, interval),
                Loop(MEDIA, lambda: media_store.fetch_due() > 0, max(interval, 2.0)),
                Loop(SWEEP, self._sweep, interval),
                Loop(HEARTBEAT, self._beat, _HEARTBEAT_SECONDS),
            )
        }
        self._threads: list[threading.Thread] = []
        self._name = f"{socket.gethostname()}:{os.getpid()}"

    def start(self) -> None:
        """Start every loop, and load the SDKs beside them: Telnyx's costs seconds, and nothing else may wait for it."""
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
        self._senders.shutdown(wait=False, cancel_futures=True)
        while self._in_flight and time.monotonic() < deadline:
            time.sleep(0.02)
        Heartbeat.objects.filter(name=self._name).delete()
        connections.close_all()

    def _free_slots(self) -> int:
        with self._count_lock:
            return int(settings.SENDER_CONCURRENCY) - self._in_flight

    def _dispatch(self) -> bool:
        """Claim as many messages as there are free slots; each finished one rings for the next."""
        free, warm = self._free_slots(), sorted(self._warm)
        if free <= 0 or not warm:
            return False
        claims = sending.claim(free, providers=warm)
        for claimed in claims:
            with self._count_lock:
                self._in_flight += 1
            self._senders.submit(self._send, claimed)
        return len(claims) == free

    def _warm_up(self) -> None:
        """Load the SDKs. Texts of a provider are claimed only afterwards, so that no lease waits for an import."""
        for provider in registry.names():
            registry.get(provider).warm_up()
            self._warm.add(provider.value)
            self.loops[SENDER].bell.set()
        self.loops[HEARTBEAT].bell.set()

    def _send(self, claimed: sending.Claim) -> None:
        try:
            sending.send_claimed(claimed)
        except Exception:
            # Whatever stands in the table is the truth: the lease runs out and the reaper decides.
            logger.exception("sending failed", extra={"message_id": str(claimed.message_id)})
        finally:
            close_old_connections()
            with self._count_lock:
                self._in_flight -= 1
            self.loops[SENDER].bell.set()

    @staticmethod
    def _receipts() -> bool:
        return delivery.process_due() + inbound.process_due() > 0

    def _sweep(self) -> bool:
        swept = sweep()
        if swept and (swept.requeued or swept.released):
            self.loops[SENDER].bell.set()
        return False

    def _beat(self) -> bool:
        if len(self._warm) < len(registry.names()):  # A worker that cannot send yet is not there yet.
            return False
        now = timezone.now()
        Heartbeat.objects.update_or_create(name=self._name, defaults={"kind": "worker", "beat_at": now})
        Heartbeat.objects.filter(beat_at__lt=now - _FORGET_DEAD_AFTER).delete()
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
            except DatabaseFailure:
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
    # Before the broker is asked for anything: texts must flow even when it never answers.
    start()


@worker_shutting_down.connect
def _begin_to_stop(**_kwargs: object) -> None:
    # This runs inside a signal handler, where nothing may wait.
    _stopper.start()


@worker_shutdown.connect
def _finish_stopping(**_kwargs: object) -> None:
    if _stopper.ident is not None:
        _stopper.join()
