"""Requests and responses over plain ASGI, and the faults below HTTP: hang, cut, truncate.

ASGI cannot break a connection, so the faults reach through ``send`` to uvicorn's transport (its HTTP
protocols pass a bound method of an object that has one). Under another server they raise instead.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

MAX_BODY = 1_048_576
MAX_HANG_SECONDS = 3600.0

logger = logging.getLogger("contactcenter.simulator")


class Fault(StrEnum):
    """A fault below HTTP."""

    HANG = "hang"
    CUT = "cut"
    TRUNCATED = "truncated"


@dataclass(slots=True)
class Request:
    """One request with its whole body. ``note`` is what the log line says about it besides the path."""

    method: str
    path: str
    query_string: str
    headers: dict[bytes, bytes]
    body: bytes
    note: str = ""

    def header(self, name: bytes) -> str:
        """Return a header by its lower-case name, or an empty string."""
        return self.headers.get(name, b"").decode("latin-1")

    def form(self) -> dict[str, list[str]]:
        """Return the form fields, blank ones included."""
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    def query(self) -> dict[str, list[str]]:
        """Return the query's parameters, blank ones included."""
        return parse_qs(self.query_string, keep_blank_values=True)

    def json(self) -> dict[str, Any]:
        """Return the JSON object of the body ({} for none); raises ValueError for anything else."""
        if not self.body.strip():
            return {}
        value = json.loads(self.body)
        if not isinstance(value, dict):
            raise ValueError("the body must be a JSON object")
        return value


@dataclass(slots=True)
class Response:
    """One answer, or the fault that happens in place of it."""

    status: int = 200
    body: bytes = b""
    content_type: bytes = b"application/json; charset=utf-8"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    fault: Fault | None = None


def json_response(data: Any, status: int = 200) -> Response:
    """Return a JSON answer, with non-ASCII characters as they are."""
    return Response(status, json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


async def read_request(scope: Scope, receive: Receive) -> Request | None:
    """Read the whole request; None when the client left before it was complete or the body is too large."""
    chunks: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] != "http.request":
            return None
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            return None
        chunks.append(chunk)
        if not event.get("more_body", False):
            break
    query = scope.get("query_string", b"").decode("latin-1")
    return Request(scope["method"], scope["path"], query, dict(scope["headers"]), b"".join(chunks))


async def respond(response: Response, receive: Receive, send: Send, stopping: asyncio.Event) -> None:
    """Send the answer, or play the fault."""
    if response.fault is Fault.HANG:
        await _hang(receive, stopping)
        await _cut(receive, send)
    elif response.fault is Fault.CUT:
        await _cut(receive, send)
    else:
        await _send(response, receive, send)


async def _send(response: Response, receive: Receive, send: Send) -> None:
    length = str(len(response.body)).encode()
    headers = [(b"content-type", response.content_type), (b"content-length", length), *response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.fault is not Fault.TRUNCATED:
        await send({"type": "http.response.body", "body": response.body})
        return
    half = response.body[: len(response.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    _transport(send).close()  # flushes the half first
    await _gone(receive)


async def _hang(receive: Receive, stopping: asyncio.Event) -> None:
    waits = {asyncio.ensure_future(_gone(receive)), asyncio.ensure_future(stopping.wait())}
    _, pending = await asyncio.wait(waits, timeout=MAX_HANG_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()


async def _cut(receive: Receive, send: Send) -> None:
    transport = _transport(send)
    connection = transport.get_extra_info("socket")
    if connection is not None:
        # Linger 0 makes the kernel send RST, as a crashed peer or a firewall does, not an orderly FIN.
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(send: Send) -> Any:
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("the simulator breaks connections only under uvicorn")
    return transport
