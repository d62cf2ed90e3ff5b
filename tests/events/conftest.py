"""A Valkey that is the event bus, beside the one that is the broker."""

from collections.abc import Iterator

import pytest

from contactcenter.local.valkey import ValkeyServer


@pytest.fixture(scope="module")
def bus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    server = ValkeyServer(tmp_path_factory.mktemp("bus"), durable=False)
    server.start()
    yield server
    server.stop()
