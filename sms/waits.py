"""Since when a customer waits: from their first text on that no person has answered, until a person does.

What a program sends, whatever for, is no answer: docs/metrics.md, first_responses.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from contactcenter.core.models import Organization
from sms.enums import ConversationEventKind, ConversationState, Direction, MessageClass, MessageStatus
from sms.models import Conversation, ConversationEvent, Message

_BY_PERSON = Q(direction=Direction.OUTBOUND, author__isnull=False, message_class=MessageClass.REPLY)


def is_answer(*, author_id: UUID | None, message_class: str) -> bool:
    """Whether a text of ours is one that a person wrote."""
    return author_id is not None and message_class == MessageClass.REPLY


def after(message: Message) -> dict[str, Any]:
    """Return what a new text changes at its conversation: its customer waits from now on, no longer, or as before."""
    if message.direction == Direction.INBOUND:
        return {"waiting_since": Coalesce(F("waiting_since"), Value(message.created_at))}
    is_over = is_answer(author_id=message.author_id, message_class=message.message_class)
    return {"waiting_since": None} if is_over else {}


def again(org: Organization, conversation_id: UUID) -> None:
    """Let the customer wait as before an answer that was taken back. Must run in the transaction that takes it back.

    Since their first text behind the last answer that was not, and behind the last time that somebody resolved it.
    """
    texts = Message.objects.for_org(org).filter(conversation_id=conversation_id)
    asked = texts.filter(direction=Direction.INBOUND)
    answers = texts.filter(_BY_PERSON).exclude(status=MessageStatus.CANCELED)
    if last := answers.order_by("-id").values_list("pk", flat=True).first():
        asked = asked.filter(pk__gt=last)
    if resolved_at := _resolved_at(org, conversation_id):
        asked = asked.filter(created_at__gt=resolved_at)
    since = asked.order_by("id").values_list("created_at", flat=True).first()
    open_one = Conversation.objects.for_org(org).filter(pk=conversation_id).exclude(state=ConversationState.RESOLVED)
    open_one.update(waiting_since=since)


def _resolved_at(org: Organization, conversation_id: UUID) -> datetime | None:
    lines = ConversationEvent.objects.for_org(org).filter(
        conversation_id=conversation_id,
        kind=ConversationEventKind.STATE,
        detail__state=ConversationState.RESOLVED.value,
    )
    return lines.order_by("-created_at").values_list("created_at", flat=True).first()
