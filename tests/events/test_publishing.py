"""From the outbox to the bus, with Valkey as the bus: in order, at least once, and without waiting for a dead one."""

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from kombu import Connection, Queue

from contactcenter.core import bus, events, leases, publishing
from contactcenter.core.ids import first_id_of, new_id
from contactcenter.core.models import Lease, OutboxEvent
from contactcenter.core.publishing import Publisher
from contactcenter.local.valkey import ValkeyServer
from tests.events.samples import problems_of, received_data
from tests.factories import Tenant
from tests.sms.api import browser, send
from tests.stack import free_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def publisher(bus_server: ValkeyServer, settings: Any) -> Iterator[Publisher]:
    settings.EVENT_BUS_URL = bus_server.url
    publisher = Publisher()
    yield publisher
    publisher.close()


@pytest.fixture
def listener(bus_server: ValkeyServer) -> Iterator["Listener"]:
    with Connection(bus_server.url) as connection:
        yield Listener(connection)


class Listener:
    """A queue that is bound to every event."""

    def __init__(self, connection: Connection) -> None:
        self.queue = Queue(f"test-{uuid4()}", exchange=bus.EXCHANGE, routing_key="comms.#")(connection.channel())
        self.queue.declare()

    def heard(self) -> list[dict[str, Any]]:
        """Return what has come, in its order, and check the messages around it."""
        found = []
        while message := self.queue.get(no_ack=True):
            envelope = json.loads(message.body)
            assert problems_of(envelope) == []
            assert message.content_type == "application/json"
            assert message.delivery_info["routing_key"] == f"comms.{envelope['type']}"
            assert message.properties["delivery_mode"] == 2
            found.append(envelope)
        return found


def record(tenant: Tenant, body: str, *, object_id: UUID | None = None) -> None:
    events.record(org_id=tenant.org.pk, type="sms.received", object_id=object_id or uuid4(), data=received_data(body))


def bodies(envelopes: list[dict[str, Any]]) -> list[str]:
    return [envelope["data"]["body"] for envelope in envelopes]


def waiting() -> int:
    return OutboxEvent.all_orgs.filter(published_at__isnull=True).count()


def test_events_are_published_in_their_order_and_once(aurora: Tenant, publisher: Publisher, listener: Listener) -> None:
    for number in range(5):
        record(aurora, str(number))
    assert publisher.publish_due() is True
    assert publisher.publish_due() is False
    heard = listener.heard()
    assert bodies(heard) == ["0", "1", "2", "3", "4"]
    first = OutboxEvent.all_orgs.order_by("position").first()
    assert heard[0] == events.envelope(first)
    assert waiting() == 0


def test_what_was_rolled_back_never_happened(aurora: Tenant, publisher: Publisher, listener: Listener) -> None:
    with transaction.atomic():
        record(aurora, "never")
        transaction.set_rollback(True)
    record(aurora, "happened")
    publisher.publish_due()
    assert bodies(listener.heard()) == ["happened"]


def test_events_of_one_object_are_numbered_in_the_order_of_their_transactions(aurora: Tenant) -> None:
    """The second writer waits for the first one's end, so that its number cannot become visible earlier."""
    object_id, second_is_done = uuid4(), threading.Event()

    def second() -> None:
        record(aurora, "second", object_id=object_id)
        second_is_done.set()
        connection.close()

    with transaction.atomic():
        record(aurora, "first", object_id=object_id)
        thread = threading.Thread(target=second)
        thread.start()
        record(aurora, "first again", object_id=object_id)
        assert not second_is_done.wait(0.5)
    thread.join(10)
    found = OutboxEvent.all_orgs.order_by("position").values_list("data__body", flat=True)
    assert list(found) == ["first", "first again", "second"]


def test_events_of_different_objects_do_not_wait_for_each_other(aurora: Tenant) -> None:
    def other() -> None:
        record(aurora, "other")
        connection.close()

    with transaction.atomic():
        record(aurora, "first")
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()


def test_one_process_publishes_at_a_time(aurora: Tenant, publisher: Publisher, listener: Listener) -> None:
    record(aurora, "a")
    held = leases.take("publish-events", seconds=60)
    assert held is not None
    assert publisher.publish_due() is False
    assert listener.heard() == []
    leases.give_back(held)
    assert publisher.publish_due() is True
    assert bodies(listener.heard()) == ["a"]


