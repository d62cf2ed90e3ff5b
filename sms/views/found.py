"""What the list shows of a search: conversations, then texts, with the words marked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

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
        "found_texts": [_text_row(text, found.words, wanted) for text in found.texts],
        "found_more": found.has_more,
        "rows": "",
    }


def _text_row(text: FoundText, words: tuple[str, ...], wanted: InboxFilter) -> TextRow:
    name = text.name or pretty(text.address)
    at: datetime = timezone.localtime(text.created_at)
    query = urlencode({**wanted.words, "around": str(text.id)})
    return TextRow(
        pk=text.id,
        url=f"{reverse('sms:inbox')}{text.conversation_id}/?{query}#m-{text.id}",
        name=name,
        initial=name[0].upper(),
        preview=excerpt(text.body, words),
        is_inbound=text.is_inbound,
        at=when(at, timezone.localdate()),
        iso=at.isoformat(timespec="seconds"),
    )
