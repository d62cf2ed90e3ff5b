"""Drafts: what somebody typed and has not sent waits on the server, on every device, until it is sent."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from contactcenter.core import clock
from contactcenter.core.models import Organization, User
from sms import uploads
from sms.models import Conversation, Draft, Message, Upload
from sms.typed import Typed

MOST_CHARACTERS = 5000


def of(org: Organization, user: User, conversation: Conversation) -> Typed:
    """Return what the person has typed in the conversation."""
    rows = Draft.objects.for_org(org).filter(user=user, conversation=conversation)
    found = rows.values_list("body", "files").first()
    return Typed(found[0], tuple(map(UUID, found[1]))) if found else Typed()


def keep(
    *,
    org: Organization,
    user: User,
    conversation: Conversation,
    body: str,
    files: Sequence[UUID] = (),
    idempotency_key: str = "",
) -> bool:
    """Keep what the person has typed; nothing but space and no file forgets it. Return whether it was taken over.

    `idempotency_key` is that of the form it was typed into: once its text was accepted, what comes late is no draft.
    """
    body = body.replace("\x00", "")[:MOST_CHARACTERS]
    own = [upload.pk for upload in uploads.known_among(org, files)]
    if not body.strip() and not own:
        forget(org=org, user=user, conversation=conversation)
        return True
    if idempotency_key and Message.objects.for_org(org).filter(idempotency_key=idempotency_key).exists():
        return False
    with transaction.atomic():
        kept = {"body": body, "files": [str(pk) for pk in own]}
        rows = Draft.objects.for_org(org)
        rows.update_or_create(organization=org, user=user, conversation=conversation, defaults=kept)
        if own:  # From now on they wait as long as the draft does.
            unused = Upload.objects.for_org(org).filter(pk__in=own, unused_since__isnull=False)
            unused.update(unused_since=clock.now())
    return True


def add(*, org: Organization, user: User, message: Message, typed: Typed | None = None) -> str:
    """Put a text before what the person has typed since (`typed`, or else the kept draft), and its files too.

    Return the words together.
    """
    since = of(org, user, message.conversation) if typed is None else typed
    is_new = since.body.strip() and since.body.strip() != message.body.strip()
    together = "\n\n".join(filter(str.strip, (message.body, since.body))) if is_new else message.body
    files = [*uploads.ids_of(message), *since.files]
    keep(org=org, user=user, conversation=message.conversation, body=together, files=files)
    return together


def forget(*, org: Organization, user: User, conversation: Conversation) -> None:
    """Forget what the person has typed, because it was sent or taken away."""
    Draft.objects.for_org(org).filter(user=user, conversation=conversation).delete()
