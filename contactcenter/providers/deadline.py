"""An upper bound for one whole request.

`requests` and `httpx` bound each read, not their sum: a server that sends one byte every few seconds would
hold a sender for ever, beyond the lease of its message. Here a timer shuts the sockets down at the end; the
waiting read then fails like any lost connection, which is an ambiguous outcome.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_REPEAT_SECONDS = 0.1


class Deadline:
    """Counts from its creation. `fired` tells that the time ran out while the request was under way."""

    def __init__(self, seconds: float) -> None:
        self.fired = False
        self._ends = time.monotonic() + seconds
        self._done = threading.Event()
        self._sockets: list[Callable[[], socket.socket | None]] = []

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._ends

    def watch(self, current_socket: Callable[[], socket.socket | None]) -> None:
        """Also shut down what this callable returns at the end (the socket changes during TLS)."""
        self._sockets.append(current_socket)

    def finish(self) -> None:
        self._done.set()

    def run(self) -> None:
        if self._done.wait(max(0.0, self._ends - time.monotonic())):
            return
        self.fired = True
        # Repeated: in the middle of a TLS handshake there is no socket object that could be shut down.
        while True:
            for current_socket in list(self._sockets):
                _shut_down(current_socket())
            if self._done.wait(_REPEAT_SECONDS):
                return


def _shut_down(sock: socket.socket | None) -> None:
    if sock is None:
        return
    try:
        # Not SSLSocket.shutdown, which drops the TLS state another thread is reading with.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # closed already


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current() -> Deadline | None:
    """The deadline of the request this thread is making, if any."""
    return _current.get()


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """Bound everything inside to `seconds`."""
    limit = Deadline(seconds)
    token = _current.set(limit)
    threading.Thread(target=limit.run, name="provider-deadline", daemon=True).start()
    try:
        yield limit
    finally:
        limit.finish()
        _current.reset(token)
