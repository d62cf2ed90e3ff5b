"""The live stream: Server-Sent Events with names and ids, one Valkey subscription per process for all of its tabs."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import import_module
from typing import Any

import redis.asyncio as redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from contactcenter.core.doorbell import LIVE_CHANNEL
from contactcenter.core.roles import Right
from contactcenter.web.access import Access, register

logger = logging.getLogger(__name__)

_COMMENT_SECONDS = 20.0
_QUEUE_SIZE = 100
_RECONNECT_SECONDS = 1.0
_RESYNC = {"event": "resync"}


class Hub:
    """Fans one subscription out to bounded queues; a queue that overflows is emptied and told to ask again."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[dict[str, Any]]]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def join(self, org_id: str) -> asyncio.Queue[dict[str, Any]]:
        """Return a queue that gets the organization's events from now on."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_QUEUE_SIZE)
        self._queues[org_id].add(queue)
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._loop is not loop:
            self._loop = loop
            self._task = loop.create_task(self._listen())
        return queue

    def leave(self, org_id: str, queue: asyncio.Queue[dict[str, Any]]) -> None:
        """Forget a queue; the subscription ends with the last one."""
        self._queues[org_id].discard(queue)
        if not self._queues[org_id]:
            del self._queues[org_id]
        if not self._queues and self._task is not None:
            self._task.cancel()
            self._task = None

    def size(self) -> int:
        """Return how many tabs listen in this process."""
        return sum(len(queues) for queues in tuple(self._queues.values()))

    async def _listen(self) -> None:
        while True:
            try:
                await self._relay()
            except (redis.RedisError, OSError) as error:
                logger.info("live: the subscription was lost (%s)", type(error).__name__)
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _relay(self) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=_RECONNECT_SECONDS, health_check_interval=15
        )
        async with client, client.pubsub() as pubsub:
            await pubsub.psubscribe(f"{LIVE_CHANNEL}:*")
            for org_id in list(self._queues):  # Whatever rang while nobody listened is asked for now.
                self._offer(org_id, _RESYNC)
            async for message in pubsub.listen():
                if message["type"] == "pmessage":
                    _name, _colon, org_id = message["channel"].decode().partition(":")
                    self._offer(org_id, json.loads(message["data"]))

    def _offer(self, org_id: str, event: dict[str, Any]) -> None:
        for queue in self._queues.get(org_id, ()):
            is_full = queue.full()
            while is_full and not queue.empty():
                queue.get_nowait()
            queue.put_nowait(_RESYNC if is_full else event)


hub = Hub()


def _format(event: dict[str, Any]) -> str:
    ids = {name: value for name, value in event.items() if name != "event"}
    return f"event: {event['event']}\ndata: {json.dumps(ids)}\n\n"


async def _stream(org_id: str, is_still_welcome: Callable[[], Awaitable[bool]]) -> AsyncIterator[str]:
    queue = hub.join(org_id)
    loop = asyncio.get_running_loop()
    look_again_at = loop.time() + _COMMENT_SECONDS
    try:
        yield "retry: 2000\n\n" + _format(_RESYNC)
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), timeout=max(0.0, look_again_at - loop.time()))
            except TimeoutError:
                if not await is_still_welcome():
                    return  # The browser comes back, and is turned away.
                look_again_at = loop.time() + _COMMENT_SECONDS
                yield ": still here\n\n"
            else:
                yield _format(event)
    finally:
        hub.leave(org_id, queue)


def _org_of(request: HttpRequest) -> str | None:
    """The organization whose events this session may see: empty without the right, None without a log-in."""
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(request.session.session_key)
    user = get_user(request)
    try:
        if not user.is_authenticated:
            return None
        return str(user.organization_id) if user.has_right(Right.READ_SMS) else ""
    finally:
        connections.close_all()  # The stream lives for hours and asks the database nothing.


@register(Access.TENANT)
async def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Stream the organization's events to one tab. 401 without a log-in, 403 without the right."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    org_id = await sync_to_async(_org_of)(request)
    if not org_id:
        return HttpResponse(status=401 if org_id is None else 403)

    async def is_still_welcome() -> bool:
        return bool(await sync_to_async(_org_of)(request) == org_id)

    response = StreamingHttpResponse(_stream(org_id, is_still_welcome), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response
