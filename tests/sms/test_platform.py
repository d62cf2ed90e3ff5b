"""Requests of the bus: each handled once, each answered, none believed more than it may be."""

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from contactcenter.core import events
from contactcenter.core.consuming import Unreadable
from contactcenter.core.models import OutboxEvent, PhoneNumber
from sms import bus, platform, sending, services, sweep
from sms.enums import ConsentSource, ConsentState, MessageStatus
from sms.models import BusRequest, Consent, Message
from tests.factories import Tenant
from tests.sms.api import TO

pytestmark = pytest.mark.django_db


def envelope(tenant: Tenant, *, at: datetime | None = None, text: dict[str, Any] | None = None, **fields: Any) -> Any:
    """Return a foreign module's request."""
    return {
        "id": str(uuid4()),
        "type": "sms.send_request",
        "source": "campaigns",
        "timestamp": events.time_of(at or timezone.now()),
        "organizationId": str(tenant.org.pk),
        "userId": None,
        "data": {
            "request_id": str(uuid4()),
            "correlation_id": "order-7",
            "tenant_id": str(tenant.org.pk),
            "actor": {"user_id": str(tenant.agent.pk)},
            "idempotency_key": "key-7",
            "ttl": 60,
            "data": {"to_number": TO, "body": "Hello", "from_number": None, "metadata": {"a": 1}, **(text or {})},
            **fields,
        },
        "metadata": {"version": "1.0.0", "module": "campaigns"},
    }


def answers() -> list[tuple[str, str, str | None]]:
    """Return (type, correlation, error) of every answer."""
    return [
        (event.type, event.data["correlation_id"], event.data["data"]["error"])
        for event in OutboxEvent.all_orgs.exclude(type="sms.send_request").order_by("position")
    ]


def only_message(tenant: Tenant) -> Message:
    return Message.objects.for_org(tenant.org).get()


@pytest.mark.django_db(transaction=True)
def test_another_modules_request_becomes_a_text_of_its_organization(aurora: Tenant, borealis: Tenant) -> None:
    bus.handle(envelope(aurora))
    message = only_message(aurora)
    assert (message.status, message.author, message.awaiting_until) == ("queued", aurora.agent, None)
    assert (message.correlation_id, message.metadata) == ("order-7", {"a": 1})
    assert len(sending.claim(10)) == 1
    assert answers() == []
    assert not Message.objects.for_org(borealis.org).exists()


def test_the_same_request_again_changes_nothing(aurora: Tenant) -> None:
    request = envelope(aurora)
    bus.handle(request)
    bus.handle(request)
    bus.handle(envelope(aurora, text={"body": "Another text under the same key"}))
    assert only_message(aurora).body == "Hello"
    assert answers() == []


def test_a_refusal_is_answered_once_and_is_final(aurora: Tenant) -> None:
    request = envelope(aurora, text={"to_number": "12"})
    bus.handle(request)
    bus.handle(request)
    assert answers() == [("sms.failed", "order-7", "VALIDATION_ERROR")]
    assert BusRequest.objects.for_org(aurora.org).get().error_code == "VALIDATION_ERROR"


def opt_out(tenant: Tenant, settings: Any) -> None:
    Consent.all_orgs.create(
        organization=tenant.org,
        address=TO,
        state=ConsentState.OPTED_OUT,
        source=ConsentSource.AGENT,
        changed_at=timezone.now(),
    )


def use_up(tenant: Tenant, settings: Any) -> None:
    settings.SMS_RATE_LIMIT = 0


def lose_numbers(tenant: Tenant, settings: Any) -> None:
    PhoneNumber.all_orgs.update(is_active=False)


def close(tenant: Tenant, settings: Any) -> None:
    tenant.org.is_active = False
    tenant.org.save()


def leave(tenant: Tenant, settings: Any) -> None:
    tenant.agent.is_active = False
    tenant.agent.save()


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (opt_out, "OPTED_OUT"),
        (use_up, "RATE_LIMITED"),
        (lose_numbers, "PROVIDER_ERROR"),
        (close, "AUTH_ERROR"),
        (leave, "AUTH_ERROR"),
    ],
)
def test_what_may_not_be_sent_is_answered_with_its_reason(
    aurora: Tenant, settings: Any, happens: Callable[[Tenant, Any], None], code: str
) -> None:
    happens(aurora, settings)
    bus.handle(envelope(aurora))
    assert answers() == [("sms.failed", "order-7", code)]
    assert not Message.objects.for_org(aurora.org).exists()


@pytest.mark.parametrize(
    "text",
    [{"body": " "}, {"body": "x" * 1601}, {"from_number": "+12025550999"}],
    ids=["nothing", "too long", "not our sender"],
)
def test_what_cannot_be_sent_is_answered_too(aurora: Tenant, text: dict[str, Any]) -> None:
    bus.handle(envelope(aurora, text=text))
    assert answers() == [("sms.failed", "order-7", "VALIDATION_ERROR")]


def test_a_person_of_another_organization_may_ask_for_nothing(aurora: Tenant, borealis: Tenant) -> None:
    bus.handle(envelope(aurora, actor={"user_id": str(borealis.admin.pk)}))
    assert answers() == [("sms.failed", "order-7", "AUTH_ERROR")]
    assert not Message.all_orgs.exists()


def test_a_request_that_came_too_late_sends_nothing(aurora: Tenant) -> None:
    bus.handle(envelope(aurora, at=timezone.now() - timedelta(seconds=61)))
    assert answers() == [("sms.failed", "order-7", "TIMEOUT")]
    assert not Message.all_orgs.exists()


