"""Telling the outside what stands in the outbox: at least once, and in order per object.

One process at a time publishes (a lease), the oldest first, and never goes past an event that the bus did not take. No
transaction is open while the network is used. An event is marked after the bus has confirmed it, so what dies in
between publishes it once more, under the same id.
"""

import logging
import time
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now
from kombu import Connection, Producer

from contactcenter.core import bus, clock, leases
from contactcenter.core.events import envelope
from contactcenter.core.ids import first_id_of
from contactcenter.core.models import OutboxEvent

logger = logging.getLogger(__name__)

_LEASE = "publish-events"
_LEASE_SECONDS = 20.0
# The most that one event may take; with less than that left of the lease, another process may already be at it.
_FENCE_SECONDS = bus.CONNECT_SECONDS + 3 * bus.ANSWER_SECONDS
_BATCH = 200
# Seconds after the n-th failure in a row.
_PAUSES = (1.0, 2.0, 5.0, 10.0, 15.0)
# A connection that nobody uses would have to answer heartbeats; a new one costs milliseconds.
_IDLE_SECONDS = 10.0
_FORGET_BATCH = 1000


class Publisher:
    """The publisher of this process: its connection, and its patience."""

    def __init__(self) -> None:
        self._producer: Producer | None = None
        self._connection: Connection | None = None
        self._used = 0.0
        self._failures = 0
        self._resting_until = 0.0

    def publish_due(self) -> bool:
        """Publish what is due; True when there may be more at once. Never raises for the bus's sake."""
        if not settings.EVENT_BUS_URL or time.monotonic() < self._resting_until:
            return False
        if not OutboxEvent.all_orgs.filter(published_at__isnull=True).exists():
            self._close_idle()
            return False
        held = leases.take(_LEASE, seconds=_LEASE_SECONDS)
        if held is None:
            return False
        try:
            return self._publish_batch(held)
        finally:
            leases.give_back(held)

    def close(self) -> None:
        """Drop the connection."""
        if self._connection is not None:
            bus.drop(self._connection)
        self._connection = self._producer = None

    def _publish_batch(self, held: leases.Held) -> bool:
        due = list(OutboxEvent.all_orgs.filter(published_at__isnull=True).order_by("position")[:_BATCH])
        published: list[UUID] = []
        try:
            producer = self._open()
            for event in due:
                if not held.has(_FENCE_SECONDS):
                    break
                _publish(producer, event)
                published.append(event.pk)
        except bus.FAILURES as error:
            self._give_up(error)
            return False
        finally:
            OutboxEvent.all_orgs.filter(pk__in=published).update(published_at=Now())
        self._succeed()
        return bool(published)

    def _open(self) -> Producer:
        if self._producer is None:
            self._connection = connection = bus.connect()
            channel = connection.channel()
            bus.EXCHANGE(channel).declare()
            self._producer = Producer(channel, exchange=bus.EXCHANGE, serializer="json", auto_declare=False)
        return self._producer

    def _succeed(self) -> None:
        self._used = time.monotonic()
        if self._failures:
            logger.info("the event bus takes events again, after %d failures", self._failures)
        self._failures = 0

    def _give_up(self, error: Exception) -> None:
        self.close()
        self._resting_until = time.monotonic() + _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        self._failures += 1
        if self._failures == 1:  # Once, however long it lasts; `manage.py outbox` tells how much waits.
            logger.warning("the event bus does not take events (%s); they wait", type(error).__name__)

    def _close_idle(self) -> None:
        if self._connection is not None and time.monotonic() - self._used > _IDLE_SECONDS:
            self.close()


def _publish(producer: Producer, event: OutboxEvent) -> None:
    producer.publish(
        envelope(event),
        routing_key=bus.routing_key(event.type),
        delivery_mode=2,
        message_id=str(event.pk),
        type=event.type,
        mandatory=False,  # Events that nobody has bound to are nobody's.
        retry=False,
        confirm_timeout=bus.ANSWER_SECONDS,
    )


def forget_old() -> int:
    """Remove a batch of events older than EVENT_RETENTION_DAYS; return how many.

    Unpublished ones stay while there is a bus that may still get them.
    """
    before = clock.now() - timedelta(days=settings.EVENT_RETENTION_DAYS)
    # Ids are in the order of their time, so the primary key finds the oldest ones.
    old = OutboxEvent.all_orgs.filter(pk__lt=first_id_of(before))
    if settings.EVENT_BUS_URL:
        old = old.filter(published_at__isnull=False)
    some = list(old.order_by("pk").values_list("pk", flat=True)[:_FORGET_BATCH])
    OutboxEvent.all_orgs.filter(pk__in=some).delete()
    return len(some)
