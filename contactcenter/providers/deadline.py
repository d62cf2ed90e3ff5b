"""An upper bound for one whole request.

`requests` and `httpx` bound each read, not their sum: a server that sends one byte every few seconds would
hold a sender for ever, beyond the lease of its message. Here a watchman shuts the sockets down at the end; the
waiting read then fails like any lost connection, which is an ambiguous outcome.
"""

import heapq
import itertools
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

logger = logging.getLogger(__name__)

_REPEAT_SECONDS = 0.1
# Most requests end long before: their places are cleared in lots.
_SHORTEST_SLEEP = 0.05


class Deadline:
    """Counts from its creation. `fired` tells that the time ran out while the request was under way."""

    def __init__(self, seconds: float) -> None:
        self.fired = False
        self.ends = time.monotonic() + seconds
        self.is_over = False
        self._sockets: list[Callable[[], socket.socket | None]] = []

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self.ends

    def watch(self, current_socket: Callable[[], socket.socket | None]) -> None:
        """Also shut down what this callable returns at the end (the socket changes during TLS)."""
        self._sockets.append(current_socket)

    def finish(self) -> None:
        self.is_over = True

    def strike(self) -> None:
        """Shut down whatever socket the request uses now."""
        self.fired = True
        for current_socket in list(self._sockets):
            _shut_down(current_socket())


class _Watchman:
    """One thread for the deadlines of all requests: to start one for each costs more than to send a text."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Deadline]] = []
        self._number = itertools.count()
        self._is_awake = False

    def add(self, limit: Deadline, at: float) -> None:
        """Look at `limit` at the monotonic time `at`."""
        with self._changed:
            heapq.heappush(self._due, (at, next(self._number), limit))
            if not self._is_awake:
                self._is_awake = True
                threading.Thread(target=self._watch, name="provider-deadlines", daemon=True).start()
            elif self._due[0][2] is limit:
                self._changed.notify()

    def _watch(self) -> None:
        while True:
            limit = self._next()
            if limit.is_over:
                continue
            try:
                limit.strike()
            except Exception:  # The others' deadlines have to be kept all the same.
                logger.exception("a request could not be cut off at its end; trying again")
            # Repeated: in the middle of a TLS handshake there is no socket object that could be shut down.
            self.add(limit, time.monotonic() + _REPEAT_SECONDS)

    def _next(self) -> Deadline:
        with self._changed:
            while not self._due or self._due[0][0] > time.monotonic():
                pause = max(_SHORTEST_SLEEP, self._due[0][0] - time.monotonic()) if self._due else None
                self._changed.wait(pause)
            return heapq.heappop(self._due)[2]


def _shut_down(sock: socket.socket | None) -> None:
    if sock is None:
        return
    try:
        # Not SSLSocket.shutdown, which drops the TLS state another thread is reading with.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # closed already


_watchman = _Watchman()


def _begin_anew() -> None:
    global _watchman
    _watchman = _Watchman()


# Threads do not follow into the child of a fork.
os.register_at_fork(after_in_child=_begin_anew)

_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current() -> Deadline | None:
    """The deadline of the request this thread is making, if any."""
    return _current.get()


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """Bound everything inside to `seconds`."""
    limit = Deadline(seconds)
    token = _current.set(limit)
    _watchman.add(limit, limit.ends)
    try:
        yield limit
    finally:
        limit.finish()
        _current.reset(token)
