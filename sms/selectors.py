"""Reads of the inbox. The organization comes first, always; lists are paged by key, never by offset alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject, Now

from contactcenter.core.models import Contact, ContactNumber, Organization, PhoneNumber
from sms.enums import ConsentFlag, Direction, MessageStatus
from sms.models import (
    Attempt,
    ConsentEntry,
    Conversation,
    ConversationLabel,
    MediaFile,
    Message,
    ProviderEvent,
    Reroute,
    SentFile,
)
from sms.wanted import BEHIND, ORDERS, Sort, Wanted, by_states, conditions, source

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


def conversations(org: Organization) -> "QuerySet[Conversation]":
    """Return the organization's conversations, newest first, with contact and number at hand."""
    rows = Conversation.objects.for_org(org).select_related("contact", "phone_number")
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
    waiting_since: datetime | None
    assignee: str
    team: str
    priority: int
    snoozed_until: datetime | None
    labels: str
    """Colour, colon, name of each label, in lines by the names: a word rather than a list, so that a line is a key."""
    is_drafted: bool
    """The reader has typed something in it."""
    is_mentioning: bool
    """A note in it names the reader, who has not seen that."""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some lines of the inbox, how many open conversations have unread texts (no more than 99), and other counts."""

    lines: list[InboxLine]
    has_more: bool
    unread_total: int
    counts: dict[str, int]


# The columns of an `InboxLine` of the conversation `c` for `%(reader)s`, and what they need.
LINE = """
    c.id, k.name, c.address, c.last_message_at, c.last_preview, c.last_status, c.unread_count,
        EXISTS (
            SELECT FROM sms_consent AS r
            WHERE r.organization_id = %(org)s AND r.address = c.address AND r.state = 'opted_out'
        ), c.is_flagged, c.waiting_since, coalesce(nullif(trim(a.first_name || ' ' || a.last_name), ''), a.email, ''),
        coalesce(t.name, ''), c.priority, c.snoozed_until, coalesce((
            SELECT string_agg(w.color || ':' || w.name, E'\n' ORDER BY w.name)
            FROM sms_conversationlabel AS o JOIN core_label AS w ON w.id = o.label_id WHERE o.conversation_id = c.id
        ), ''),
        EXISTS (SELECT FROM sms_draft AS d WHERE d.user_id = %(reader)s AND d.conversation_id = c.id),
        EXISTS (
            SELECT FROM sms_notemention AS m
            WHERE m.user_id = %(reader)s AND m.conversation_id = c.id AND m.seen_at IS NULL
        )
"""
LINE_JOINS = """
    JOIN core_contact AS k ON k.id = c.contact_id
    LEFT JOIN core_user AS a ON a.id = c.assignee_id LEFT JOIN agents_team AS t ON t.id = c.team_id
"""
# One statement, and as text, because every open page asks for it all day: the ORM takes ten times as long to build it.
# The counts stand on the left, so that they come back when no line does.
_INBOX = """
SELECT u.counts, l.* FROM (SELECT ARRAY[{counts}]::bigint[] AS counts) AS u LEFT JOIN (
    SELECT {line}
    FROM ({found}) AS c {line_joins}
    ORDER BY {order} LIMIT %(limit)s
) AS l ON true
ORDER BY {outer_order}
"""
COUNTED = 100
_FOUND = "(SELECT c.{columns} FROM {source} AS c WHERE {wanted} ORDER BY {order} LIMIT %(limit)s)"
_OF_LABEL = "(SELECT c.* FROM {found} AS l JOIN sms_conversation AS c ON c.id = l.id)"
_UNREAD = Wanted(unread_only=True)
_COUNT = "(SELECT count(*) FROM (SELECT FROM {source} AS c WHERE {wanted} LIMIT 100) AS l)"


def inbox_page(
    org: Organization,
    *,
    reader: UUID,
    wanted: Wanted,
    sort: str = Sort.LATEST,
    before: tuple[datetime | None, UUID] | None = None,
    size: int = PAGE,
    counted: Mapping[str, Wanted] | None = None,
) -> InboxPage:
    """Return one page of the inbox, and how many there are in each list of `counted`, no further than COUNTED.

    Drafts and mentions are those of `reader`. `before` is the key of the last line that is already shown: its id, and
    last_message_at or waiting_since.
    """
    at, pk = before or (None, None)
    found, values = _found(wanted, order=ORDERS[sort], behind=BEHIND[sort] if before else "")
    lists = {"unread": _UNREAD, **(counted or {})}
    counts, more = _count_columns(lists)
    statement = _INBOX.format(
        line=LINE,
        line_joins=LINE_JOINS,
        counts=", ".join(counts),
        found=found,
        order=ORDERS[sort],
        outer_order=ORDERS[sort].replace("c.", "l."),
    )
    values |= {**more, "org": org.pk, "reader": reader, "at": at, "pk": pk, "limit": size + 1}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    lines = [InboxLine(*row[1:]) for row in rows if row[1] is not None]
    totals = dict(zip(lists, rows[0][0], strict=True))
    return InboxPage(lines[:size], len(lines) > size, min(totals.pop("unread"), COUNTED - 1), totals)


def _found(wanted: Wanted, *, order: str, behind: str) -> tuple[str, dict[str, Any]]:
    """Return the conversations of one page as a statement with its values; there may be too many, never too few."""
    parts, values = [], {}
    for number, each in enumerate(by_states(wanted)):
        where, more = conditions(each, prefix=f"f{number}_")
        columns = "id" if each.label else "*"
        found = _FOUND.format(columns=columns, source=source(each), wanted=where + behind, order=order)
        parts.append(_OF_LABEL.format(found=found) if each.label else found)
        values.update(more)
    return " UNION ALL ".join(parts), values


def inbox_counts(org: Organization, counted: Mapping[str, Wanted]) -> InboxPage:
    """Return the counts of `inbox_page` without lines."""
    lists = {"unread": _UNREAD, **counted}
    counts, values = _count_columns(lists)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", {**values, "org": org.pk})
        totals = dict(zip(lists, cursor.fetchone(), strict=True))
    return InboxPage([], False, min(totals.pop("unread"), COUNTED - 1), totals)


def _count_columns(lists: Mapping[str, Wanted]) -> tuple[list[str], dict[str, Any]]:
    columns, values = [], {}
    for number, wanted in enumerate(lists.values()):
        where, more = conditions(wanted, prefix=f"w{number}_")
        columns.append(_COUNT.format(source=source(wanted), wanted=where))
        values.update(more)
    return columns, values


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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The messages around one of them, oldest first; when the one before them was stored, and whether more follow."""

    rows: list[Message]
    older_at: datetime | None
    has_newer: bool


