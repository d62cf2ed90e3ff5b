"""Reads of the inbox. The organization comes first, always; lists are paged by key, never by offset alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject, Now

from contactcenter.core.models import Contact, ContactNumber, Organization, PhoneNumber
from sms.enums import ConsentFlag, ConversationState, Direction, MessageStatus
from sms.models import (
    Attempt,
    ConsentEntry,
    Conversation,
    ConversationLabel,
    MediaFile,
    Message,
    ProviderEvent,
    Reroute,
)

PAGE = 30
_ACCOUNTS = ("from_account", "to_account")


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
    is_flagged: bool
    assignee: str
    team: str
    priority: int
    snoozed_until: datetime | None
    labels: str
    """Colour, colon, name of each label, in lines by the names: a word rather than a list, so that a line is a key."""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some lines of the inbox, and how many open conversations have unread texts, counted no further than 99."""

    lines: list[InboxLine]
    has_more: bool
    unread_total: int


# One statement, and as text, because every open page asks for it all day: the ORM takes ten times as long to build it.
# The count stands on the left, so that it comes back when no line does.
_INBOX = """
SELECT u.unread_total, l.* FROM (
    SELECT count(*) AS unread_total FROM (
        SELECT FROM sms_conversation
        WHERE organization_id = %(org)s AND state = 'open' AND unread_count > 0 LIMIT 99
    ) AS unread
) AS u LEFT JOIN (
    SELECT c.id, k.name, c.address, c.last_message_at, c.last_preview, c.last_status, c.unread_count,
        EXISTS (
            SELECT FROM sms_consent AS r
            WHERE r.organization_id = %(org)s AND r.address = c.address AND r.state = 'opted_out'
        ), c.is_flagged, coalesce(nullif(trim(a.first_name || ' ' || a.last_name), ''), a.email, ''),
        coalesce(t.name, ''), c.priority, c.snoozed_until, coalesce((
            SELECT string_agg(w.color || ':' || w.name, E'\n' ORDER BY w.name)
            FROM sms_conversationlabel AS o JOIN core_label AS w ON w.id = o.label_id WHERE o.conversation_id = c.id
        ), '')
    FROM sms_conversation AS c JOIN core_contact AS k ON k.id = c.contact_id
        LEFT JOIN core_user AS a ON a.id = c.assignee_id LEFT JOIN agents_team AS t ON t.id = c.team_id
    WHERE c.organization_id = %(org)s AND c.state = %(state)s{wanted}
    ORDER BY c.last_message_at DESC, c.id DESC LIMIT %(limit)s
) AS l ON true
ORDER BY l.last_message_at DESC, l.id DESC
"""
_UNREAD = " AND c.unread_count > 0"
_BEFORE = " AND (c.last_message_at, c.id) < (%(at)s, %(pk)s)"
_FOUND = " AND (k.name ILIKE %(name)s OR c.address LIKE %(digits)s)"
_WILDCARDS = str.maketrans({char: f"\\{char}" for char in "\\%_"})


def inbox_page(
    org: Organization,
    *,
    state: str = ConversationState.OPEN,
    unread_only: bool = False,
    search: str = "",
    before: tuple[datetime, UUID] | None = None,
    size: int = PAGE,
) -> InboxPage:
    """Return one page of the inbox; `before` is (last_message_at, id) of the last line that is already shown."""
    at, pk = before or (None, None)
    digits = "".join(char for char in search if char.isdigit())
    values = {
        **{"org": org.pk, "state": state, "at": at, "pk": pk, "limit": size + 1},
        "name": f"%{search.translate(_WILDCARDS)}%",
        "digits": f"%{digits}%" if len(digits) >= 3 else None,
    }
    wanted = (_UNREAD if unread_only else "") + (_BEFORE if before else "") + (_FOUND if search else "")
    with connection.cursor() as cursor:
        cursor.execute(_INBOX.replace("{wanted}", wanted), values)
        rows = cursor.fetchall()
    lines = [InboxLine(*row[1:]) for row in rows if row[1] is not None]
    return InboxPage(lines[:size], len(lines) > size, unread_total=rows[0][0])


