"""An endpoint asks the database as often for an organization with hundreds of rows as for one with a few."""

import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.models import Agent
from calls.enums import CallStatus, RecordingState
from calls.models import Call, CallRecording, Campaign
from contactcenter.core import api_keys, tokens
from contactcenter.core.ids import new_id
from contactcenter.core.models import ApiKey, User
from contactcenter.core.roles import Role
from sms.enums import Direction
from sms.models import Attempt, MediaFile, Message, ProviderEvent
from tests.factories import Tenant, make_attempt, make_call, make_conversation, make_media, make_message
from tests.sms.api import TO, browser
from tests.world import Url, World, make_world, urls

MANY = 100
# Whatever a list is asked for; an endpoint passes over what it does not know.
QUERIES = ["", f"?page_size={MANY}&limit={MANY}", f"?page_size={MANY}&cursor="]
# Endpoints that list; a new one has to be named here, which proves that it was asked with many rows.
LISTS = {
    "api_agents",
    "api_analytics_agents",
    "api_analytics_campaigns",
    "api_auth_keys",
    "api_calls",
    "api_sms_conversation_messages",
    "api_sms_conversations",
    "api_dashboard_overview",
    "api_dashboard_performance",
    "api_sms_inbox",
    "api_sms_message",
}
# Who calls (two for a session: it and its person), and what is asked for.
MOST_QUERIES = {"bearer": 6, "session": 7}
MOST_QUERIES_OF_A_WRITE = 36


