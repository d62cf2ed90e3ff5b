"""The API as uvicorn serves it: bodies in chunks, without a length."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from contactcenter.asgi import application
from sms.models import Message
from tests.factories import Tenant
from tests.sms.api import SEND, TO

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "a" * 32


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def post(tenant: Tenant, *parts: bytes) -> httpx.Response:
    """POST the parts as one body without Content-Length, from inside an event loop."""
    client = Client()
    client.force_login(tenant.agent)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()} | {"csrftoken": TOKEN}

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", cookies=cookies) as http:
            headers = {"X-CSRFToken": TOKEN, "Content-Type": "application/json"}
            return await http.post(SEND, content=chunks(*parts), headers=headers)

    return async_to_sync(ask)()


def test_a_body_in_chunks_is_read_whole(aurora: Tenant) -> None:
    body = json.dumps({"to_number": TO, "body": "in chunks"}).encode()
    answer = post(aurora, body[:10], body[10:])
    assert answer.status_code == 201, answer.text
    assert Message.objects.for_org(aurora.org).get().body == "in chunks"


@pytest.mark.parametrize(("parts", "status"), [((), 400), ((b"{",), 400), ((b'"', b"x" * 3_000_000, b'"'), 413)])
def test_hostile_bodies_in_chunks(aurora: Tenant, parts: tuple[bytes, ...], status: int) -> None:
    answer = post(aurora, *parts)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert not Message.objects.for_org(aurora.org).exists()


def test_a_length_that_lies_is_not_believed(aurora: Tenant) -> None:
    client = Client()
    client.force_login(aurora.agent)
    body: Any = json.dumps({"to_number": TO, "body": "Hello"})
    assert client.post(SEND, body, "application/json", CONTENT_LENGTH="nonsense").status_code in {201, 400}
    assert client.post(SEND, body, "application/json", CONTENT_LENGTH="9" * 30).status_code == 413
