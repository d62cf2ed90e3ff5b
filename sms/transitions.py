"""The only way a stored message changes its status: one conditional UPDATE whose row count is looked at."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now

from contactcenter.core import clock, doorbell
from contactcenter.providers.base import ProviderError
from sms import history, notices, outcomes, waits
from sms.enums import (
    RANK,
    ConversationEventKind,
    ConversationState,
    CostSource,
    Direction,
    ErrorCode,
    HoldReason,
    MessageStatus,
)
from sms.models import Conversation, Message

CONVERSATION_CHANGED = "sms:conversation-changed"


def move(message: Message, to: MessageStatus, *, only_from: Q | None = None, **fields: Any) -> bool:
    """Move `message` to `to` and return whether that happened. Must run in a transaction.

    Without `only_from` the rank must rise. With it (moves inside rank 0, a lease that must be ours) the condition is
    the caller's. `fields` are written in the same UPDATE. The lease, and waiting for the bus, end unless the caller
    says otherwise. Whoever reports a success has read `message` under its lock, because its rank decides what is told.
    """
    condition = only_from if only_from is not None else Q(rank__lt=RANK[to])
    fields = {"lease_token": None, "lease_until": None, "awaiting_until": None, **fields}
    if to == MessageStatus.SENT:
        fields.setdefault("sent_at", clock.now())
    if to in (MessageStatus.DELIVERED, MessageStatus.READ):
        fields.setdefault("delivered_at", clock.now())
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
    before, was_held = message.rank, message.status == MessageStatus.HELD
    message.status, message.rank = to, RANK[to]
    for name, value in fields.items():
        setattr(message, name, value)
    Conversation.all_orgs.filter(pk=message.conversation_id, last_message_id=message.pk).update(last_status=to)
    is_told = was_held and to == MessageStatus.FAILED  # That nobody can say was told when it was held.
    for event_type in () if is_told else outcomes.types_of(before, to):
        if event_type != outcomes.SENT or not outcomes.was_told_sent(message):
            outcomes.record(message, event_type)
    notices.text_failed(message, to)
    announce(message.organization_id, message.conversation_id)


def release(message: Message) -> bool:
    """Let a message go whose request came back from the bus; False when it came too late. Must run in a transaction."""
    waiting = Message.all_orgs.filter(pk=message.pk, awaiting_until__gt=Now())
    # One that is scheduled is due when its time has come.
    queued = waiting.filter(status=MessageStatus.QUEUED).update(awaiting_until=None, next_attempt_at=Now())
    if not queued and not waiting.filter(status=MessageStatus.SCHEDULED).update(awaiting_until=None):
        return False
    doorbell.wake("sms.tasks.send_due")
    return True


def hold(message: Message, reason: HoldReason, *, only_from: MessageStatus) -> bool:
    """Let a message wait for a person; return whether it was in the state `only_from`."""
    with transaction.atomic():
        return move(message, MessageStatus.HELD, only_from=Q(status=only_from), hold_reason=reason)


def expire(message: Message) -> bool:
    """End a message whose request did not come back from the bus in time. Must run in a transaction."""
    return move(
        message,
        MessageStatus.EXPIRED,
        only_from=Q(awaiting_until__isnull=False, rank=0),
        error_code=ErrorCode.TIMEOUT,
        next_attempt_at=None,
    )


def words_of(error: ProviderError) -> dict[str, str]:
    """Return the columns of a message or an attempt that say what the provider said."""
    return {
        "error_code": error.taxonomy.value,
        "provider_error_code": error.code[:40],
        "error_message": error.title[:300],
    }


def announce(org_id: UUID, conversation_id: UUID) -> None:
    """Ring at the organization's open pages, after the commit."""
    doorbell.ring(org_id, CONVERSATION_CHANGED, conversation_id=conversation_id)


def fill_in(message: Message, **fields: Any) -> None:
    """Write facts that a late answer brings (the provider's id, for instance) without touching the status."""
    Message.all_orgs.filter(pk=message.pk).update(**fields)
    for name, value in fields.items():
        setattr(message, name, value)


def fill_in_estimate(message: Message, *, cost: Decimal | None, currency: str | None) -> None:
    """Write what the provider expects to charge; what it has billed stays."""
    if cost is None:
        return
    unbilled = Message.all_orgs.filter(pk=message.pk).exclude(cost_source=CostSource.FINAL)
    unbilled.update(cost=cost, cost_currency=currency or "", cost_source=CostSource.ESTIMATED)


def touch_conversation(conversation_id: UUID, message: Message, *, preview: str) -> None:
    """Make `message` the conversation's last one, unless a newer one already is. Reopens the conversation."""
    fresh = Conversation.all_orgs.filter(pk=conversation_id)
    fresh.filter(last_message_at__lte=message.created_at).update(
        last_message_id=message.pk,
        last_preview=preview,
        last_direction=message.direction,
        last_status=message.status,
    )
    is_inbound = message.direction == Direction.INBOUND
    fresh.update(
        last_message_at=Greatest(F("last_message_at"), message.created_at),
        unread_count=F("unread_count") + int(is_inbound),
        **waits.after(message),
    )
    # A text from the customer opens whatever state it was in; ours leaves what waits for an answer as it is.
    shut = fresh.exclude(state=ConversationState.OPEN)
    shut = shut if is_inbound else shut.filter(state=ConversationState.RESOLVED)
    if shut.update(state=ConversationState.OPEN, snoozed_until=None):
        history.record(
            org_id=message.organization_id,
            conversation_id=conversation_id,
            kind=ConversationEventKind.REOPENED,
            actor=message.author,
            at=message.created_at,
            direction=message.direction,
        )
    announce(message.organization_id, conversation_id)
