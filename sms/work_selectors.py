"""Reads of what people do with conversations. The organization comes first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from contactcenter.core.models import Label, Organization, User
from sms.models import Conversation, ConversationEvent, ConversationLabel, Message, Note, NoteMention

# A day of a busy conversation has a dozen; the cap is for what a broken program might write.
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of time: after one moment, up to and including another. None: without end."""

    after: datetime | None = None
    upto: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """The first moment that does not lie in it any more."""
        return self.upto + timedelta(microseconds=1) if self.upto is not None else None

    def of(self, rows: "QuerySet[Any]") -> list[Any]:
        """Return the newest of the rows whose `created_at` lies in it, newest first."""
        if self.after is not None:
            rows = rows.filter(created_at__gt=self.after)
        if self.upto is not None:
            rows = rows.filter(created_at__lte=self.upto)
        return list(rows.order_by("-created_at", "-id")[:MOST_LINES])


def events_in(org: Organization, conv: Conversation, span: Span) -> list[ConversationEvent]:
    """Return what was done with a conversation, newest first, with whoever did it."""
    return span.of(ConversationEvent.objects.for_org(org).filter(conversation=conv).select_related("actor"))


def notes_in(org: Organization, conv: Conversation, span: Span, *, reader: User) -> list[Note]:
    """Return the notes of a conversation, newest first; `is_new_to_me`: it mentions the reader, who has not seen it."""
    unseen = NoteMention.objects.for_org(org).filter(note=OuterRef("pk"), user=reader, seen_at__isnull=True)
    rows = Note.objects.for_org(org).filter(conversation=conv).select_related("author")
    return span.of(rows.annotate(is_new_to_me=Exists(unseen)))


def time_before(org: Organization, conv: Conversation, message_id: UUID) -> datetime | None:
    """Return when the message before this one was stored, or None for the first."""
    rows = Message.objects.for_org(org).filter(conversation=conv, id__lt=message_id)
    return rows.order_by("-id").values_list("created_at", flat=True).first()


def labels(org: Organization) -> "QuerySet[Label]":
    """Return the organization's labels by their names."""
    return Label.objects.for_org(org).order_by("name", "id")


def labels_of(org: Organization, conv: Conversation) -> list[Label]:
    """Return the labels of a conversation by their names."""
    rows = ConversationLabel.objects.for_org(org).filter(conversation=conv).select_related("label")
    return [row.label for row in rows.order_by("label__name", "label_id")]


def mentions_of(org: Organization, user: User) -> "QuerySet[NoteMention]":
    """Return where colleagues mentioned a person, newest first, with the note and the conversation at hand."""
    rows = NoteMention.objects.for_org(org).filter(user=user)
    return rows.select_related("note__author", "conversation__contact").order_by("-id")