def bearer(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {tokens.begin(user).access}"})


CALLERS: dict[str, Callable[[User], Client]] = {"bearer": bearer, "session": browser}


@pytest.fixture
def few(aurora: Tenant, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    world = make_world(aurora)
    let_hear(world)
    return world


@pytest.fixture
def many(borealis: Tenant, few: World) -> World:
    world = make_world(borealis)
    let_hear(world)
    add_people(world)
    add_texts(world)
    add_calls(world)
    return world


def let_hear(world: World) -> None:
    """Give the call a recording, so that every address about it answers."""
    recording = CallRecording.all_orgs.get(call=world.call)
    recording.state = RecordingState.STORED
    recording.file.save("a.wav", ContentFile(b"RIFF"))
    Call.all_orgs.filter(pk=world.call.pk).update(recording_id=recording.pk)


def add_people(world: World) -> None:
    """Add agents, and keys of the administrator."""
    org, password = world.tenant.org, make_password(None)
    people = User.objects.bulk_create(
        User(organization=org, role=Role.AGENT, email=f"{n}@{org.slug}.example", password=password) for n in range(MANY)
    )
    Agent.all_orgs.bulk_create(Agent(organization=org, user=person) for person in people)
    for n in range(MANY):
        key = ApiKey(organization=org, user=world.tenant.admin, name=f"key {n}", scopes=["sms.read"])
        api_keys.fill_in(key)
        key.save()


def add_texts(world: World) -> None:
    """Add conversations; texts with attachments to one of them; attempts and reports to one text."""
    tenant, message = world.tenant, world.message
    for _ in range(MANY):
        make_conversation(tenant)
    texts = [make_message(world.conversation, direction=Direction.INBOUND) for _ in range(MANY)]
    for text in texts:
        make_media(text)
        make_media(text, position=1)
    Attempt.all_orgs.bulk_create(copy_of(make_attempt(message, state="failed"), state="failed") for _ in range(MANY))
    event = ProviderEvent.all_orgs.get(message=message)
    ProviderEvent.all_orgs.bulk_create(copy_of(event, event_key=str(uuid4())) for _ in range(MANY))
    assert MediaFile.all_orgs.filter(organization=tenant.org).count() > 2 * MANY
    assert Message.all_orgs.filter(organization=tenant.org).count() > MANY


def add_calls(world: World) -> None:
    """Add campaigns, and a call of each and of every agent."""
    org = world.tenant.org
    campaigns = Campaign.all_orgs.bulk_create(Campaign(organization=org, name=f"campaign {n}") for n in range(MANY))
    agents = Agent.all_orgs.filter(organization=org).values_list("user_id", flat=True)
    template = make_call(world.tenant)
    Call.all_orgs.bulk_create(
        copy_of(template, campaign=campaign, agent_id=agent, started_at=timezone.now())
        for campaign, agent in zip(campaigns, agents, strict=False)
    )


def copy_of(row: Any, **changes: Any) -> Any:
    """Return a row like this one that is not stored yet."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**values, "id": new_id(), **changes})


def longest_list(value: Any) -> int:
    """Return how many items the longest list in an answer has."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return max([len(value) if isinstance(value, list) else 0, *map(longest_list, inner)])


@pytest.fixture
def a_moment() -> Iterator[None]:
    """Stop the clock: what the process remembers for some seconds must not be asked again in between."""
    with time_machine.travel(timezone.now(), tick=False):
        Client().get("/.well-known/jwks.json")
        yield


def reads() -> Iterator[Url]:
    """Yield the API's addresses. The description of the API has no rows, and takes a second to write."""
    yield from (url for url in urls() if url.route.startswith("api/") and url.name != "schema")


@pytest.mark.parametrize("credential", CALLERS)
def test_reading_costs_no_more_queries_with_more_rows(few: World, many: World, a_moment: None, credential: str) -> None:
    counts: dict[World, dict[str, int]] = {few: {}, many: {}}
    lists = set()
    for world, found in counts.items():
        caller = CALLERS[credential](world.tenant.admin)
        for url, query in product(reads(), QUERIES):
            with CaptureQueriesContext(connection) as asked:
                answer = caller.get(url.path(world) + query)
            if answer.status_code == 405:  # It is for writing only.
                continue
            assert answer.status_code == 200, url
            found[f"{url.name}{query}"] = len(asked)
            if world is many and answer["Content-Type"] == "application/json" and longest_list(answer.json()) >= MANY:
                lists.add(url.name)
    assert counts[few] == counts[many]
    assert {name: count for name, count in counts[many].items() if count > MOST_QUERIES[credential]} == {}
    assert lists == LISTS


def writes(world: World) -> dict[str, tuple[str, str, Any]]:
    """Return method, address and body of what is written, by a word; in this order."""
    agent = Agent.all_orgs.get(user=world.tenant.agent)
    call = make_call(world.tenant, status=CallStatus.RINGING, agent=world.tenant.agent)
    talk = f"/api/sms/conversations/{world.conversation.pk}"
    return {
        "text": ("POST", "/api/sms/send", {"to_number": TO, "body": "Hello"}),
        "read": ("POST", f"{talk}/read", {}),
        "call": ("POST", "/api/calls/", {"to_number": TO, "direction": "OUTBOUND"}),
        "note": ("PATCH", f"/api/calls/{call.pk}", {"notes": "Hello", "agent_id": str(world.tenant.admin.pk)}),
        "end": ("POST", f"/api/calls/{call.pk}/end", {}),
        "delete": ("DELETE", f"/api/calls/{call.pk}", {}),
        "agent": ("POST", "/api/agents/", {"user_id": str(world.tenant.supervisor.pk)}),
        "capacity": ("PUT", f"/api/agents/{agent.pk}", {"max_capacity": 3}),
        "status": ("PUT", f"/api/agents/{agent.pk}/status", {"status": "AVAILABLE"}),
    }


def test_writing_costs_no_more_queries_with_more_rows(few: World, many: World, a_moment: None) -> None:
    counts: dict[World, dict[str, int]] = {few: {}, many: {}}
    for world, found in counts.items():
        caller = bearer(world.tenant.admin)
        for name, (method, path, body) in writes(world).items():
            with CaptureQueriesContext(connection) as asked:
                answer = caller.generic(method, path, json.dumps(body), content_type="application/json")
            assert answer.status_code in {200, 201, 204}, (name, answer.content)
            found[name] = len(asked)
    assert counts[few] == counts[many]
    assert max(counts[many].values()) <= MOST_QUERIES_OF_A_WRITE, counts[many]
