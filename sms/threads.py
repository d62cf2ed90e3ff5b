"""Finding, or beginning, the contact and the conversation that a text belongs to."""

from datetime import datetime
from typing import Any

from contactcenter.core.contacts import contact_for
from contactcenter.core.models import PhoneNumber
from sms.enums import Direction, MessageStatus
from sms.models import Conversation

_PREVIEW_LENGTH = 120


def preview_of(body: str, *, media_count: int = 0) -> str:
    """Return the one line that the inbox shows."""
    line = " ".join(body.split())[:_PREVIEW_LENGTH]
    return line or ("📎" if media_count else "")


def conversation_for(*, org_id: Any, number: PhoneNumber, address: str, now: datetime) -> Conversation:
    """Return the conversation between `number` and `address`, beginning both when it is the first text."""
    found = Conversation.all_orgs.filter(organization_id=org_id, phone_number=number, address=address).first()
    if found is not None:
        return found
    conversation, _created = Conversation.all_orgs.get_or_create(
        organization_id=org_id,
        phone_number=number,
        address=address,
        defaults={
            "contact": contact_for(org_id=org_id, address=address),
            "last_message_at": now,
            "last_direction": Direction.OUTBOUND,
            "last_status": MessageStatus.QUEUED,
        },
    )
    return conversation