def test_a_module_without_a_person_may_ask(aurora: Tenant) -> None:
    bus.handle(envelope(aurora, actor={"user_id": None}))
    assert only_message(aurora).author is None


# --- Our own requests ----------------------------------------------------------------------------------------
def ask(tenant: Tenant, **fields: Any) -> tuple[Message, Any]:
    """Accept a text as the API does in platform mode; return it with its request as published."""
    text = services.OutgoingText(to_number=TO, body="Hello", **fields)
    message = services.send_message(org=tenant.org, actor=tenant.agent, text=text, through_bus=True)
    return message, events.envelope(OutboxEvent.all_orgs.get(type="sms.send_request"))


def again(message: Message) -> Message:
    return Message.all_orgs.get(pk=message.pk)


@pytest.mark.django_db(transaction=True)
def test_our_own_text_waits_for_its_request(aurora: Tenant, borealis: Tenant) -> None:
    message, request = ask(aurora)
    assert (message.status, request["userId"]) == (MessageStatus.QUEUED, str(aurora.agent.pk))
    asked = request["data"]
    UUID(asked.pop("request_id"))
    assert asked == {
        "correlation_id": str(message.pk),
        "tenant_id": str(aurora.org.pk),
        "actor": {"user_id": str(aurora.agent.pk)},
        "idempotency_key": str(message.pk),
        "ttl": 300,
        "data": {"to_number": TO, "body": "Hello", "from_number": message.from_address, "metadata": {}},
    }
    assert sending.claim(10) == []
    bus.handle(request)
    bus.handle(request)
    assert [claimed.message_id for claimed in sending.claim(10)] == [message.pk]
    assert answers() == []


def test_a_text_whose_request_never_comes_expires_with_an_answer(aurora: Tenant) -> None:
    message, request = ask(aurora)
    late = timezone.now() - timedelta(seconds=1)
    Message.all_orgs.filter(pk=message.pk).update(awaiting_until=late, next_attempt_at=late)
    assert sending.claim(10) == []
    sweep.sweep()
    sweep.sweep()
    bus.handle(request)
    assert (again(message).status, again(message).error_code) == ("expired", "TIMEOUT")
    assert answers() == [("sms.failed", str(message.pk), "TIMEOUT")]


def test_a_request_that_comes_back_late_ends_its_text(aurora: Tenant) -> None:
    message, request = ask(aurora)
    Message.all_orgs.filter(pk=message.pk).update(awaiting_until=timezone.now() - timedelta(seconds=1))
    bus.handle(request)
    assert again(message).status == "expired"
    assert answers() == [("sms.failed", str(message.pk), "TIMEOUT")]


def test_a_scheduled_text_needs_both_its_request_and_its_time(aurora: Tenant) -> None:
    message, request = ask(aurora, send_at=timezone.now() + timedelta(hours=1))
    Message.all_orgs.filter(pk=message.pk).update(send_at=timezone.now() - timedelta(seconds=1))
    sweep.sweep()
    assert again(message).status == "scheduled"
    bus.handle(request)
    assert again(message).status == "scheduled"
    sweep.sweep()
    assert again(message).status == "queued"


def test_a_text_that_was_canceled_meanwhile_stays_canceled(aurora: Tenant) -> None:
    message, request = ask(aurora)
    services.cancel_message(org=aurora.org, actor=aurora.agent, message=message)
    bus.handle(request)
    assert again(message).status == "canceled"
    assert answers() == [("sms.failed", str(message.pk), "FINAL_FAILURE")]


# --- What is no request --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        {"type": "sms.sent"},
        {"timestamp": "yesterday"},
        {"timestamp": 5},
        {"data": None},
        {"data.tenant_id": "7"},
        {"data.tenant_id": None},
        {"data.ttl": 0},
        {"data.ttl": 1e300},
        {"data.ttl": True},
        {"data.idempotency_key": ""},
        {"data.idempotency_key": "k" * 256},
        {"data.correlation_id": 7},
        {"data.actor": {"user_id": "me"}},
        {"data.data": {"to_number": TO}},
        {"data.data": {"to_number": TO, "body": "Hello", "metadata": []}},
    ],
    ids=str,
)
def test_what_is_no_request_is_put_aside(aurora: Tenant, change: dict[str, Any]) -> None:
    broken = copy.deepcopy(envelope(aurora))
    for path, value in change.items():
        *folders, name = path.split(".")
        target = broken
        for folder in folders:
            target = target[folder]
        target[name] = value
    with pytest.raises(Unreadable):
        bus.handle(broken)
    assert not Message.all_orgs.exists()


@pytest.mark.parametrize("content", [None, [], "text", 7, {}])
def test_nor_is_something_else_altogether(content: Any) -> None:
    with pytest.raises(Unreadable):
        bus.handle(content)


def test_a_tenant_that_does_not_exist_is_put_aside(aurora: Tenant) -> None:
    with pytest.raises(Unreadable, match="no such tenant"):
        bus.handle(envelope(aurora, tenant_id=str(uuid4())))
    assert not BusRequest.all_orgs.exists()


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "2026-01-31T08:00:00"])
def test_odd_times_are_read(aurora: Tenant, written: str) -> None:
    request = envelope(aurora)
    request["timestamp"] = written
    assert isinstance(bus.read(request), platform.SendRequest)
