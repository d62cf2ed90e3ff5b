"""Delivers webhooks as the providers do: their time limits, their repeats, their failover, nothing more.

Twilio: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides. Telnyx: three attempts for
each URL, 2 s each. Deliveries go to loopback only, whatever address the callback URL names.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from .config import Config

logger = logging.getLogger("contactcenter.simulator")

CONCURRENT_DELIVERIES = 64
MAX_PENDING = 50_000
_FETCH_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Policy:
    """How long one attempt may take and after which verdicts it is repeated. Times in seconds."""

    retries: int
    repeat_on: frozenset[str]
    connect: float
    read: float
    total: float
    waits: tuple[float, ...] = (0.5, 1.0, 2.0)

    def wait(self, attempt: int) -> float:
        """Return the pause after the given attempt (from 1)."""
        return self.waits[min(attempt, len(self.waits)) - 1]


TELNYX_POLICY = Policy(2, frozenset({"3xx", "4xx", "5xx", "ct", "rt"}), connect=2, read=2, total=2, waits=(1.0, 3.0))


def twilio_policy(url: str) -> Policy:
    """Return Twilio's default policy (one repeat, for connect failures only) with the URL's overrides."""
    overrides = {name: values[-1] for name, values in parse_qs(urlsplit(url).fragment).items()}
    repeat_on = set(overrides.get("rp", "ct").split(","))
    if "all" in repeat_on:
        repeat_on = {"3xx", "4xx", "5xx", "ct", "rt"}
    return Policy(
        retries=round(_override(overrides, "rc", 1, 0, 5)),
        repeat_on=frozenset(repeat_on),
        connect=_override(overrides, "ct", 5000, 100, 10_000) / 1000,
        read=_override(overrides, "rt", 15_000, 100, 15_000) / 1000,
        total=_override(overrides, "tt", 15_000, 1, 15_000) / 1000,
    )


def _override(overrides: dict[str, str], name: str, default: float, low: float, high: float) -> float:
    value = overrides.get(name, "")
    return min(max(float(value), low), high) if value.isdigit() else default


@dataclass(frozen=True, slots=True)
class Parcel:
    """One webhook. ``seal`` gives headers and body for an attempt (from 1) at a URL: both are signed anew."""

    url: str
    policy: Policy
    seal: Callable[[str, int], tuple[dict[str, str], bytes]]
    failover_url: str = ""


class Courier:
    """Sends parcels in the background, a limited number at once, and counts what became of them."""

    def __init__(self, config: Config, counts: Counter[str]) -> None:
        self._config = config
        self._counts = counts
        self._client: httpx.AsyncClient | None = None
        self._slots = asyncio.Semaphore(CONCURRENT_DELIVERIES)
        self._tasks: set[asyncio.Task[bool]] = set()

    def post(self, parcel: Parcel) -> asyncio.Task[bool] | None:
        """Start a delivery; None (and counted) when too many are waiting already."""
        if len(self._tasks) >= MAX_PENDING:
            self._counts["webhooks_dropped"] += 1
            return None
        return self._start(self._deliver(parcel))

    def quiet(self) -> int:
        """Stop all deliveries; returns how many."""
        for task in self._tasks:
            task.cancel()
        return len(self._tasks)

    async def close(self) -> None:
        """Stop all deliveries and close the connections."""
        self.quiet()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=1)
        if self._client is not None:
            await self._client.aclose()

    def _start(self, delivery: Coroutine[Any, Any, bool]) -> asyncio.Task[bool]:
        task = asyncio.get_running_loop().create_task(delivery)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def ask(self, parcel: Parcel) -> httpx.Response | None:
        """Deliver a parcel and return the answer to it; None when no attempt was answered with a 2xx."""
        self._counts["webhooks"] += 1
        attempt = 0
        for url in filter(None, (parcel.url, parcel.failover_url)):
            for turn in range(1, parcel.policy.retries + 2):
                attempt += 1
                verdict, response = await self._attempt(parcel, url, attempt)
                if verdict == "2xx":
                    self._counts["webhooks_delivered"] += 1
                    return response
                if verdict not in parcel.policy.repeat_on or turn > parcel.policy.retries:
                    break
                await asyncio.sleep(parcel.policy.wait(turn) * self._config.speed)
        self._counts["webhooks_failed"] += 1
        return None

    async def fetch(self, url: str) -> httpx.Response | None:
        """Get a file from this machine; None when it did not come."""
        request = self.request(url, {}, b"", method="GET")
        request.extensions["timeout"] = httpx.Timeout(_FETCH_SECONDS).as_dict()
        async with self._slots:
            try:
                return await self._http().send(request)
            except (httpx.HTTPError, httpx.InvalidURL):
                return None

    def run(self, work: Coroutine[Any, Any, bool]) -> None:
        """Do something in the background, and stop it with the deliveries."""
        self._start(work)

    async def _deliver(self, parcel: Parcel) -> bool:
        return await self.ask(parcel) is not None

    async def _attempt(self, parcel: Parcel, url: str, attempt: int) -> tuple[str, httpx.Response | None]:
        response = None
        async with self._slots:
            headers, body = parcel.seal(url, attempt)
            self._counts["webhook_requests"] += 1
            try:
                async with asyncio.timeout(parcel.policy.total):
                    response = await self._send(parcel.policy, url, headers, body)
                verdict = f"{response.status_code // 100}xx"
            except (httpx.ConnectError, httpx.ConnectTimeout):
                verdict = "ct"
            except (httpx.HTTPError, TimeoutError):
                verdict = "rt"
            except (httpx.InvalidURL, ValueError):
                verdict = "invalid"
        if verdict != "2xx":
            logger.info("webhook attempt %s to %s: %s", attempt, urlsplit(url).path, verdict)
        self._counts[f"webhook_requests_{verdict}"] += 1
        return verdict, response

    async def _send(self, policy: Policy, url: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        request = self.request(url, headers, body)
        request.extensions["timeout"] = httpx.Timeout(policy.read, connect=policy.connect, pool=None).as_dict()
        return await self._http().send(request)

    def request(self, url: str, headers: dict[str, str], body: bytes, method: str = "POST") -> httpx.Request:
        """Build the request: path and query byte for byte, Host as in the URL, connected to deliver_to."""
        split = urlsplit(url)
        base = self._config.deliver_to or f"{split.scheme}://{split.netloc}"
        if not is_loopback(urlsplit(base).hostname or ""):
            raise ValueError("webhooks are delivered to loopback only")
        target = (split.path or "/") + (f"?{split.query}" if split.query else "")
        request = httpx.Request(method, base + "/", headers={**headers, "Host": split.netloc}, content=body)
        # httpx would re-quote the path, and the signature covers it as it was given to us.
        request.extensions["target"] = target.encode()
        return request

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            # Shorter than a server's usual 5 s: a request into a closing connection is a false failure.
            limits = httpx.Limits(max_connections=CONCURRENT_DELIVERIES, keepalive_expiry=2)
            self._client = httpx.AsyncClient(limits=limits, trust_env=False, follow_redirects=False)
        return self._client


def is_loopback(host: str) -> bool:
    """Return whether a host name or address means this machine only."""
    return host in ("localhost", "::1") or host.endswith(".localhost") or _is_loopback_v4(host)


def _is_loopback_v4(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(part.isdigit() and int(part) < 256 for part in parts)
