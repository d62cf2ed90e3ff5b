"""What stands in a thread between its texts: notes, what was done with the conversation, calls with its contact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from contactcenter.core import timeline
from contactcenter.core.models import Organization, User
from contactcenter.core.timeline import Entry
from sms import event_words, work_selectors
from sms import timeline as own_timeline
from sms.models import Conversation, ConversationEvent
from sms.work_selectors import MOST_LINES, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; a note has a `body`. `day` is the separator above it, or empty."""

    at_moment: datetime
    key: str
    at: str
    iso: str
    icon: str
    sentence: str
    body: str = ""
    is_new_to_me: bool = False
    day: str = ""
    day_iso: str = ""
    is_line: bool = True


def lines_of(org: Organization, conversation: Conversation, span: Span, *, reader: User) -> list[Line]:
    """Return the lines of a piece of a thread, oldest first. One query for each kind, however many there are."""
    lines = [
        *(_of_event(event) for event in work_selectors.events_in(org, conversation, span)),
        *(_of_note(note) for note in work_selectors.notes_in(org, conversation, span, reader=reader)),
        *(_of_entry(entry) for entry in _elsewhere(org, conversation, span)),
    ]
    return sorted(lines, key=lambda line: line.at_moment)


def _elsewhere(org: Organization, conversation: Conversation, span: Span) -> list[Entry]:
    """What other rooms know of the contact, above all calls."""
    entries = timeline.of_contact(
        org, conversation.contact_id, before=span.end, limit=MOST_LINES, besides=own_timeline.NAME
    )
    return [entry for entry in entries if span.after is None or entry.at > span.after]


def _of_event(event: ConversationEvent) -> Line:
    icon, words = event_words.icon_of(event), event_words.sentence(event)
    return Line(key=f"e-{event.pk}", icon=icon, sentence=words, **_times(event.created_at))


def _of_note(note: Any) -> Line:
    author = note.author.get_full_name() if note.author else ""
    return Line(
        key=f"n-{note.pk}",
        icon="sticky-note",
        sentence=author,
        body=note.body,
        is_new_to_me=note.is_new_to_me,
        **_times(note.created_at),
    )


def _of_entry(entry: Entry) -> Line:
    words = f"{entry.sentence} · {entry.actor}" if entry.actor else entry.sentence
    return Line(key=f"t-{entry.at:%Y%m%d%H%M%S%f}", icon=entry.icon, sentence=words, **_times(entry.at))


def _times(moment: datetime) -> dict[str, Any]:
    local = timezone.localtime(moment)
    return {
        "at_moment": moment,
        "at": local.strftime("%H:%M"),
        "iso": local.isoformat(timespec="seconds"),
        "day_iso": local.date().isoformat(),
    }
