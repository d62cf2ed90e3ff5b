"""What the list shows of a search: conversations, then texts, with the words marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from contactcenter.core.models import Organization
from contactcenter.core.phone import pretty
from sms import searching
from sms.searching import FoundText
from sms.views.filters import InboxFilter
from sms.views.marking import excerpt
from sms.views.rows import list_rows
from sms.views.times import when


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text that was found, and the address of its place in the thread."""

    pk: UUID
    url: str
    name: str
    initial: str
    preview: SafeString
    is_inbound: bool
    at: str
    iso: str


def found_context(org: Organization, wanted: InboxFilter, *, reader: UUID, current: UUID | None) -> dict[str, Any]:
    """Return what was found, in place of the list's rows."""
    found = searching.search(org, wanted.search, reader=reader)
    marks = (found.words, found.digits)
    return {
        "found_rows": list_rows(found.conversations, current=current, query=wanted.query, marks=marks),
        "found_texts": _text_rows(found.texts, found.words, urlencode(wanted.words)),
        "found_more": found.has_more,
        "rows": "",
    }


def _text_rows(texts: Iterable[FoundText], words: tuple[str, ...], query: str) -> SafeString:
    """Return the lines of texts as HTML, empty when there are none."""
    today, zone, language = timezone.localdate(), timezone.get_current_timezone(), get_language() or ""
    return SafeString("\n".join(_drawn_text(text, words, query, today, zone, language) for text in texts))


@lru_cache(maxsize=2048)
def _drawn_text(
    text: FoundText, words: tuple[str, ...], query: str, today: date, zone: tzinfo, language: str
) -> SafeString:
    """Kept as `rows._drawn_row` is: the key holds everything that the line shows."""
    return render_to_string("sms/views/found.html#text", {"text": _text_row(text, words, query, today, zone)})


def _text_row(text: FoundText, words: tuple[str, ...], query: str, today: date, zone: tzinfo) -> TextRow:
    name = text.name or pretty(text.address)
    at = text.created_at.astimezone(zone)
    around = urlencode({"around": str(text.id)})
    return TextRow(
        pk=text.id,
        url=f"{reverse('sms:inbox')}{text.conversation_id}/?{query}{'&' if query else ''}{around}#m-{text.id}",
        name=name,
        initial=name[0].upper(),
        preview=excerpt(text.body, words),
        is_inbound=text.is_inbound,
        at=when(at, today),
        iso=at.isoformat(timespec="seconds"),
    )
