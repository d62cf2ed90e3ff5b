"""The only way a stored message changes its status: one conditional UPDATE whose row count is looked at."""

from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from contactcenter.core import doorbell, events
from sms.enums import RANK, Direction, MessageStatus
from sms.models import Conversation, Message

CONVERSATION_CHANGED = "sms:conversation-changed"
_EVENT_OF = {
    MessageStatus.SENT: "sms.sent",
    MessageStatus.DELIVERED: "sms.delivered",
    MessageStatus.FAILED: "sms.failed",
    MessageStatus.UNDELIVERED: "sms.failed",
    MessageStatus.BLOCKED: "sms.failed",
}


def move(message: Message, to: MessageStatus, *, only_from: Q | None = None, **fields: Any) -> bool:
    """Move `message` to `to` and return whether that happened. Must run in a transaction.

    Without `only_from` the rank must rise. With it (moves inside rank 0, a lease that must be ours) the condition is
    the caller's. `fields` are written in the same UPDATE. The lease ends unless the caller says otherwise.
    """
    condition = only_from if only_from is not None else Q(rank__lt=RANK[to])
    fields = {"lease_token": None, "lease_until": None, **fields}
    if to == MessageStatus.SENT:
        fields.setdefault("sent_at", timezone.now())
    if to in (MessageStatus.DELIVERED, MessageStatus.READ):
        fields.setdefault("delivered_at", timezone.now())
    changed = (
        Message.all_orgs.filter(condition, pk=message.pk, direction=Direction.OUTBOUND).update(
            status=to, rank=RANK[to], **fields
        )
        == 1
    )
    if changed:
        _after_move(message, to, fields)
    return changed


def _after_move(message: Message, to: MessageStatus, fields: dict[str, Any]) -> None:
    message.status, message.rank = to, RANK[to]
    for name, value in fields.items():
        setattr(message, name, value)
    Conversation.all_orgs.filter(pk=message.conversation_id, last_message_id=message.pk).update(last_status=to)
    if to in _EVENT_OF:
        record_outcome(message, _EVENT_OF[to])
    announce(message.organization_id, message.conversation_id)


def record_outcome(message: Message, event_type: str) -> None:
    """Write the outbox event that tells the outside what became of `message`."""
    events.record(
        org_id=message.organization_id,
        type=event_type,
        object_id=message.pk,
        data={
            "message_id": str(message.pk),
            "to_number": message.to_address,
            "provider": message.provider,
            "cost": str(message.cost) if message.cost is not None else None,
            "error": message.error_code or None,
        },
    )


def announce(org_id: UUID, conversation_id: UUID) -> None:
    """Ring at the organization's open pages, after the commit."""
    doorbell.ring(org_id, CONVERSATION_CHANGED, conversation_id=conversation_id)


def fill_in(message: Message, **fields: Any) -> None:
    """Write facts that a late answer brings (the provider's id, for instance) without touching the status."""
    Message.all_orgs.filter(pk=message.pk).update(**fields)


def touch_conversation(conversation_id: UUID, message: Message, *, preview: str) -> None:
    """Make `message` the conversation's last one, unless a newer one already is. Reopens the conversation."""
    fresh = Conversation.all_orgs.filter(pk=conversation_id)
    fresh.filter(last_message_at__lte=message.created_at).update(
        last_message_id=message.pk,
        last_preview=preview,
        last_direction=message.direction,
        last_status=message.status,
    )
    unread = F("unread_count") + (1 if message.direction == Direction.INBOUND else 0)
    fresh.update(last_message_at=Greatest(F("last_message_at"), message.created_at), state="open", unread_count=unread)
    announce(message.organization_id, conversation_id)
