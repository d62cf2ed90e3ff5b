"""A carrier simulator for tests of the application: the real program, in a thread, with its ground truth at hand."""

import json
import threading
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from contactcenter.simulator.accounts import DEMO_ACCOUNTS, AccountRegistry
from contactcenter.simulator.app import Simulator
from contactcenter.simulator.config import Config

NOT_DELIVERED = {"failed", "undelivered"}


class Carrier:
    """Talks to a simulator's control endpoints."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, name: str, order: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if order is None else json.dumps(order).encode()
        request = urllib.request.Request(f"{self.url}/_control/{name}", data)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.loads(answer.read()))

    def script(self, outcome: Any, **selector: Any) -> None:
        """Say what happens to texts: to one number (`to=`), an ending (`suffix=`), or to all."""
        self.control("script", {**selector, "outcome": outcome})

    def truth(self, **filters: Any) -> list[dict[str, Any]]:
        """Return every text that the carrier accepted, whatever it answered."""
        answer = self.control("messages?" + urllib.parse.urlencode({"limit": 100_000, **filters}))
        assert answer["forgotten"] == 0
        return list(answer["messages"])


def sent_twice(texts: Iterable[dict[str, Any]]) -> list[str]:
    """Return the bodies that the carrier took again without having reported the earlier text as not delivered.

    `texts` are the carrier's truth, oldest first. After such a report the other provider gets the text: a failover.
    """
    ends: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        ends[text["body"]].append(text["status"])
    return [body for body, statuses in ends.items() if not set(statuses[:-1]) <= NOT_DELIVERED]


@contextmanager
def running_carrier(*, public_base_url: str, speed: float = 1.0) -> Iterator[Carrier]:
    """Run a simulator on a free port of loopback."""
    config = Config(public_base_url=public_base_url, speed=speed, log_requests=False)
    app = Simulator(config, AccountRegistry(DEMO_ACCOUNTS))
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline, "the simulator did not start"
        threading.Event().wait(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Carrier(f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(5)