def conversation(org: Organization, pk: UUID) -> Conversation | None:
    """Return one conversation of the organization, or None."""
    at_hand = ("contact", "phone_number", "phone_number__account", "assignee", "team")
    on_it = ConversationLabel.objects.for_org(org).filter(conversation=OuterRef("pk")).order_by("label__name")
    words = ArraySubquery(on_it.values(json=JSONObject(name="label__name", color="label__color")))
    rows = Conversation.objects.for_org(org).select_related(*at_hand).annotate(label_words=words)
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
    rows = _shown(org).filter(conversation=conv).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    if since is not None:
        rows = rows.filter(id__gte=since)
    page = _page(rows[: size + 1], size)
    return Page(rows=page.rows[::-1], has_more=page.has_more)


def _shown(org: Organization) -> "QuerySet[Message]":
    """Messages with what a bubble shows of them."""
    media = Prefetch("media", queryset=MediaFile.objects.for_org(org).order_by("position"))
    reroutes = Prefetch("reroutes", queryset=Reroute.objects.for_org(org).select_related(*_ACCOUNTS).order_by("id"))
    return Message.objects.for_org(org).select_related("author").prefetch_related(media, reroutes)


def shown_message(org: Organization, pk: UUID) -> Message:
    """Return one message as a thread shows it. Raises Message.DoesNotExist."""
    return _shown(org).get(pk=pk)


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


def senders(org: Organization) -> "QuerySet[PhoneNumber]":
    """Return the senders that the organization can use now, the default one first."""
    return usable_senders(org).filter(Q(paused_until__isnull=True) | Q(paused_until__lte=Now()))


def usable_senders(org: Organization) -> "QuerySet[PhoneNumber]":
    """Return the active senders, the default one first, with those that rest for a while."""
    rows = PhoneNumber.objects.for_org(org).filter(is_active=True, account__is_active=True).select_related("account")
    return rows.order_by("-is_default", "label", "address")


def sender_for(org: Organization, address: str) -> PhoneNumber | None:
    """Return the organization's usable sender with this address, or None. It may be resting."""
    return usable_senders(org).filter(address=address).first()


def media_file(org: Organization, pk: UUID) -> MediaFile | None:
    """Return one attachment of the organization, or None."""
    return MediaFile.objects.for_org(org).filter(pk=pk).first()


def last_inbound_at(org: Organization, conv: Conversation) -> datetime | None:
    """Return when the other side wrote last."""
    rows = Message.objects.for_org(org).filter(conversation=conv, direction=Direction.INBOUND).order_by("-id")
    return rows.values_list("created_at", flat=True).first()


def contact_with(org: Organization, address: str) -> Contact | None:
    """Return the contact of the organization that has this address, or None."""
    row = ContactNumber.objects.for_org(org).filter(address=address).select_related("contact").first()
    return row.contact if row else None


def text(org: Organization, pk: UUID) -> Message | None:
    """Return one message of the organization, or None."""
    return Message.objects.for_org(org).filter(pk=pk).first()


def flagged_in(org: Organization, conv: Conversation) -> Message | None:
    """Return the newest sentence of a conversation that a person has to judge, or None."""
    rows = Message.objects.for_org(org).filter(conversation=conv, consent_flag=ConsentFlag.OPEN)
    return rows.order_by("-id").first()


def scheduled_in(org: Organization, conv: Conversation, *, most: int = 50) -> list[Message]:
    """Return the texts of a conversation that wait for their time, the next one first."""
    rows = Message.objects.for_org(org).filter(conversation=conv, status=MessageStatus.SCHEDULED)
    return list(rows.order_by("send_at", "id")[:most])


def consent_entries(org: Organization, address: str | None = None) -> "QuerySet[ConsentEntry]":
    """Return the decisions about all numbers of the organization, or about one, oldest first."""
    rows = ConsentEntry.objects.for_org(org).select_related("actor")
    if address is not None:
        rows = rows.filter(address=address)
    return rows.order_by("created_at", "id")
