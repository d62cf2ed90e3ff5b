"""Two organizations with a row in every table, and clients that bear their people's tokens."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from calls.models import CallRecording
from contactcenter.core import tokens
from contactcenter.core.models import User
from sms.enums import MessageStatus
from tests.agents.api import another_agent
from tests.contract.shapes import CALL_STATUSES
from tests.factories import Tenant, make_call, make_campaign, make_message
from tests.standing import standing_worlds
from tests.world import World, make_world


def full_world(tenant: Tenant) -> World:
    """Make a world in which every field that may be null is null in one row and not in another."""
    world = make_world(tenant)
    another_agent(tenant, "second", status="BREAK", skills=["returns"])
    campaign = make_campaign(tenant, name=f"{tenant.org.slug} second")
    for status in CALL_STATUSES:
        make_call(tenant, status=status, agent=tenant.agent, campaign=campaign)
    world.call.recording_id = CallRecording.objects.for_org(tenant.org).get().pk
    world.call.duration = 61
    world.call.save()
    now = timezone.now()
    make_message(
        world.conversation,
        provider_message_id=f"SM{tenant.org.slug}",
        cost=Decimal("-0.0079"),
        cost_currency="USD",
        cost_source="provider",
        sent_at=now,
        delivered_at=now,
        media_urls=["https://media.example/a.png"],
    )
    for status in set(MessageStatus.values) - {MessageStatus.RECEIVED}:
        make_message(world.conversation, status=status, at=now - timedelta(minutes=1))
    return world


worlds = standing_worlds(full_world)


@pytest.fixture
def ours(db: None, worlds: Any, settings: Any) -> World:
    return worlds("aurora", settings)


@pytest.fixture
def theirs(db: None, worlds: Any, settings: Any) -> World:
    return worlds("borealis", settings)


def bearer(user: User | None) -> Client:
    """Return a client that sends the person's access token, or no credentials; CSRF tokens count as in production."""
    headers = {"Authorization": f"Bearer {tokens.begin(user).access}"} if user else None
    return Client(enforce_csrf_checks=True, headers=headers)


def ask(client: Client, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
    """Send `body` as JSON (bytes as they are); None is an empty one."""
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.generic(method, path, content, content_type="application/json", headers=headers)  # type: ignore[return-value]


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
