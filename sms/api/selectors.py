"""What the API lists: flat rows, one query for each kind of thing, however many rows there are."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from contactcenter.core.models import Organization
from sms import selectors
from sms.api.filters import InboxFilter
from sms.enums import Direction, MessageStatus
from sms.models import Attempt, Conversation, MediaFile, Message, ProviderEvent, SentFile

MESSAGE_FIELDS = (
    "id",
    "conversation_id",
    "from_address",
    "to_address",
    "body",
    "direction",
    "status",
    "segments",
    "encoding",
    "provider",
    "provider_message_id",
    "error_code",
    "provider_error_code",
    "error_message",
    "cost",
    "cost_currency",
    "cost_source",
    "media_urls",
    "file_count",
    "created_at",
    "sent_at",
    "delivered_at",
    "organization_id",
)
MEDIA_FIELDS = ("id", "message_id", "content_type", "size", "state")
ATTEMPT_FIELDS = (
    "id",
    "provider",
    "state",
    "dialled_at",
    "finished_at",
    "provider_message_id",
    "http_status",
    "error_code",
    "provider_error_code",
    "error_message",
)
EVENT_FIELDS = (
    "id",
    "attempt_id",
    "provider",
    "provider_message_id",
    "raw_status",
    "status",
    "error_code",
    "changed_status",
    "occurred_at",
    "created_at",
)
CONVERSATION_FIELDS = (
    "id",
    "address",
    "contact__name",
    "last_preview",
    "unread_count",
    "last_message_at",
    "state",
    "assignee_id",
)
Row = dict[str, Any]


def inbox(org: Organization, wanted: InboxFilter) -> "QuerySet[Message]":
    """Return the organization's messages that fit the filter, newest first."""
    rows = selectors.messages(org)
    if wanted.direction:
        rows = rows.filter(direction=wanted.direction)
    if wanted.status:
        rows = rows.filter(status__in=_stored(wanted.status))
    if wanted.contact_address:
        rows = rows.filter(conversation__address=wanted.contact_address)
    if wanted.search:
        rows = rows.filter(_found(wanted.search))
    if wanted.unread is not None:
        unread = Q(pk__in=_unread(org).values("pk"))
        rows = rows.filter(unread if wanted.unread else ~unread)
    return rows


def _stored(shown: str) -> list[str]:
    return [MessageStatus.QUEUED, MessageStatus.CLAIMED] if shown == MessageStatus.QUEUED else [shown]


def _found(search: str) -> Q:
    found = Q(body__icontains=search) | Q(conversation__contact__name__icontains=search)
    digits = "".join(char for char in search if char in "0123456789")
    return found | Q(conversation__address__contains=digits) if len(digits) >= 3 else found


def _unread(org: Organization) -> "QuerySet[Message]":
    """Unread are the last `unread_count` inbound messages of a conversation."""
    place = Window(RowNumber(), partition_by=F("conversation_id"), order_by=F("id").desc())
    inbound = Message.objects.for_org(org).filter(direction=Direction.INBOUND, conversation__unread_count__gt=0)
    return inbound.annotate(place=place).filter(place__lte=F("conversation__unread_count"))


def message_row(org: Organization, pk: UUID) -> Row:
    """Return one message as a row of the list. Raises Message.DoesNotExist."""
    row: Row = Message.objects.for_org(org).values(*MESSAGE_FIELDS).get(pk=pk)
    return row


def media_of(org: Organization, messages: Iterable[Row]) -> dict[UUID, list[Row]]:
    """Return the attachments of these rows of messages in their order, in one query for each direction."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    several = list(messages)
    ids = [row["id"] for row in several if row["direction"] == Direction.INBOUND]
    rows = MediaFile.objects.for_org(org).filter(message_id__in=ids).order_by("position")
    for row in rows.values(*MEDIA_FIELDS):
        found[row["message_id"]].append(row)
    return found | _files_of(org, [row["id"] for row in several if row["file_count"]])


def _files_of(org: Organization, ids: list[UUID]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    if not ids:
        return found
    rows = SentFile.objects.for_org(org).filter(message_id__in=ids).order_by("position")
    for row in rows.values("message_id", "upload_id", "upload__content_type", "upload__size"):
        found[row["message_id"]].append(dict(row))
    return found


def conversations(org: Organization) -> "QuerySet[Conversation]":
    """Return the organization's conversations, open and closed, the one with the newest message first."""
    return Conversation.objects.for_org(org).order_by("-last_message_at", "-id")


def conversation(org: Organization, pk: UUID) -> Conversation:
    """Return one conversation, of which only the id was read. Raises Conversation.DoesNotExist."""
    return Conversation.objects.for_org(org).only("id").get(pk=pk)


def conversation_row(org: Organization, pk: UUID) -> Row:
    """Return one conversation as a row of the list. Raises Conversation.DoesNotExist."""
    row: Row = Conversation.objects.for_org(org).values(*CONVERSATION_FIELDS).get(pk=pk)
    return row


def thread(org: Organization, conversation: Conversation) -> "QuerySet[Message]":
    """Return a conversation's messages, newest first; their ids grow with time."""
    return Message.objects.for_org(org).filter(conversation=conversation).order_by("-id")


def attempts(org: Organization, message_id: UUID) -> list[Row]:
    """Return what we know of each POST to a provider for this message, oldest first, without what was posted."""
    rows = Attempt.objects.for_org(org).filter(message_id=message_id).order_by("id")
    return list(rows.values(*ATTEMPT_FIELDS))


def events(org: Organization, message_id: UUID) -> list[Row]:
    """Return what providers reported about this message, in the order in which it came."""
    rows = ProviderEvent.objects.for_org(org).filter(message_id=message_id).order_by("id")
    return list(rows.values(*EVENT_FIELDS))
