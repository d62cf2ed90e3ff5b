"""What happened in a conversation while somebody wrote an answer: a colleague was quicker, or the customer wrote on."""

from uuid import UUID

from contactcenter.core.models import Organization, User
from sms.enums import MessageClass
from sms.models import Conversation, Message

MOST_SHOWN = 5


def news(
    *, org: Organization, conversation: Conversation, reader: User, since: UUID | None, idempotency_key: str
) -> list[Message]:
    """Return the newest texts behind `since` that `reader` did not write, oldest first; none of automatic answers.

    `since` None: the conversation was empty. Nothing is news for a form whose text was accepted before: it is asked
    again because an answer was lost on the way.
    """
    if Message.objects.for_org(org).filter(idempotency_key=idempotency_key).exists():
        return []
    rows = Message.objects.for_org(org).filter(conversation=conversation).exclude(author=reader)
    rows = rows.exclude(message_class=MessageClass.AUTOMATIC)
    if since is not None:
        rows = rows.filter(pk__gt=since)
    return list(rows.select_related("author").order_by("-id")[:MOST_SHOWN])[::-1]
