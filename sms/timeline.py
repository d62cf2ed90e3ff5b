"""What the room of texts knows of a contact: what was done with their conversations, and the notes in them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from contactcenter.core.models import Organization
from contactcenter.core.timeline import Entry
from sms import event_words
from sms.models import ConversationEvent, Note

NAME = "sms"


def of_contact(org: Organization, contact_id: UUID, before: datetime | None, limit: int) -> Sequence[Entry]:
    """Return the newest events and notes of a contact's conversations before a time, newest first."""
    events = ConversationEvent.objects.for_org(org).filter(conversation__contact=contact_id).select_related("actor")
    notes = Note.objects.for_org(org).filter(conversation__contact=contact_id).select_related("author")
    if before is not None:
        events, notes = events.filter(created_at__lt=before), notes.filter(created_at__lt=before)
    entries = [
        *(_of_event(event) for event in events.order_by("-created_at", "-id")[:limit]),
        *(_of_note(note) for note in notes.order_by("-created_at", "-id")[:limit]),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def _of_event(event: ConversationEvent) -> Entry:
    return Entry(
        at=event.created_at,
        icon=event_words.icon_of(event),
        sentence=event_words.sentence(event),
        url=_url(event.conversation_id),
    )


def _of_note(note: Note) -> Entry:
    return Entry(
        at=note.created_at,
        icon="sticky-note",
        sentence=gettext("Note: %(words)s") % {"words": note.body},
        actor=note.author.get_full_name() if note.author else "",
        url=_url(note.conversation_id),
    )


def _url(conversation_id: UUID) -> str:
    return reverse("sms:conversation", kwargs={"pk": conversation_id})
