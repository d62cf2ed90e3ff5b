"""Taking from the bus: nothing lost, nothing for ever in the way."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from contactcenter.core import consuming
from contactcenter.core.consuming import QueueReader, Unreadable
from contactcenter.local.valkey import ValkeyServer
from tests.events.listening import dead, publish
from tests.stack import free_port, wait_until

QUEUE = "comms.sms.send_request"


@pytest.fixture(autouse=True)
def _impatient(settings: Any, bus_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EVENT_BUS_URL = bus_server.url
    monkeypatch.setattr(consuming, "_DRAIN_SECONDS", 0.05)
    monkeypatch.setattr(consuming, "_PAUSE_SECONDS", 0.0)


def read_until(true: Callable[[], bool], handle: Callable[[Any], None]) -> None:
    """Read with `handle` until it is true, and some time longer."""
    reader = QueueReader(queue=QUEUE, event_type="sms.send_request", handle=handle)
    try:
        wait_until(lambda: (reader.read(), true())[1], seconds=20, what="the reading of everything")
        for _ in range(3):
            reader.read()
    finally:
        reader.close()


def bind(bus_server: ValkeyServer) -> None:
    """Let the queue exist, so that what is published next goes somewhere."""
    read_until(lambda: True, lambda _message: None)


def test_each_message_is_handled_once(bus_server: ValkeyServer) -> None:
    bind(bus_server)
    handled: list[Any] = []
    for number in range(5):
        publish(bus_server.url, {"number": number})
    read_until(lambda: len(handled) == 5, handled.append)
    read_until(lambda: True, handled.append)
    assert [message["number"] for message in handled] == [0, 1, 2, 3, 4]


def test_what_cannot_be_read_is_put_aside_and_the_next_one_handled(bus_server: ValkeyServer) -> None:
    bind(bus_server)
    handled: list[Any] = []

    def handle(message: Any) -> None:
        if message == {}:
            raise Unreadable("empty")
        handled.append(message)

    for body in (b"{", b'{"a": "\\u0000"}', {}, {"good": 1}):
        publish(bus_server.url, body)
    read_until(lambda: handled == [{"good": 1}], handle)
    assert dead(bus_server.url) == [
        (b"{", "not JSON"),
        (b'{"a": "\\u0000"}', "holds a NUL character"),
        (b"{}", "empty"),
    ]


def test_a_message_that_only_ever_fails_does_not_stand_in_the_way(
    bus_server: ValkeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    bind(bus_server)
    handled: list[Any] = []

    def handle(message: Any) -> None:
        handled.append(message["name"])
        if message["name"] == "bad":
            raise ZeroDivisionError

    publish(bus_server.url, {"name": "bad"})
    publish(bus_server.url, {"name": "good"})
    with caplog.at_level(logging.CRITICAL, logger=consuming.__name__):
        read_until(lambda: "good" in handled and handled.count("bad") == 5, handle)
    assert dead(bus_server.url) == [(b'{"name": "bad"}', "failed again and again")]


def test_a_message_waits_for_the_database_however_long(bus_server: ValkeyServer) -> None:
    bind(bus_server)
    tries: list[Any] = []

    def handle(message: Any) -> None:
        tries.append(message)
        if len(tries) < 9:
            raise OperationalError

    publish(bus_server.url, {"name": "patient"})
    read_until(lambda: len(tries) == 9, handle)
    assert (len(tries), dead(bus_server.url)) == (9, [])


def test_a_reader_that_dies_leaves_the_message_to_the_next(bus_server: ValkeyServer) -> None:
    bind(bus_server)
    handled: list[Any] = []

    class Killed(BaseException):
        """Ends the reader in the middle of its work."""

    def die(_message: Any) -> None:
        raise Killed

    publish(bus_server.url, {"name": "left"})
    with pytest.raises(Killed):
        read_until(lambda: False, die)
    read_until(lambda: bool(handled), handled.append)
    assert handled == [{"name": "left"}]


def test_a_bus_that_is_away_is_nobodys_error(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.EVENT_BUS_URL = f"amqp://guest:guest@127.0.0.1:{free_port()}//"
    reader = QueueReader(queue=QUEUE, event_type="sms.send_request", handle=lambda _message: None)
    with caplog.at_level(logging.WARNING, logger=consuming.__name__):
        for _ in range(3):
            reader._resting_until = 0.0
            assert reader.read() is False
    assert len(caplog.records) == 1
