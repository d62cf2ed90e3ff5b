"""The live stream /live/: who may listen, and that each hears their own organization only."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import redis
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import AsyncClient, Client
from django.urls import reverse

from contactcenter.core.doorbell import LIVE_CHANNEL
from contactcenter.core.models import User
from contactcenter.web.live import Hub
from tests.conftest import LogIn
from tests.factories import Tenant

pytestmark = pytest.mark.django_db(transaction=True)  # The view closes the database connections.
SECONDS = 10.0


def status(client: Client, method: str = "get") -> int:
    answer = getattr(client, method)(reverse("live"))
    answer.close()
    return int(answer.status_code)


def test_who_may_listen(aurora: Tenant, superuser: User, log_in: LogIn) -> None:
    listening = {user.role: status(log_in(user)) for user in aurora.users}
    assert listening == {"ADMIN": 200, "SUPERVISOR": 200, "AGENT": 200, "CUSTOMER": 403}
    assert (status(Client()), status(log_in(superuser))) == (401, 403)
    assert status(log_in(aurora.agent), "post") == 405


def test_nobody_learns_anything_without_listening(borealis: Tenant, aurora: Tenant, log_in: LogIn) -> None:
    for client in (Client(), log_in(aurora.customer)):
        assert client.get(reverse("live")).content == b""


async def lines_of(user: User) -> AsyncIterator[str]:
    client = AsyncClient()
    await client.aforce_login(user)
    answer: Any = await client.get(reverse("live"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
    async for part in answer.streaming_content:
        yield part.decode()


async def heard(lines: AsyncIterator[str], count: int) -> list[str]:
    return [await asyncio.wait_for(anext(lines), SECONDS) for _part in range(count)]


def publish(org_id: object, **event: str) -> int:
    """Ring as the doorbell does; the number of processes that heard it."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    try:
        return int(client.publish(f"{LIVE_CHANNEL}:{org_id}", json.dumps(event)))  # type: ignore[arg-type]
    finally:
        client.close()


def test_each_hears_their_own_organization(aurora: Tenant, borealis: Tenant) -> None:
    async def scene() -> tuple[list[str], list[str]]:
        ours, theirs = lines_of(aurora.agent), lines_of(borealis.agent)
        # On connect; the first tab of a process once more, when the subscription stands.
        greetings = [await heard(ours, 2), await heard(theirs, 1)]
        assert all("event: resync" in part for parts in greetings for part in parts)
        publish(borealis.org.pk, event="sms:conversation-changed", conversation_id="theirs")
        publish(aurora.org.pk, event="sms:conversation-changed", conversation_id="ours")
        answer = await heard(ours, 1), await heard(theirs, 1)
        for lines in (ours, theirs):
            await lines.aclose()  # type: ignore[attr-defined]
        return answer

    assert async_to_sync(scene)() == (
        ['event: sms:conversation-changed\ndata: {"conversation_id": "ours"}\n\n'],
        ['event: sms:conversation-changed\ndata: {"conversation_id": "theirs"}\n\n'],
    )


def test_a_tab_that_reads_nothing_takes_no_event_from_the_others() -> None:
    event = {"event": "sms:conversation-changed"}

    async def scene() -> list[list[dict[str, Any]]]:
        hub = Hub()
        for _tab in range(5):
            hub.join("ours")
        theirs = hub.join("theirs")
        slow, *others = hub._queues["ours"]  # The others come after it.
        while not slow.full():
            hub._offer("ours", event)
            for queue in others:
                queue.get_nowait()
        hub._offer("ours", event)
        heard = [[queue.get_nowait() for _one in range(queue.qsize())] for queue in (slow, *others, theirs)]
        for org_id, queue in (("theirs", theirs), *(("ours", queue) for queue in (slow, *others))):
            hub.leave(org_id, queue)
        return heard

    assert async_to_sync(scene)() == [[{"event": "resync"}], *[[event]] * 4, []]
