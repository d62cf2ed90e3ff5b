"""Of what in the inbox people are told, and who they are. How, is each person's own choice."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse

from contactcenter.core import notifications
from contactcenter.core.models import NotificationEvent
from sms.enums import Direction, MessageStatus
from sms.models import Conversation, Message

# What its author has to know of; who cancels a text knows it.
_FAILURES = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.BLOCKED, MessageStatus.EXPIRED})


def text_came(message: Message) -> None:
    """Tell whoever has the conversation, or all when nobody has it. Must run in the transaction that stores it."""
    if message.direction != Direction.INBOUND:
        return
    assignee = _assignee_of(message.organization_id, message.conversation_id)
    event = NotificationEvent.MINE if assignee else NotificationEvent.UNASSIGNED
    _tell(message.organization_id, message.conversation_id, event, message.pk, [assignee] if assignee else None)


def text_failed(message: Message, to: MessageStatus) -> None:
    """Tell the author that `message` moved `to` a failure; anything else is no news."""
    if to in _FAILURES and message.author_id:
        author = [message.author_id]
        _tell(message.organization_id, message.conversation_id, NotificationEvent.FAILED, message.pk, author)


def was_assigned(*, org_id: UUID, conversation_id: UUID, actor_id: UUID | None, cause: UUID) -> None:
    """Tell the one who has the conversation now, unless they took it themselves. `cause`: the line of the history."""
    assignee = _assignee_of(org_id, conversation_id)
    if assignee and assignee != actor_id:
        _tell(org_id, conversation_id, NotificationEvent.ASSIGNED, cause, [assignee])


def were_mentioned(*, org_id: UUID, conversation_id: UUID, people: Collection[UUID], cause: UUID) -> None:
    """Tell people that a note names them. `cause`: the note."""
    _tell(org_id, conversation_id, NotificationEvent.MENTION, cause, people)


def _assignee_of(org_id: UUID, conversation_id: UUID) -> UUID | None:
    rows = Conversation.objects.for_org(org_id).filter(pk=conversation_id)
    return rows.values_list("assignee_id", flat=True).first()


def _tell(
    org_id: UUID, conversation_id: UUID, event: NotificationEvent, cause: UUID, people: Collection[UUID] | None
) -> None:
    path = reverse("sms:conversation", kwargs={"pk": conversation_id})
    notifications.tell(org_id=org_id, event=event, cause=cause, about=conversation_id, path=path, people=people)
