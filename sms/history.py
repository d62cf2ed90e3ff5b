"""What happens to conversations beside their texts, written in the transaction of its cause."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from contactcenter.core.models import User
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
    ConversationEvent.all_orgs.create(
        organization_id=org_id,
        conversation_id=conversation_id,
        kind=kind,
        actor=actor,
        detail=detail,
        created_at=at or timezone.now(),
    )
