"""What the outside is told about a text: an answer for every one, `sms.sent` once, in the contract's form."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from contactcenter.core import events
from contactcenter.core.models import OutboxEvent
from sms import sending, services, sweep, transitions
from sms.enums import ErrorCode, MessageStatus
from sms.models import Message
from tests.carrier import Carrier
from tests.factories import Tenant, make_attempt, make_conversation, make_message
from tests.sms.test_sending import queue, send_due

pytestmark = pytest.mark.django_db(transaction=True)


def told(message: Message) -> list[str]:
    events = OutboxEvent.all_orgs.filter(object_id=message.pk).order_by("position")
    return list(events.values_list("type", flat=True))


def move(message: Message, *statuses: MessageStatus) -> None:
    for status in statuses:
        transitions.move(Message.all_orgs.get(pk=message.pk), status, only_from=Q())


S = MessageStatus


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([S.ACCEPTED], ["sms.sent"]),
        ([S.ACCEPTED, S.SENT, S.DELIVERED], ["sms.sent", "sms.delivered"]),
        ([S.SENT], ["sms.sent"]),
        ([S.DELIVERED], ["sms.sent", "sms.delivered"]),
        ([S.READ], ["sms.sent", "sms.delivered"]),
        ([S.DELIVERED, S.READ], ["sms.sent", "sms.delivered"]),
        ([S.UNCERTAIN, S.ACCEPTED], ["sms.sent"]),
        ([S.UNCERTAIN, S.HELD], ["sms.failed"]),
        ([S.UNCERTAIN, S.HELD, S.DELIVERED], ["sms.failed", "sms.sent", "sms.delivered"]),
        ([S.FAILED], ["sms.failed"]),
        ([S.ACCEPTED, S.UNDELIVERED], ["sms.sent", "sms.failed"]),
        ([S.ACCEPTED, S.UNDELIVERED, S.DELIVERED], ["sms.sent", "sms.failed", "sms.delivered"]),
        ([S.BLOCKED], ["sms.failed"]),
        ([S.CANCELED], ["sms.failed"]),
        ([S.EXPIRED], ["sms.failed"]),
        ([S.UNCERTAIN], []),
    ],
    ids=lambda value: "-".join(value) or "nothing",
)
def test_every_end_is_told_and_sent_once(aurora: Tenant, statuses: list[MessageStatus], expected: list[str]) -> None:
    message = make_message(make_conversation(aurora), status=MessageStatus.SENDING)
    move(message, *statuses)
    assert told(message) == expected


def test_a_provider_that_accepts_is_told_in_the_contracts_form(
    aurora: Tenant, borealis: Tenant, carrier: Carrier
) -> None:
    message = queue(aurora, correlation_id="order-7")
    send_due()
    send_due()
    event = OutboxEvent.all_orgs.get(object_id=message.pk)
    published = events.envelope(event)
    assert published == {
        "id": str(event.pk),
        "type": "sms.sent",
        "source": "communications",
        "timestamp": events.time_of(event.created_at),
        "organizationId": str(aurora.org.pk),
        "userId": None,
        "data": {
            "event_id": str(event.pk),
            "correlation_id": "order-7",
            "timestamp": event.data["timestamp"],
            "status": "success",
            "data": {
                "message_id": str(message.pk),
                "to_number": message.to_address,
                "provider": "TWILIO",
                "cost": "0.007500",
                "error": None,
            },
        },
        "metadata": {"version": "1.0.0", "module": "cc-lite"},
    }
    assert event.position > 0


def test_a_callback_that_is_quicker_than_the_answer_leaves_one_sms_sent(aurora: Tenant, carrier: Carrier) -> None:
    message = queue(aurora)
    (claimed,) = sending.claim(1)
    dial = sending._write_ahead(claimed)
    assert dial is not None
    move(message, MessageStatus.DELIVERED)
    outcome = dial.adapter.send(dial.credentials, dial.wire, sending.Timeouts(connect=1, total=2))
    sending.record(dial, outcome)
    assert told(message) == ["sms.sent", "sms.delivered"]


def failure_of(message: Message) -> dict[str, Any]:
    event = OutboxEvent.all_orgs.get(object_id=message.pk, type="sms.failed")
    assert event.data["correlation_id"] == str(message.pk)
    assert event.data["status"] == "failed"
    return dict(event.data["data"])


def test_a_failure_names_its_reason(aurora: Tenant, carrier: Carrier) -> None:
    carrier.script({"refuse": {"http_status": 400, "code": 21211, "message": "no"}})
    message = queue(aurora)
    send_due()
    assert failure_of(message)["error"] == "VALIDATION_ERROR"


def test_a_text_that_a_person_canceled_is_answered_too(aurora: Tenant) -> None:
    message = queue(aurora)
    services.cancel_message(org=aurora.org, actor=aurora.agent, message=message)
    assert failure_of(message)["error"] == "FINAL_FAILURE"


def test_an_old_doubt_is_answered_as_a_doubt(aurora: Tenant, settings: Any) -> None:
    settings.UNCERTAIN_GRACE_SECONDS = 10
    message = make_message(
        make_conversation(aurora),
        status=MessageStatus.UNCERTAIN,
        error_code=ErrorCode.UNKNOWN_OUTCOME,
        uncertain_at=timezone.now() - timedelta(seconds=11),
    )
    make_attempt(message)
    sweep.sweep()
    assert failure_of(message)["error"] == "UNKNOWN_OUTCOME"
