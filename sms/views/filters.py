"""What part of the inbox somebody looks at. Nonsense in an address is read as the default, never as an error."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from sms.enums import ConversationState
from sms.selectors import PAGE, InboxLine

_CURSOR_TIME = "%Y%m%dT%H%M%S.%fZ"
_MOST_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """`shown` is how many rows a refresh must bring back, `before` the key of the last row already shown."""

    state: str = ConversationState.OPEN
    unread_only: bool = False
    search: str = ""
    before: tuple[datetime, UUID] | None = None
    shown: int = PAGE

    @classmethod
    def of(cls, request: HttpRequest) -> "InboxFilter":
        """Read the filter from the address; the search from a form: no URL may hold a phone number."""
        given: QueryDict = request.GET
        return cls(
            state=ConversationState.RESOLVED if given.get("state") == "closed" else ConversationState.OPEN,
            unread_only=given.get("unread") == "1",
            search=request.POST.get("q", "").replace("\x00", "").strip()[:80],
            before=read_cursor(given.get("before", "")),
            shown=_shown(given.get("shown", "") or request.POST.get("shown", "")),
        )

    @property
    def is_closed(self) -> bool:
        """Whether the closed conversations are asked for."""
        return self.state == ConversationState.RESOLVED

    @property
    def query(self) -> str:
        """The filter as the end of an address, with its question mark; empty for the default."""
        pairs = [("state", "closed")] if self.is_closed else []
        if self.unread_only:
            pairs.append(("unread", "1"))
        return f"?{urlencode(pairs)}" if pairs else ""

    def query_before(self, line: InboxLine) -> str:
        """The address of what follows behind `line`."""
        cursor = write_cursor(line.last_message_at, line.id)
        return f"{self.query}&before={cursor}" if self.query else f"?before={cursor}"


def write_cursor(at: datetime, pk: UUID) -> str:
    """Return the key of a row of the list as one word."""
    return f"{at.astimezone(UTC).strftime(_CURSOR_TIME)}_{pk.hex}"


def read_cursor(text: str) -> tuple[datetime, UUID] | None:
    """Return the key that `write_cursor` wrote, or None."""
    at, _separator, pk = text.partition("_")
    try:
        return timezone.make_aware(datetime.strptime(at, _CURSOR_TIME), UTC), UUID(pk)  # noqa: DTZ007 - made aware here
    except ValueError:
        return None


def read_uuid(text: str | None) -> UUID | None:
    """Return the id, or None when it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _shown(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else PAGE
    return min(max(number, PAGE), _MOST_SHOWN)
