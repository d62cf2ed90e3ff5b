"""Real processes and a real bus: every event arrives while the broker dies, and the platform gets its answers."""

import json
import urllib.request
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from contactcenter.core import events
from contactcenter.local.valkey import ValkeyServer
from tests.events.listening import Listener, dead, publish
from tests.events.samples import DATA, problems_of
from tests.rabbitmq import demand_rabbitmq, running_rabbitmq
from tests.stack import Stack, running_stack, wait_until

pytestmark = [pytest.mark.processes]
SECRET = "platform-" + "s" * 32
PLATFORM = {"PLATFORM_MODE": "true", "PLATFORM_SHARED_SECRET": SECRET, "SWEEP_INTERVAL_SECONDS": "0.5"}
OBJECTS = 20
# A customer of the simulator who gets texts and never answers.
SILENT = "+12025550023"


def write_events(stack: Stack) -> None:
    """Write an event of every type for each of some objects, as the transactions of the apps do."""
    types = sorted(DATA.keys() - {"sms.send_request"})  # That one would be obeyed.
    stack.query(
        """
        INSERT INTO core_outboxevent (id, organization_id, type, object_id, data, created_at)
        SELECT gen_random_uuid(), o.id, t.type, md5(n::text)::uuid, t.data::jsonb, now()
        FROM (SELECT id FROM core_organization ORDER BY id LIMIT 1) AS o
        CROSS JOIN unnest(%s::text[], %s::text[]) WITH ORDINALITY AS t (type, data, place)
        CROSS JOIN generate_series(1, %s) AS n
        ORDER BY t.place, n
        """,
        types,
        [json.dumps(DATA[name]) for name in types],
        OBJECTS,
    )


def written(stack: Stack) -> dict[str, list[str]]:
    """Return the ids of every object's events, in the order of their writing."""
    found = defaultdict(list)
    for event_id, object_id in stack.query("SELECT id, object_id FROM core_outboxevent ORDER BY position"):
        found[str(object_id)].append(str(event_id))
    return found


def test_every_event_arrives_in_order_while_rabbitmq_is_killed_and_started_again(tmp_path: Path) -> None:
    demand_rabbitmq()
    with (
        running_rabbitmq(tmp_path / "rabbitmq") as broker,
        running_stack(tmp_path, workers=2, EVENT_BUS_URL=broker.url, **PLATFORM) as stack,
    ):
        listener = Listener(broker.url)
        write_events(stack)
        wait_until(lambda: listener.heard, seconds=30, what="the first event")
        broker.kill()
        write_events(stack)
        accepted = send(stack)
        broker.start()
        write_events(stack)
        publish(broker.url, b"no json")
        wait_until(lambda: accepted["id"] in correlated(listener, "sms.delivered"), seconds=60, what="a delivery")
        wait_until(lambda: unpublished(stack) == 0, seconds=60, what="the publication of everything")
        wanted = written(stack)
        count = sum(map(len, wanted.values()))
        wait_until(lambda: len(listener.once()) >= count, seconds=30, what="the arrival of everything")
        wait_until(lambda: dead(broker.url) == [(b"no json", "not JSON")], seconds=30, what="a dead letter")
        listener.stop()
    assert [problems_of(event) for event in listener.heard if problems_of(event)] == []
    places = {event["id"]: place for place, event in enumerate(listener.once())}
    # The text's own are its request, that it was sent, and that it arrived.
    assert count == 3 * OBJECTS * (len(DATA) - 1) + 3
    assert places.keys() == {event_id for ids in wanted.values() for event_id in ids}
    assert [ids for ids in wanted.values() if ids != sorted(ids, key=places.__getitem__)] == []
    assert correlated(listener, "sms.sent").count(accepted["id"]) == 1


def correlated(listener: Listener, event_type: str) -> list[str]:
    """Return what the events of a type refer to."""
    return [data["correlation_id"] for data in listener.of(event_type)]


def unpublished(stack: Stack) -> int:
    return int(stack.query("SELECT count(*) FROM core_outboxevent WHERE published_at IS NULL")[0][0])


def send(stack: Stack) -> Any:
    """Send a text by the API as the platform does; return the answer."""
    (organization_id, user_id) = person(stack)
    request = urllib.request.Request(
        f"{stack.url}/api/sms/send",
        json.dumps({"to_number": SILENT, "body": "Hello"}).encode(),
        {
            "Content-Type": "application/json",
            "X-Platform-Secret": SECRET,
            "X-Organization-Id": organization_id,
            "X-User-Id": user_id,
        },
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202
        return json.loads(answer.read())


def person(stack: Stack) -> tuple[str, str]:
    rows = stack.query("SELECT organization_id, id FROM core_user WHERE email = 'agent@aurora.example'")
    return str(rows[0][0]), str(rows[0][1])


def request_of(stack: Stack, correlation: str, *, to_number: str = SILENT) -> Any:
    """Return another module's request; whatever it may leave out is left out."""
    organization_id, _user_id = person(stack)
    return {
        "type": "sms.send_request",
        "timestamp": events.time_of(timezone.now()),
        "data": {
            "correlation_id": correlation,
            "tenant_id": organization_id,
            "idempotency_key": correlation,
            "ttl": 60,
            "data": {"to_number": to_number, "body": "From a campaign"},
        },
    }


def test_the_platform_asks_over_valkey_and_is_answered(tmp_path: Path) -> None:
    valkey = ValkeyServer(tmp_path / "bus", durable=False)
    valkey.start()
    try:
        with running_stack(tmp_path, EVENT_BUS_URL=valkey.url, **PLATFORM) as stack:
            listener = Listener(valkey.url)
            ours = send(stack)["id"]
            publish(valkey.url, request_of(stack, "good"))
            publish(valkey.url, request_of(stack, "good"))
            publish(valkey.url, request_of(stack, "bad", to_number="12"))
            publish(valkey.url, {"type": "sms.send_request"})
            answered = {("sms.sent", ours), ("sms.sent", "good"), ("sms.failed", "bad")}
            wait_until(lambda: answers(listener) >= answered, seconds=60, what="every answer")
            wait_until(
                lambda: [reason for _body, reason in dead(valkey.url)] == ["not as described: $"],
                seconds=30,
                what="a dead letter",
            )
            wait_until(lambda: len(listener.of("sms.delivered")) == 2, seconds=60, what="both deliveries")
            texts = stack.carrier.truth()
            listener.stop()
    finally:
        valkey.stop()
    assert sorted(text["body"] for text in texts) == ["From a campaign", "Hello"]
    assert correlated(listener, "sms.sent").count("good") == 1


def answers(listener: Listener) -> set[tuple[str, str]]:
    return {(kind, correlation) for kind in ("sms.sent", "sms.failed") for correlation in correlated(listener, kind)}
