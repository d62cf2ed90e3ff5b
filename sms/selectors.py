"""Reads of the inbox. The organization comes first, always; lists are paged by key, never by offset alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from contactcenter.core.models import Organization, PhoneNumber
from sms.enums import ConsentState, ConversationState, Direction
from sms.models import Attempt, Consent, Conversation, MediaFile, Message, ProviderEvent

PAGE = 30


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in order, and whether there are more behind the last."""

    rows: list[Any]
    has_more: bool


def _page(rows: Iterable[Any], size: int) -> Page:
    listed = list(rows)
    return Page(rows=listed[:size], has_more=len(listed) > size)


def conversations(
    org: Organization, *, state: str | None = None, unread_only: bool = False, search: str = ""
) -> "QuerySet[Conversation]":
    """Return the organization's conversations, newest first, with contact and number at hand."""
    rows = Conversation.objects.for_org(org).select_related("contact", "phone_number")
    if state:
        rows = rows.filter(state=state)
    if unread_only:
        rows = rows.filter(unread_count__gt=0)
    if search:
        digits = "".join(char for char in search if char.isdigit())
        wanted = Q(contact__name__icontains=search)
        if len(digits) >= 3:
            wanted |= Q(address__contains=digits)
        rows = rows.filter(wanted)
    return rows.order_by("-last_message_at", "-id")


@dataclass(frozen=True, slots=True)
class InboxLine:
    """What one line of the inbox shows, without the three models that it comes from (they cost twice the query)."""

    id: UUID
    name: str
    address: str
    last_message_at: datetime
    last_preview: str
    last_status: str
    unread_count: int
    is_opted_out: bool


def inbox_page(
    org: Organization,
    *,
    state: str = ConversationState.OPEN,
    unread_only: bool = False,
    search: str = "",
    before: tuple[datetime, UUID] | None = None,
    size: int = PAGE,
) -> Page:
    """Return one page of InboxLine; `before` is (last_message_at, id) of the last line that is already shown."""
    rows = conversations(org, state=state, unread_only=unread_only, search=search)
    if before is not None:
        at, pk = before
        # The first condition repeats the second, because only it lets PostgreSQL begin in the middle of the index.
        rows = rows.filter(last_message_at__lte=at).filter(Q(last_message_at__lt=at) | Q(id__lt=pk))
    refused = Consent.objects.for_org(org).filter(address=OuterRef("address"), state=ConsentState.OPTED_OUT)
    lines = rows.annotate(is_opted_out=Exists(refused)).values_list(
        "id",
        "contact__name",
        "address",
        "last_message_at",
        "last_preview",
        "last_status",
        "unread_count",
        "is_opted_out",
    )
    return _page((InboxLine(*line) for line in lines[: size + 1]), size)


def conversation(org: Organization, pk: UUID) -> Conversation | None:
    """Return one conversation of the organization, or None."""
    rows = Conversation.objects.for_org(org).select_related("contact", "phone_number", "phone_number__account")
    return rows.filter(pk=pk).first()


def thread_page(
    org: Organization,
    conv: Conversation,
    *,
    before: UUID | None = None,
    since: UUID | None = None,
    size: int = 40,
) -> Page:
    """Return the newest messages of a conversation, oldest first, with their media.

    Only those before `before`, and none older than `since`, when they are given.
    """
    rows = (
        Message.objects.for_org(org)
        .filter(conversation=conv)
        .select_related("author")
        .prefetch_related(Prefetch("media", queryset=MediaFile.objects.for_org(org).order_by("position")))
        .order_by("-id")
    )
    if before is not None:
        rows = rows.filter(id__lt=before)
    if since is not None:
        rows = rows.filter(id__gte=since)
    page = _page(rows[: size + 1], size)
    return Page(rows=page.rows[::-1], has_more=page.has_more)


def message(org: Organization, pk: UUID) -> Message | None:
    """Return one message of the organization with its attempts and events, or None."""
    rows = Message.objects.for_org(org).prefetch_related(
        Prefetch("attempts", queryset=Attempt.objects.for_org(org).order_by("id")),
        Prefetch("events", queryset=ProviderEvent.objects.for_org(org).order_by("id")),
    )
    return rows.filter(pk=pk).first()


def messages(org: Organization) -> "QuerySet[Message]":
    """Return the organization's messages, newest first."""
    return Message.objects.for_org(org).order_by("-created_at", "-id")


def unread_conversations(org: Organization, *, at_most: int = 99) -> int:
    """Return how many open conversations have unread texts, counted no further than `at_most`."""
    rows = Conversation.objects.for_org(org).filter(state=ConversationState.OPEN, unread_count__gt=0)
    return rows[:at_most].count()


def senders(org: Organization) -> "QuerySet[PhoneNumber]":
    """Return the senders that the organization can use now, the default one first."""
    rows = PhoneNumber.objects.for_org(org).filter(is_active=True, account__is_active=True).select_related("account")
    return rows.order_by("-is_default", "label", "address")


def sender_for(org: Organization, address: str) -> PhoneNumber | None:
    """Return the organization's usable sender with this address, or None."""
    return senders(org).filter(address=address).first()


def media_file(org: Organization, pk: UUID) -> MediaFile | None:
    """Return one attachment of the organization, or None."""
    return MediaFile.objects.for_org(org).filter(pk=pk).first()


def last_inbound_at(org: Organization, conv: Conversation) -> datetime | None:
    """Return when the other side wrote last."""
    rows = Message.objects.for_org(org).filter(conversation=conv, direction=Direction.INBOUND).order_by("-id")
    return rows.values_list("created_at", flat=True).first()