def test_the_lease_of_a_process_that_is_gone_ends(aurora: Tenant, publisher: Publisher, listener: Listener) -> None:
    record(aurora, "a")
    Lease.objects.create(name="publish-events", token=uuid4(), until=timezone.now() - timedelta(seconds=1))
    assert publisher.publish_due() is True
    assert bodies(listener.heard()) == ["a"]


def test_a_process_that_slept_through_its_lease_publishes_nothing_more(
    aurora: Tenant, publisher: Publisher, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(aurora, "a")
    monkeypatch.setattr(publishing, "_LEASE_SECONDS", publishing._FENCE_SECONDS - 1)
    assert publisher.publish_due() is False
    assert (listener.heard(), waiting()) == ([], 1)


@contextmanager
def frozen(server: ValkeyServer) -> Iterator[None]:
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


def test_a_frozen_bus_is_given_up_soon_and_gets_everything_later(
    aurora: Tenant, publisher: Publisher, listener: Listener, bus_server: ValkeyServer
) -> None:
    record(aurora, "before")
    publisher.publish_due()
    record(aurora, "meanwhile")
    with frozen(bus_server):
        started = time.monotonic()
        assert publisher.publish_due() is False
        assert time.monotonic() - started < publishing._FENCE_SECONDS
    assert waiting() == 1
    publisher._resting_until = 0.0
    assert publisher.publish_due() is True
    heard = bodies(listener.heard())
    # The frozen one may have got it as well: at least once.
    assert (heard[0], set(heard[1:])) == ("before", {"meanwhile"})


def test_a_bus_that_is_down_loses_nothing_holds_nobody_up_and_is_logged_once(
    aurora: Tenant, settings: Any, caplog: pytest.LogCaptureFixture, bus_server: ValkeyServer, listener: Listener
) -> None:
    settings.EVENT_BUS_URL = f"redis://127.0.0.1:{free_port()}/0"
    agent, publisher = browser(aurora.agent), Publisher()
    with caplog.at_level(logging.INFO, logger=publishing.__name__):
        for number in range(3):
            record(aurora, str(number))
            publisher._resting_until = 0.0
            assert publisher.publish_due() is False
        started = time.monotonic()
        assert send(agent).status_code == 201
        assert time.monotonic() - started < 2
        assert Client().get("/health").json()["checks"]["database"] == "ok"
        settings.EVENT_BUS_URL = bus_server.url
        assert publisher.publish_due() is False  # It rests: three failures are five seconds.
        publisher._resting_until = 0.0
        assert publisher.publish_due() is True
    publisher.close()
    assert bodies(listener.heard()) == ["0", "1", "2"]
    told = [record.levelname for record in caplog.records if record.name == publishing.__name__]
    assert told == ["WARNING", "INFO"]


def test_without_a_bus_events_are_only_kept(aurora: Tenant, settings: Any) -> None:
    settings.EVENT_BUS_URL = ""
    record(aurora, "kept")
    assert Publisher().publish_due() is False
    assert waiting() == 1


def test_the_outbox_command_tells_what_waits(aurora: Tenant) -> None:
    record(aurora, "a")
    out = StringIO()
    call_command("outbox", stdout=out)
    assert [line.split(":")[0] for line in out.getvalue().splitlines()] == ["event bus", "unpublished", "oldest waits"]
    assert "unpublished:  1" in out.getvalue()


@pytest.mark.parametrize(("url", "left"), [("", ["new"]), ("redis://127.0.0.1:1/0", ["old waiting", "new"])])
def test_old_events_go_and_unpublished_ones_stay_while_there_is_a_bus(
    aurora: Tenant, settings: Any, url: str, left: list[str]
) -> None:
    settings.EVENT_BUS_URL = url
    old = timezone.now() - timedelta(days=31)
    for body, moment, published in [
        ("old", old, old),
        ("old waiting", old, None),
        ("new", timezone.now(), timezone.now()),
    ]:
        OutboxEvent.all_orgs.create(
            id=UUID(int=first_id_of(moment).int + new_id().int % 1000),
            organization=aurora.org,
            type="sms.received",
            object_id=uuid4(),
            data=received_data(body),
            published_at=published,
        )
    assert publishing.forget_old() == 3 - len(left)
    found = OutboxEvent.all_orgs.order_by("position").values_list("data__body", flat=True)
    assert list(found) == left
    assert publishing.forget_old() == 0
