"""A simulator under uvicorn and a receiver of its webhooks, both on loopback, both started once."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import uvicorn

from contactcenter.simulator.accounts import DEMO_ACCOUNTS, Account, AccountRegistry
from contactcenter.simulator.app import Simulator
from contactcenter.simulator.config import Config

SPEED = 0.05
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Hit:
    """One webhook as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def status(self) -> str:
        if "json" in self.headers["content-type"]:
            to = self.json["data"]["payload"].get("to")
            return str(to[0]["status"]) if isinstance(to, list) else self.event_type
        form = self.form
        words = ("MessageStatus", "SmsStatus", "RecordingStatus", "TranscriptionEvent", "CallStatus")
        return next(form[word] for word in words if word in form)

    @property
    def event_type(self) -> str:
        return str(self.json["data"]["event_type"])

    @property
    def payload(self) -> dict[str, Any]:
        return dict(self.json["data"]["payload"])

    @property
    def is_inbound(self) -> bool:
        return self.status in ("received", "webhook_delivered")


@dataclass
class Receiver:
    """Collects webhooks; ``answers`` are the HTTP statuses of the next ones, then 200 for ever.

    ``documents`` are the TwiML answers by path.
    """

    url: str
    hits: list[Hit] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def take(self, hit: Hit) -> int:
        with self.arrived:
            self.hits.append(hit)
            self.arrived.notify_all()
            return self.answers.pop(0) if self.answers else 200

    def wait_for(self, done: Callable[[list[Hit]], bool]) -> list[Hit]:
        """Return the hits as soon as they satisfy the condition; fail when they never do."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: done(self.hits), PATIENCE_SECONDS):
                pytest.fail(f"webhooks seen: {[(hit.path, hit.status) for hit in self.hits]}")
            return list(self.hits)

    def at(self, path: str) -> list[Hit]:
        """Return the hits at a path, whatever their query."""
        return [hit for hit in list(self.hits) if hit.path.partition("?")[0] == path]

    def statuses(self) -> list[str]:
        return [hit.status for hit in self.hits if not hit.is_inbound]


@dataclass
class Stack:
    """The running simulator and the means to talk to it."""

    url: str
    app: Simulator
    receiver: Receiver

    def call(
        self, method: str, path: str, data: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        request = urllib.request.Request(self.url + path, data, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read()

    def control(self, name: str, order: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if order is None else json.dumps(order).encode()
        status, _, body = self.call("GET" if order is None else "POST", f"/_control/{name}", data)
        answer = dict(json.loads(body))
        assert status == 200, answer
        return answer

    def truth(self, to: str = "") -> list[dict[str, Any]]:
        """Return what the simulator took, from the control endpoint."""
        return list(self.control("messages?" + urllib.parse.urlencode({"to": to}))["messages"])

    def settle(self, done: Callable[[], bool]) -> None:
        """Wait until something that shows only on request has happened."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not done():
            assert time.monotonic() < end, self.control("stats")
            threading.Event().wait(0.01)

    def twilio(self, to: str, body: str = "Hello", **fields: str) -> tuple[int, dict[str, Any]]:
        account = account_of("TWILIO")
        form = {
            "To": to,
            "From": account.numbers[0],
            "Body": body,
            "StatusCallback": f"{self.receiver.url}/status?m=attempt-1",
        } | fields
        status, _, answer = self.call(
            "POST",
            f"/2010-04-01/Accounts/{account.account_id}/Messages.json",
            urllib.parse.urlencode({name: value for name, value in form.items() if value}).encode(),
            {"Authorization": account.authorization},
        )
        return status, json.loads(answer)

    def telnyx(self, to: str, text: str = "Hello", **fields: Any) -> tuple[int, dict[str, Any]]:
        account = account_of("TELNYX")
        data = {
            "to": to,
            "from": account.numbers[0],
            "text": text,
            "webhook_url": f"{self.receiver.url}/telnyx?m=attempt-1",
        } | fields
        headers = {"Authorization": account.authorization, "Content-Type": "application/json"}
        status, _, answer = self.call("POST", "/v2/messages", json.dumps(data).encode(), headers)
        return status, json.loads(answer)

    def send(self, provider: str, to: str, body: str = "Hello") -> tuple[int, dict[str, Any]]:
        return self.twilio(to, body) if provider == "TWILIO" else self.telnyx(to, body)


def account_of(provider: str, organization: str = "aurora") -> Account:
    """Return a demo account."""
    return next(a for a in DEMO_ACCOUNTS if (a.provider, a.organization) == (provider, organization))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def basic(account: Account) -> str:
    return base64.b64encode(f"{account.account_id}:{account.secret}".encode()).decode()


@pytest.fixture(scope="session")
def _receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            document = receiver.documents.get(self.path.partition("?")[0], "").encode()
            self.send_response(receiver.take(Hit(self.path, headers, body)))
            if document:
                self.send_header("content-type", "text/xml; charset=utf-8")
            self.send_header("content-length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Stay silent: a delivery that a reset stopped closes its connection in the middle."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def _stack(_receiver: Receiver) -> Iterator[Stack]:
    port = free_port()
    app = Simulator(
        Config(public_base_url=_receiver.url, speed=SPEED, log_requests=False),
        AccountRegistry(DEMO_ACCOUNTS),
    )
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    stack = Stack(f"http://127.0.0.1:{port}", app, _receiver)
    stack.settle(lambda: server.started)
    yield stack
    server.should_exit = True
    thread.join(5)
    assert not thread.is_alive()


@pytest.fixture
def stack(_stack: Stack) -> Iterator[Stack]:
    """A simulator without memories whose webhooks arrive at an empty receiver."""
    _stack.control("reset", {})
    with _stack.receiver.arrived:
        _stack.receiver.hits.clear()
        _stack.receiver.answers.clear()
        _stack.receiver.documents.clear()
    yield _stack
    _stack.control("reset", {})


@pytest.fixture
def receiver(stack: Stack) -> Receiver:
    """The receiver of the webhooks."""
    return stack.receiver
