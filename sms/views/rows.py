"""How conversations and messages look: everything a template shows, computed here once, so that it only prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as translate

from contactcenter.core.phone import pretty
from sms.enums import Direction, ErrorCode, MediaState, MessageStatus, shown_status
from sms.models import Conversation, MediaFile, Message

# Status → symbol of the sprite and colour; the word always stands beside it.
_MARKS: dict[str, tuple[str, str]] = {
    MessageStatus.SCHEDULED: ("clock", ""),
    MessageStatus.QUEUED: ("clock", ""),
    MessageStatus.SENDING: ("send", ""),
    MessageStatus.UNCERTAIN: ("circle-question-mark", "bad"),
    MessageStatus.HELD: ("circle-pause", "bad"),
    MessageStatus.ACCEPTED: ("check", ""),
    MessageStatus.SENT: ("check", ""),
    MessageStatus.DELIVERED: ("check-check", "good"),
    MessageStatus.READ: ("check-check", "good"),
    MessageStatus.UNDELIVERED: ("circle-x", "bad"),
    MessageStatus.FAILED: ("circle-x", "bad"),
    MessageStatus.BLOCKED: ("ban", "bad"),
    MessageStatus.CANCELED: ("ban", ""),
    MessageStatus.EXPIRED: ("circle-x", "bad"),
    MessageStatus.RECEIVED: ("corner-down-left", ""),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as symbol, colour and word."""

    icon: str
    css: str
    word: str | Promise


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    pk: UUID
    url: str
    name: str
    initial: str
    preview: str
    at: str
    iso: str
    unread: int
    mark: Mark
    is_opted_out: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file of a message; `url` is empty while it is not stored here."""

    name: str
    url: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a thread. `day` is the separator above it, or empty."""

    pk: UUID
    is_inbound: bool
    body: str
    at: str
    iso: str
    mark: Mark
    reason: str | Promise
    author: str
    media: list[Attachment]
    day: str
    day_iso: str


def mark_of(status: str) -> Mark:
    """Return how a status is shown."""
    shown = shown_status(status)
    icon, css = _MARKS[shown]
    return Mark(icon, css, MessageStatus(shown).label)


def list_rows(
    conversations: Iterable[Conversation], *, opted_out: set[str], current: UUID | None, query: str = ""
) -> list[Row]:
    """Return the lines of the list; `query` (with its ?) keeps the filter in their links."""
    today = timezone.localdate()
    base = reverse("sms:inbox")
    rows = []
    for conv in conversations:
        name = name_of(conv)
        at = timezone.localtime(conv.last_message_at)
        rows.append(
            Row(
                pk=conv.pk,
                url=f"{base}{conv.pk}/{query}",
                name=name,
                initial=name[0].upper(),
                preview=conv.last_preview,
                at=_when(at, today),
                iso=at.isoformat(timespec="seconds"),
                unread=conv.unread_count,
                mark=mark_of(conv.last_status),
                is_opted_out=conv.address in opted_out,
                is_current=conv.pk == current,
            )
        )
    return rows


def name_of(conv: Conversation) -> str:
    """Return the contact's name, or the number where there is none."""
    return conv.contact.name or pretty(conv.address)


def day_of(message: Message) -> date:
    """Return the day of a message in the reader's time zone."""
    return timezone.localtime(message.created_at).date()


def bubbles(messages: Iterable[Message], *, day_before: date | None) -> list[Bubble]:
    """Return the messages as bubbles; one on another day than `day_before`, the day above it, gets a separator."""
    today = timezone.localdate()
    shown = []
    for message in messages:
        at = timezone.localtime(message.created_at)
        day = at.date()
        shown.append(_bubble(message, at, day_name(day, today) if day != day_before else ""))
        day_before = day
    return shown


def _bubble(message: Message, at: datetime, day: str) -> Bubble:
    return Bubble(
        pk=message.pk,
        is_inbound=message.direction == Direction.INBOUND,
        body=message.body,
        at=at.strftime("%H:%M"),
        iso=at.isoformat(timespec="seconds"),
        mark=mark_of(message.status),
        reason=ErrorCode(message.error_code).label if message.error_code else "",
        author=message.author.get_full_name() if message.author else "",
        media=[_attachment(file) for file in message.media.all()],
        day=day,
        day_iso=at.date().isoformat(),
    )


def _attachment(file: MediaFile) -> Attachment:
    is_picture = file.content_type.startswith("image/")
    name = (translate("Picture %(number)d") if is_picture else translate("Attachment %(number)d")) % {
        "number": file.position + 1
    }
    if file.state != MediaState.STORED:
        return Attachment(f"{name}: {MediaState(file.state).label}", "", is_picture=False)
    return Attachment(name, reverse("sms:media", kwargs={"pk": file.pk}), is_picture)


def day_name(day: date, today: date) -> str:
    """Return "Today", "Yesterday" or the date in the person's language."""
    if day == today:
        return translate("Today")
    if day == today - timedelta(days=1):
        return translate("Yesterday")
    return date_format(day, "DATE_FORMAT")


def _when(at: datetime, today: date) -> str:
    age = (today - at.date()).days
    if age <= 0:
        return at.strftime("%H:%M")
    if age == 1:
        return translate("Yesterday")
    if age < 7:
        return dateformat.format(at, "D")
    return dateformat.format(at, "j M" if at.year == today.year else "j M Y")
