"""Wake-ups and live events: hints that may be lost, sent by a thread so that no request ever waits for Valkey.

Nothing depends on a hint arriving: workers look at the table by a timer, browsers ask again every half minute.
"""

import json
import logging
import os
import threading
import time
from collections import deque
from typing import Any
from uuid import UUID

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

from contactcenter.core import logs, tallies, task_logs

logger = logging.getLogger(__name__)

LIVE_CHANNEL = "live"
_SOCKET_SECONDS = 1.0
_MOST_WAITING = 2000
# One wake-up serves everything that was due, so the same task is not asked for more often than this; the first of a
# burst goes out at once. Celery needs a millisecond for each, which a web process under load does not have.
_QUIET_SECONDS = 0.05


class Doorbell:
    """One daemon thread with a bounded queue; the oldest hints fall out first."""

    def __init__(self) -> None:
        self._pid = 0
        self._start_lock = threading.Lock()
        self.failures = 0
        self._reset()

    def _reset(self) -> None:
        self._waiting: deque[tuple[str, str, str]] = deque(maxlen=_MOST_WAITING)
        self._something = threading.Condition()
        self._quiet_until: dict[str, float] = {}
        # By task: the first request that asked for it, for the log.
        self._asked_by: dict[str, str] = {}
        self._missed: set[str] = set()
        self._client: redis.Redis | None = None

    def _ensure_thread(self) -> None:
        if self._pid == os.getpid():
            return
        with self._start_lock:
            if self._pid != os.getpid():  # A forked child has no thread of ours and must not use our socket.
                self._reset()
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="doorbell", daemon=True).start()

    def put(self, kind: str, target: str, content: str, *, asked_by: str = "") -> None:
        """Queue one hint and return at once. `asked_by`: the id of the request."""
        self._ensure_thread()
        with self._something:
            if asked_by:
                self._asked_by.setdefault(target, asked_by)
            if kind == "task" and (kind, target, content) in self._waiting:
                return
            self._waiting.append((kind, target, content))
            self._something.notify()

    def _run(self) -> None:
        while True:
            with self._something:
                while (hint := self._take_due()) is None:
                    self._something.wait(_QUIET_SECONDS if self._waiting else None)
            kind, target, content = hint
            try:
                self._deliver(kind, target, content)
            except Exception as error:  # noqa: BLE001 - a hint is allowed to fail; it is counted, and the timers go on
                self._give_up(kind, target, error)

    def _take_due(self) -> tuple[str, str, str] | None:
        now = time.monotonic()
        for position, (kind, target, _content) in enumerate(self._waiting):
            if kind == "live" or self._quiet_until.get(target, 0.0) <= now:
                hint = self._waiting[position]
                del self._waiting[position]
                return hint
        return None

    def _deliver(self, kind: str, target: str, content: str) -> None:
        if kind == "task":
            self._quiet_until[target] = time.monotonic() + _QUIET_SECONDS
            headers = task_logs.headers(self._asked_by.pop(target, ""))
            current_app.send_task(target, retry=False, ignore_result=True, expires=30, headers=headers)
            return
        client = self._connection()
        client.publish(f"{LIVE_CHANNEL}:{target}", content)
        while self._missed:
            org_id = next(iter(self._missed))
            client.publish(f"{LIVE_CHANNEL}:{org_id}", json.dumps({"event": "resync"}))
            self._missed.discard(org_id)

    def _connection(self) -> redis.Redis:
        if self._client is None:
            self._client = redis.Redis.from_url(
                settings.REDIS_URL,
                socket_timeout=_SOCKET_SECONDS,
                socket_connect_timeout=_SOCKET_SECONDS,
                retry=Retry(NoBackoff(), 0),  # The client's own repeats would make one second several.
            )
        return self._client

    def _give_up(self, kind: str, target: str, error: Exception) -> None:
        self.failures += 1
        tallies.HINTS_LOST.add()
        self._client = None
        with self._something:
            dropped = [entry for entry in self._waiting if entry[0] == "live"]
            self._waiting.clear()
        self._missed.update(org for _kind, org, _content in dropped)
        if kind == "live":
            self._missed.add(target)
        if self.failures == 1 or self.failures % 100 == 0:
            logger.warning("doorbell: Valkey did not answer (%s), %d times so far", type(error).__name__, self.failures)


_doorbell = Doorbell()


def wake(task: str) -> None:
    """Ask any worker, once the transaction has committed, to run `task` (its dotted name)."""
    asked_by = logs.request_id()
    transaction.on_commit(lambda: _doorbell.put("task", task, "", asked_by=asked_by))


def ring(org_id: UUID, event: str, **ids: Any) -> None:
    """Tell the organization's open pages, after the commit, that something changed: names and ids only."""
    content = json.dumps({"event": event, **{name: str(value) for name, value in ids.items()}})
    transaction.on_commit(lambda: _doorbell.put("live", str(org_id), content))
