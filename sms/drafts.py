"""Drafts: what somebody typed and has not sent waits on the server, on every device, until it is sent."""

from django.db import transaction

from contactcenter.core.models import Organization, User
from sms.models import Conversation, Draft, Message

MOST_CHARACTERS = 5000


def of(org: Organization, user: User, conversation: Conversation) -> str:
    """Return what the person has typed in the conversation; empty for nothing."""
    rows = Draft.objects.for_org(org).filter(user=user, conversation=conversation)
    return rows.values_list("body", flat=True).first() or ""


def keep(*, org: Organization, user: User, conversation: Conversation, body: str, idempotency_key: str = "") -> bool:
    """Keep what the person has typed; nothing but space forgets it. Return whether it was taken over.

    `idempotency_key` is that of the form it was typed into: once its text was accepted, what comes late is no draft.
    """
    body = body.replace("\x00", "")[:MOST_CHARACTERS]
    if not body.strip():
        forget(org=org, user=user, conversation=conversation)
        return True
    if idempotency_key and Message.objects.for_org(org).filter(idempotency_key=idempotency_key).exists():
        return False
    with transaction.atomic():
        rows = Draft.objects.for_org(org)
        rows.update_or_create(organization=org, user=user, conversation=conversation, defaults={"body": body})
    return True


def add(*, org: Organization, user: User, conversation: Conversation, body: str, typed: str | None = None) -> str:
    """Put `body` before what the person has typed since (`typed`, or else the kept draft); return both together."""
    since = of(org, user, conversation) if typed is None else typed
    together = f"{body}\n\n{since}" if since.strip() and since.strip() != body.strip() else body
    keep(org=org, user=user, conversation=conversation, body=together)
    return together


def forget(*, org: Organization, user: User, conversation: Conversation) -> None:
    """Forget what the person has typed, because it was sent or taken away."""
    Draft.objects.for_org(org).filter(user=user, conversation=conversation).delete()
