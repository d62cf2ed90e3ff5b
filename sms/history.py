"""What happens to conversations beside their texts, written in the transaction of its cause."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contactcenter.core import clock
from contactcenter.core.models import User
from sms import notices
from sms.enums import ConversationEventKind
from sms.models import ConversationEvent


def record(
    *,
    org_id: UUID,
    conversation_id: UUID,
    kind: ConversationEventKind,
    actor: User | None = None,
    at: datetime | None = None,
    **detail: Any,
) -> None:
    """Write one line of a conversation's history. `detail`: ids and words, never texts or numbers."""
    line = ConversationEvent.all_orgs.create(
        organization_id=org_id,
        conversation_id=conversation_id,
        kind=kind,
        actor=actor,
        detail=detail,
        created_at=at or clock.now(),
    )
    if kind == ConversationEventKind.ASSIGNED:
        actor_id = actor.pk if actor is not None else None
        notices.was_assigned(org_id=org_id, conversation_id=conversation_id, actor_id=actor_id, cause=line.pk)
