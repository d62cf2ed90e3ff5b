"""One deed of a person with a conversation: the row, its history, the audit and the bell, together or not at all."""

from typing import Any

from django.db import models, transaction

from contactcenter.core import events
from contactcenter.core.models import Organization, User
from sms import history, transitions
from sms.enums import ConversationEventKind
from sms.models import Conversation


def row_of(org: Organization, conversation: Conversation) -> "models.QuerySet[Conversation]":
    """Return the conversation's row, if it is the organization's, to put a condition to."""
    return Conversation.objects.for_org(org).filter(pk=conversation.pk)


def change(
    rows: "models.QuerySet[Conversation]",
    fields: dict[str, Any],
    *,
    org: Organization,
    actor: User,
    conversation: Conversation,
    kind: ConversationEventKind,
    action: str = "",
    **detail: Any,
) -> bool:
    """Write `fields` into the row of `conversation` that `rows` still fits, and tell of it; False when none does.

    `action`: the word of the audit, where it is not the kind's. `detail`: ids and words for the history.
    """
    with transaction.atomic():
        if not rows.update(**fields):
            return False
        told(org=org, actor=actor, conversation=conversation, kind=kind, action=action, **detail)
    return True


def told(
    *,
    org: Organization,
    actor: User,
    conversation: Conversation,
    kind: ConversationEventKind,
    action: str = "",
    **detail: Any,
) -> None:
    """Write down what was just done with a conversation, and ring. Must run in the transaction of the deed."""
    history.record(org_id=org.pk, conversation_id=conversation.pk, kind=kind, actor=actor, **detail)
    events.audit(org_id=org.pk, actor=actor, action=action or f"conversation.{kind}", target=conversation)
    transitions.announce(org.pk, conversation.pk)
