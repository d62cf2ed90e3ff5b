"""What became of a text, as the outside is told: the answer to whoever asked for it, and what followed.

`sms.sent` once, when the provider has taken the text; `sms.failed` when it will not be sent, was not delivered, or
nobody can say; `sms.delivered` when it arrived.
"""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from contactcenter.core import clock, events
from contactcenter.core.ids import new_id
from contactcenter.providers.base import Accepted
from sms import costs
from sms.enums import RANK, AttemptState, ErrorCode, MessageStatus
from sms.models import Attempt, Message

SENT, FAILED, DELIVERED = "sms.sent", "sms.failed", "sms.delivered"
_FAILURES = frozenset(
    {
        *{MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.BLOCKED},
        *{MessageStatus.CANCELED, MessageStatus.EXPIRED},
        # Nobody knows, and no machine will find out: whoever asked must not wait for ever.
        MessageStatus.HELD,
    }
)


def types_of(before: int, to: MessageStatus) -> list[str]:
    """Return the events of a move to `to` by a message that had the rank `before`."""
    if to in _FAILURES:
        return [FAILED]
    told = [SENT] if before < RANK[MessageStatus.ACCEPTED] <= RANK[to] else []
    has_arrived = to in (MessageStatus.DELIVERED, MessageStatus.READ)
    # A text that was read without a report that it arrived has arrived.
    if to == MessageStatus.DELIVERED or (has_arrived and before < RANK[MessageStatus.DELIVERED]):
        told.append(DELIVERED)
    return told


def record(message: Message, event_type: str) -> None:
    """Write the event of `message`, in the transaction that moves it."""
    event_id = new_id()
    events.record(
        org_id=message.organization_id,
        type=event_type,
        object_id=message.pk,
        event_id=event_id,
        data=_data(
            event_id,
            message.correlation,
            is_success=event_type != FAILED,
            data=_of_message(message, cost=_cost(message), error=_error(message) if event_type == FAILED else None),
        ),
    )


def was_told_sent(message: Message) -> bool:
    """Whether the outside was told `sms.sent` already: a first provider had the text, and it came back."""
    if not message.failovers:
        return False
    return (
        Attempt.objects.for_org(message.organization_id).filter(message=message, state=AttemptState.RETURNED).exists()
    )


def sent_in_sql(message: Message, outcome: Accepted) -> dict[str, Any]:
    """Return the values of the `sms.sent` that a statement writes together with the provider's yes."""
    event_id = new_id()
    cost = outcome.cost if outcome.cost is not None else message.cost
    data = _data(event_id, message.correlation, is_success=True, data=_of_message(message, cost=cost, error=None))
    return {"event": event_id, "event_type": SENT, "event_data": json.dumps(data)}


def refuse(*, org_id: UUID, correlation_id: str, to_number: str, code: ErrorCode) -> None:
    """Answer a request of the bus of which no message came."""
    event_id = new_id()
    events.record(
        org_id=org_id,
        type=FAILED,
        object_id=event_id,
        event_id=event_id,
        data=_data(
            event_id,
            correlation_id,
            is_success=False,
            data={"message_id": None, "to_number": to_number, "provider": None, "cost": None, "error": code.value},
        ),
    )


def _data(event_id: UUID, correlation_id: str, *, is_success: bool, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "event_id": str(event_id),
        "correlation_id": correlation_id,
        "timestamp": events.time_of(clock.now()),
        "status": "success" if is_success else "failed",
        "data": data,
    }


def _of_message(message: Message, *, cost: Decimal | None, error: str | None) -> dict[str, Any]:
    return {
        "message_id": str(message.pk),
        "to_number": message.to_address,
        "provider": message.provider or None,
        "cost": f"{cost:f}" if cost is not None else None,
        "error": error,
    }


def _cost(message: Message) -> Decimal | None:
    is_free = costs.is_free(message.status, message.provider_message_id, message.cost_source)
    return None if is_free else message.cost


def _error(message: Message) -> str:
    # Nothing is wrong with a canceled text, but it will not come.
    return message.error_code or ErrorCode.FINAL_FAILURE.value
