"""How conversations look in the list: everything a template shows, computed here once, so that it only prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from contactcenter.core.phone import pretty
from sms.models import Conversation
from sms.selectors import InboxLine
from sms.views.marking import marked
from sms.views.marks import mark_of
from sms.views.row_work import RowWork, row_work
from sms.views.times import when


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `mark` is the state as HTML, drawn once per state and language."""

    pk: UUID
    url: str
    name: str
    initial: str
    preview: str
    at: str
    iso: str
    unread: int
    mark: SafeString
    is_opted_out: bool
    is_flagged: bool
    is_current: bool
    is_drafted: bool
    is_mentioning: bool
    work: RowWork


@lru_cache(maxsize=128)
def _row_mark(status: str, _language: str) -> SafeString:
    mark = mark_of(status)
    return format_html(
        '<svg class="icon-s {}" aria-hidden="true"><use href="#i-{}"/></svg><span class="sr-only">{}: </span>',
        mark.css,
        mark.icon,
        mark.word,
    )


# The words and the digits that were searched for.
Marks = tuple[tuple[str, ...], str]
_NO_MARKS: Marks = ((), "")


def list_rows(
    lines: Iterable[InboxLine], *, current: UUID | None, query: str = "", marks: Marks = _NO_MARKS
) -> SafeString:
    """Return the lines of the list as HTML, empty when there are none; `query` (with its ?) keeps their filter.

    `marks` are marked in names and numbers.
    """
    today = timezone.localdate()
    zone = timezone.get_current_timezone()
    language = get_language() or ""
    return SafeString(
        "\n".join(_drawn_row(line, query, line.id == current, today, zone, language, marks) for line in lines)
    )


@lru_cache(maxsize=8192)
def _drawn_row(
    line: InboxLine, query: str, is_current: bool, today: date, zone: tzinfo, language: str, marks: Marks
) -> SafeString:
    """Kept, because refreshed lists bring back the same lines. The key holds everything that the row shows."""
    row = _row(line, today, zone, language, query, is_current, marks)
    return render_to_string("sms/inbox.html#row", {"row": row})


def _row(line: InboxLine, today: date, zone: tzinfo, language: str, query: str, is_current: bool, marks: Marks) -> Row:
    name = line.name or pretty(line.address)
    at = line.last_message_at.astimezone(zone)
    words, digits = marks
    return Row(
        pk=line.id,
        url=f"{reverse('sms:inbox')}{line.id}/{query}",
        name=marked(name, () if digits else words, digits="" if line.name else digits) if words else name,
        initial=name[0].upper(),
        # Who was found by the number shows it.
        preview=marked(pretty(line.address), (), digits=digits) if digits and line.name else line.last_preview,
        at=when(at, today),
        iso=at.isoformat(timespec="seconds"),
        unread=line.unread_count,
        mark=_row_mark(line.last_status, language),
        is_opted_out=line.is_opted_out,
        is_flagged=line.is_flagged and not line.is_opted_out,
        is_current=is_current,
        is_drafted=line.is_drafted,
        is_mentioning=line.is_mentioning,
        work=row_work(line, zone),
    )


def name_of(conv: Conversation) -> str:
    """Return the contact's name, or the number where there is none."""
    return conv.contact.name or pretty(conv.address)
