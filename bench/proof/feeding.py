"""Texts in both directions, through the front door: clients of the API, and customers who write to us."""

import http.client
import json
import queue
import threading
import urllib.request
from dataclasses import dataclass, field

from bench.common import PASSWORD, Installation
from bench.control.arm import MARK, ControlArm
from tests.stack import wait_until

CLIENTS = 4
_AGAIN_SECONDS = 0.3
# The demo's customers have numbers below, and one of them does not want texts.
_FIRST = 1000
_SENDERS = """
SELECT o.slug, p.address FROM core_phonenumber AS p JOIN core_organization AS o ON o.id = p.organization_id
WHERE p.is_active ORDER BY p.address
"""
_AGAIN = {409, 429, 500, 502, 503, 504}


@dataclass
class Feed:
    """Gives texts to the product and to the control arm when it is told to, and knows which ones were accepted."""

    stack: Installation
    control: ControlArm
    accepted: set[str] = field(default_factory=set)
    refused: dict[str, int] = field(default_factory=dict)
    given: int = 0
    inbound: int = 0

    def __post_init__(self) -> None:
        self._orders: queue.SimpleQueue[tuple[int, str, str, str] | None] = queue.SimpleQueue()
        self._control_orders: queue.SimpleQueue[tuple[str, str] | None] = queue.SimpleQueue()
        self._senders = self.stack.query(_SENDERS)
        slugs = {slug for slug, _address in self._senders}
        self._tokens = {
            slug: wait_until(lambda slug=slug: self._log_in(slug), seconds=120, what="a log-in") for slug in slugs
        }
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CLIENTS)]
        self._threads.append(threading.Thread(target=self._work_for_control, daemon=True))
        for thread in self._threads:
            thread.start()

    def _log_in(self, slug: str) -> str:
        """Return an access token; empty while the server does not answer, for it has only just started."""
        body = json.dumps({"email": f"agent@{slug}.example", "password": PASSWORD}).encode()
        request = urllib.request.Request(f"{self.stack.url}/api/auth/login", body, {"Content-Type": "application/json"})
        try:
            return str(json.load(urllib.request.urlopen(request, timeout=20))["access_token"])
        except OSError:
            return ""

    def give(self, count: int) -> None:
        """Let the clients send `count` more texts, and a customer write for every fourth of them."""
        for _ in range(count):
            number, self.given = self.given, self.given + 1
            slug, sender = self._senders[number % len(self._senders)]
            to = f"+1202555{(_FIRST + number) % 10_000:04d}"
            self._orders.put((number, slug, sender, to))
            self._control_orders.put((to, f"{MARK} {number}"))
            if number % 4 == 0:
                order = {"from": f"+1202556{number % 10_000:04d}", "to": sender, "body": f"inbound {number}"}
                self.stack.carrier.control("inbound", order)
                self.inbound += 1

    def finish(self) -> None:
        """Wait until every text was answered."""
        for _ in self._threads[:-1]:
            self._orders.put(None)
        self._control_orders.put(None)
        for thread in self._threads:
            thread.join(300)
            assert not thread.is_alive(), "a client never got an answer"

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            number, slug, sender, to = order
            self._send(f"proof {number}", slug, {"to_number": to, "from_number": sender, "body": f"proof {number}"})

    def _send(self, key: str, slug: str, text: dict[str, str]) -> None:
        """POST until there is an answer that counts, with the same key: what a careful client does."""
        headers = {
            "Authorization": f"Bearer {self._tokens[slug]}",
            "Content-Type": "application/json",
            "Idempotency-Key": key.replace(" ", "-"),
        }
        while True:
            status = self._post(json.dumps(text), headers)
            if status in (201, 202):
                self.accepted.add(key)
                return
            if status and status not in _AGAIN:
                self.refused[key] = status
                return
            threading.Event().wait(_AGAIN_SECONDS)

    def _post(self, body: str, headers: dict[str, str]) -> int:
        client = http.client.HTTPConnection("127.0.0.1", self.stack.web_port, timeout=10)
        try:
            client.request("POST", "/api/sms/send", body, headers)
            answer = client.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            client.close()

    def _work_for_control(self) -> None:
        while (order := self._control_orders.get()) is not None:
            self.control.accept(*order)
