"""A consumer as somebody else would write it: a durable queue bound to every event, whatever becomes of the broker."""

import json
import threading
from contextlib import suppress
from typing import Any

from amqp.exceptions import AMQPError
from kombu import Connection, Consumer, Exchange, Queue
from redis import RedisError

from contactcenter.core import bus

FAILURES = (OSError, AMQPError, RedisError)


class Listener:
    """Hears `comms.#` in a thread until `stop`; an event is acknowledged after it is noted."""

    def __init__(self, url: str) -> None:
        self.heard: list[dict[str, Any]] = []
        self._url = url
        self._stopping = threading.Event()
        self._queue = Queue("listener", exchange=Exchange("ocelot.events", type="topic"), routing_key="comms.#")
        with Connection(url) as connection:
            self._queue(connection.channel()).declare()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(10)

    def of(self, event_type: str) -> list[dict[str, Any]]:
        """Return the data of every event of a type, each event once."""
        return [event["data"] for event in self.once() if event["type"] == event_type]

    def once(self) -> list[dict[str, Any]]:
        """Return every event once, as it was heard first: "at least once" may mean twice."""
        return list({event["id"]: event for event in reversed(self.heard)}.values())[::-1]

    def _listen(self) -> None:
        while not self._stopping.is_set():
            with (
                suppress(*FAILURES),
                Connection(self._url, connect_timeout=1) as connection,
                Consumer(connection.channel(), [self._queue], on_message=self._note, prefetch_count=50),
            ):
                while not self._stopping.is_set():
                    with suppress(TimeoutError):
                        connection.drain_events(timeout=0.2)
            self._stopping.wait(0.2)

    def _note(self, message: Any) -> None:
        with suppress(ValueError):
            event = json.loads(message.body)
            if event.get("source") == "communications":  # What a test publishes itself comes by as well.
                assert message.delivery_info["routing_key"] == f"comms.{event['type']}"
                self.heard.append(event)
        message.ack()


def publish(url: str, envelope: Any) -> None:
    """Publish as another module of the platform."""
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    with Connection(url) as connection:
        producer = connection.Producer(exchange=bus.EXCHANGE)
        producer.publish(
            body,
            routing_key="comms.sms.send_request",
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
        )


def dead(url: str) -> list[tuple[bytes, str]]:
    """Return (body, reason) of what was put aside."""
    with Connection(url) as connection:
        queue = Queue("comms.sms.send_request.dead", durable=True)(connection.channel())
        queue.declare()
        found = []
        while message := queue.get(no_ack=True):
            body = message.body if isinstance(message.body, bytes) else message.body.encode()
            found.append((body, message.headers["x-reason"]))
        return found