_AROUND = """
(SELECT id FROM sms_message WHERE organization_id = %s AND conversation_id = %s AND id <= %s ORDER BY id DESC LIMIT %s)
UNION ALL
(SELECT id FROM sms_message WHERE organization_id = %s AND conversation_id = %s AND id > %s ORDER BY id LIMIT %s)
"""


def thread_around(org: Organization, conv: Conversation, pk: UUID, *, size: int = 20) -> Surroundings | None:
    """Return up to `size` messages from `pk` on backwards and as many behind it; None when it is not in `conv`."""
    key = (org.pk, conv.pk, pk, size + 1)
    rows = list(_shown(org).filter(id__in=RawSQL(_AROUND, (*key, *key))).order_by("id"))  # noqa: S611 - only our own words
    older, newer = [row for row in rows if row.pk <= pk], [row for row in rows if row.pk > pk]
    if not older or older[-1].pk != pk:
        return None
    older_at = older[0].created_at if len(older) > size else None
    return Surroundings(older[-size:] + newer[:size], older_at=older_at, has_newer=len(newer) > size)


def _shown(org: Organization) -> "QuerySet[Message]":
    """Messages with what a bubble shows of them."""
    media = Prefetch("media", queryset=MediaFile.objects.for_org(org).order_by("position"))
    # Not one more query: a thread asks for enough as it is.
    of_message = SentFile.objects.for_org(org).filter(message=OuterRef("pk")).order_by("position")
    files = ArraySubquery(of_message.values(file=JSONObject(pk="upload_id", type="upload__content_type")))
    reroutes = Prefetch("reroutes", queryset=Reroute.objects.for_org(org).select_related(*_ACCOUNTS).order_by("id"))
    rows = Message.objects.for_org(org).annotate(sent_files=files)  # type: ignore[no-redef]  # Told to readers of Message there.
    return rows.select_related("author").prefetch_related(media, reroutes)


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


@dataclass(frozen=True, slots=True)
class Attention:
    """What of a conversation asks for somebody: texts that wait for their time, and a sentence to be judged."""

    scheduled: list[Message]
    flagged: Message | None


def attention_in(org: Organization, conv: Conversation, *, most: int = 50) -> Attention:
    """Return the texts that wait for their time, the next one first, and the newest sentence that may be an opt-out."""
    wanted = Q(status=MessageStatus.SCHEDULED)
    if conv.is_flagged:
        wanted |= Q(consent_flag=ConsentFlag.OPEN)
    rows = list(Message.objects.for_org(org).filter(wanted, conversation=conv).order_by("send_at", "id")[: 2 * most])
    flagged = [row for row in rows if row.consent_flag == ConsentFlag.OPEN]
    scheduled = [row for row in rows if row.status == MessageStatus.SCHEDULED]
    return Attention(scheduled[:most], max(flagged, key=lambda row: row.pk, default=None))


def consent_entries(org: Organization, address: str | None = None) -> "QuerySet[ConsentEntry]":
    """Return the decisions about all numbers of the organization, or about one, oldest first."""
    rows = ConsentEntry.objects.for_org(org).select_related("actor")
    if address is not None:
        rows = rows.filter(address=address)
    return rows.order_by("created_at", "id")
