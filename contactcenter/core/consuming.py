"""Taking from the event bus: a durable queue of ours, a message acknowledged once what it asked for is committed.

What cannot be read, and what fails again and again, goes to a second queue (`<queue>.dead`) with its reason; nothing is
ever dropped, and nothing keeps the next one waiting for ever.
"""

import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from kombu import Connection, Consumer, Producer, Queue
from kombu.message import Message as BusMessage

from contactcenter.core import bus

logger = logging.getLogger(__name__)

Handle = Callable[[Any], None]

_DRAIN_SECONDS = 1.0
_MOST_FAILURES = 5
_PAUSE_SECONDS = 1.0
_BUS_PAUSES = (1.0, 2.0, 5.0, 10.0)


class Unreadable(Exception):
    """A message that no repeating makes better. Its text is a short reason without content."""


class _NotNow(Exception):
    """The message has to be tried again, a little later."""


class QueueReader:
    """Reads events of one type from one queue, one at a time. `handle` gets the decoded message.

    `handle` raises Unreadable for the queue of the dead; anything else it raises lets the message be tried again.
    """

    def __init__(self, *, queue: str, event_type: str, handle: Handle) -> None:
        self._queue = Queue(queue, exchange=bus.EXCHANGE, routing_key=bus.routing_key(event_type), durable=True)
        self._dead = Queue(f"{queue}.dead", durable=True)
        self._handle = handle
        self._connection: Connection | None = None
        self._failed: Counter[str] = Counter()
        self._bus_failures = 0
        self._resting_until = 0.0

    def read(self) -> bool:
        """Read what is there, for about a second; True to be called again at once. Never raises for the bus's sake."""
        if not settings.EVENT_BUS_URL or time.monotonic() < self._resting_until:
            return False
        try:
            connection = self._open()
            with suppress(TimeoutError):  # Nothing came.
                connection.drain_events(timeout=_DRAIN_SECONDS)
            if connection.supports_heartbeats:
                connection.heartbeat_check()
        except bus.FAILURES as error:
            self._give_up(error)
            return False
        self._bus_failures = 0
        return time.monotonic() >= self._resting_until

    def close(self) -> None:
        """Drop the connection; what was not acknowledged is delivered again."""
        if self._connection is not None:
            bus.drop(self._connection)
        self._connection = None

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = bus.connect()
            channel = self._connection.channel()
            self._dead(channel).declare()
            # One at a time: while a dead one is being confirmed no other may come in on this channel.
            consumer = Consumer(channel, queues=[self._queue], on_message=self._take, prefetch_count=1)
            consumer.consume()
        return self._connection

    def _take(self, message: BusMessage) -> None:
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        try:
            reason = self._handled(body)
        except _NotNow:
            message.requeue()
            self._resting_until = time.monotonic() + _PAUSE_SECONDS
            return
        if reason:
            self._bury(message, body, reason)
        message.ack()

    def _handled(self, body: bytes) -> str:
        """Handle a message; return why it has to be put aside, empty when all is done. Raises _NotNow."""
        fingerprint = sha256(body).hexdigest()
        reason = ""
        try:
            self._handle(_decode(body))
        except Unreadable as error:
            reason = str(error)
        except (OperationalError, InterfaceError) as error:
            logger.warning("the database is away; a message of the event bus waits")
            raise _NotNow from error
        except Exception as error:
            logger.exception("a message of the event bus could not be handled")
            self._failed[fingerprint] += 1
            if self._failed[fingerprint] < _MOST_FAILURES:
                raise _NotNow from error
            reason = "failed again and again"
        self._failed.pop(fingerprint, None)
        return reason

    def _bury(self, message: BusMessage, body: bytes, reason: str) -> None:
        logger.warning("a message of the event bus goes to %s: %s", self._dead.name, reason)
        Producer(message.channel).publish(
            body,
            routing_key=self._dead.name,
            content_type=message.content_type or "application/json",
            content_encoding="binary",
            headers={"x-reason": reason},
            delivery_mode=2,
            retry=False,
            confirm_timeout=bus.ANSWER_SECONDS,
        )

    def _give_up(self, error: Exception) -> None:
        self.close()
        self._resting_until = time.monotonic() + _BUS_PAUSES[min(self._bus_failures, len(_BUS_PAUSES) - 1)]
        self._bus_failures += 1
        if self._bus_failures == 1:
            logger.warning("the event bus gives no messages (%s); trying again", type(error).__name__)


def _decode(body: bytes) -> Any:
    try:
        content = json.loads(body)
    except ValueError as error:
        raise Unreadable("not JSON") from error
    if "\\u0000" in json.dumps(content):  # PostgreSQL stores no NUL.
        raise Unreadable("holds a NUL character")
    return content
