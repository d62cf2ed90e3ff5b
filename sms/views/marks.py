"""How the state of a text looks: a symbol, a colour and a word."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from sms.enums import MessageStatus, shown_status

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
    word: str


def mark_of(status: str) -> Mark:
    """Return how a status is shown."""
    return _mark_in(status, get_language() or "")


@lru_cache(maxsize=128)
def _mark_in(status: str, _language: str) -> Mark:
    shown = shown_status(status)
    icon, css = _MARKS[shown]
    return Mark(icon, css, str(MessageStatus(shown).label))
