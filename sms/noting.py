"""Writing private notes, and finding whom they mention."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agents import selectors as agents
from contactcenter.core import clock
from contactcenter.core.models import Organization, User
from sms import notices, transitions
from sms.models import Conversation, Note, NoteMention

LONGEST_NOTE = 4000


class EmptyNote(Exception):
    """A note says something."""


class NoteTooLong(Exception):
    """A note has at most 4000 characters."""


def add_note(
    *,
    org: Organization,
    actor: User,
    conversation: Conversation,
    body: str,
    mentioned: Iterable[UUID] = (),
    now: datetime | None = None,
) -> Note:
    """Write a note for colleagues into a conversation. Raises EmptyNote, NoteTooLong.

    Mentioned are those who stand in it as `@` and their whole name or e-mail address, and those in `mentioned`;
    who does not work in the organization is passed over.
    """
    body = body.replace("\r\n", "\n").replace("\x00", "").strip()
    if not body:
        raise EmptyNote
    if len(body) > LONGEST_NOTE:
        raise NoteTooLong
    with transaction.atomic():
        note = Note.all_orgs.create(
            organization=org, conversation=conversation, author=actor, body=body, created_at=now or clock.now()
        )
        chosen = set(mentioned)
        people = list(agents.colleagues(org)) if chosen or "@" in body else []
        named = named_in(body, people)
        _mention(note, [person for person in people if person.pk in chosen or person in named])
        transitions.announce(org.pk, conversation.pk)
    return note


def _mention(note: Note, people: list[User]) -> None:
    """Keep who is mentioned, and tell them; whoever wrote the note knows it."""
    NoteMention.objects.for_org(note.organization_id).bulk_create(
        NoteMention(organization_id=note.organization_id, note=note, user=person, conversation_id=note.conversation_id)
        for person in people
    )
    others = [person.pk for person in people if person.pk != note.author_id]
    if others:
        notices.were_mentioned(
            org_id=note.organization_id, conversation_id=note.conversation_id, people=others, cause=note.pk
        )


def named_in(body: str, people: Iterable[User]) -> list[User]:
    """Return who stands in `body` as `@` and their whole name or e-mail address; letters count alike in either case.

    The longest word is taken first, so that "@Jana Nováková" does not mention a Jana as well.
    """
    words = sorted(
        ((word.casefold(), person) for person in people for word in (person.get_full_name(), person.email)),
        key=lambda pair: -len(pair[0]),
    )
    rest, found = body.casefold(), []
    for word in dict.fromkeys(word for word, _person in words):
        rest, times = re.subn(rf"(?<!\w)@{re.escape(word)}(?!\w)", " ", rest)
        if times:
            found += [person for other, person in words if other == word and person not in found]
    return found


def mark_seen(*, org: Organization, user: User, conversation: Conversation) -> bool:
    """Remember that a person has looked at a conversation in which they were mentioned; False for nothing new."""
    unseen = NoteMention.objects.for_org(org).filter(user=user, conversation=conversation, seen_at__isnull=True)
    with transaction.atomic():
        changed = unseen.update(seen_at=clock.now()) > 0
        if changed:
            transitions.announce(org.pk, conversation.pk)
    return changed
