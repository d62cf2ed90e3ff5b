"""A load generator that costs little: requests written beforehand, a few connections that stay open."""

import asyncio
import statistics
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop


@dataclass(frozen=True, slots=True)
class Load:
    """What one round showed. Seconds; `busy` is the generator's own CPU time."""

    requests: int
    seconds: float
    times: Sequence[float]
    busy: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def median(self) -> float:
        return statistics.median(self.times)


class _Client(asyncio.Protocol):
    """One connection: sends the next request as soon as the last one is answered."""

    def __init__(self, waiting: deque[bytes], done: asyncio.Future[None], times: list[float]) -> None:
        self.waiting, self.done, self.times = waiting, done, times
        self.buffer = b""
        self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._next()

    def _next(self) -> None:
        if not self.waiting:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.sent = time.perf_counter()
        self.transport.write(self.waiting.popleft())

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        if not _is_whole(self.buffer):
            return
        assert self.buffer[9:12] == b"200", f"answered {self.buffer[:60]!r}"
        self.times.append(time.perf_counter() - self.sent)
        self.buffer = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed a connection"))


def _is_whole(answer: bytes) -> bool:
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = answer[:end].lower()
    at = head.find(b"\ncontent-length:")
    if at < 0:  # In chunks: the last one is empty.
        return answer.endswith(b"0\r\n\r\n")
    return len(answer) >= end + 4 + int(head[at + 16 :].partition(b"\r")[0])


async def _drive(port: int, requests: Sequence[bytes], connections: int) -> list[float]:
    waiting, times = deque(requests), list[float]()
    loop = asyncio.get_running_loop()
    ends = []
    for _ in range(connections):
        done = loop.create_future()
        await loop.create_connection(lambda end=done: _Client(waiting, end, times), "127.0.0.1", port)
        ends.append(done)
    await asyncio.gather(*ends)
    return times


def drive(port: int, requests: Sequence[bytes], *, connections: int) -> Load:
    """Send every request once over that many connections; each answer has to be a 200."""
    started, cpu = time.perf_counter(), time.process_time()
    times = uvloop.run(_drive(port, requests, connections))
    return Load(len(requests), time.perf_counter() - started, times, time.process_time() - cpu)


def post(path: str, body: bytes, *, port: int, headers: str) -> bytes:
    """Write a POST of a form as bytes."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n{headers}\r\n"
    ).encode() + body


def get(path: str, *, port: int, cookie: str = "", bearer: str = "") -> bytes:
    """Write a GET as bytes."""
    headers = f"Cookie: {cookie}\r\n" if cookie else ""
    headers += f"Authorization: Bearer {bearer}\r\n" if bearer else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: en\r\n{headers}\r\n".encode()
