"""What part of the inbox somebody looks at. Nonsense in an address is read as the default, never as an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from sms.enums import ConversationState
from sms.selectors import PAGE, InboxLine
from sms.wanted import ANY_STATE, Sort, Wanted

ME, NOBODY = "me", "none"
_CURSOR_TIME = "%Y%m%dT%H%M%S.%fZ"
_NO_TIME = "none"
_MOST_SHOWN = 300
_OLD_STATES = {"closed": ConversationState.RESOLVED}  # Links and bookmarks of earlier versions.


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """Which conversations, in which order, and how many.

    `state` may be ANY_STATE, `assignee` is ME, NOBODY, somebody's id, or empty; `team`, `label` and `number` (ours) are
    ids. `mentions_only`: those in which a note names the reader. `since` and `until` are days by the reader's clock,
    both included. `shown` is how many rows a refresh must bring back, `before` the key of the last row already shown.
    `is_form_open`: the form of the filter stands above the list.
    """

    state: str = ConversationState.OPEN
    assignee: str = ""
    team: UUID | None = None
    label: UUID | None = None
    number: UUID | None = None
    mentions_only: bool = False
    unread_only: bool = False
    since: date | None = None
    until: date | None = None
    sort: str = Sort.LATEST
    search: str = ""
    before: tuple[datetime | None, UUID] | None = None
    shown: int = PAGE
    is_form_open: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> "InboxFilter":
        """Read the filter from the address; the search from a form: no URL may hold a phone number."""
        return cls.read(
            {name: value for name, value in request.GET.items() if isinstance(value, str)},
            search=request.POST.get("q", "").replace("\x00", "").strip()[:80],
            shown=request.GET.get("shown", "") or request.POST.get("shown", ""),
        )

    @classmethod
    def read(cls, given: Mapping[str, str], *, search: str = "", shown: str = "") -> "InboxFilter":
        """Read the words of an address or of a saved filter."""
        state = _OLD_STATES.get(given.get("state", ""), given.get("state", ""))
        sort = given.get("sort", "")
        return cls(
            state=state if state in (*ConversationState.values, ANY_STATE) else ConversationState.OPEN,
            assignee=_assignee(given.get("assignee", "")),
            team=read_uuid(given.get("team")),
            label=read_uuid(given.get("label")),
            number=read_uuid(given.get("number")),
            mentions_only=given.get("mentions") == "1",
            unread_only=given.get("unread") == "1",
            since=_read_day(given.get("from", "")),
            until=_read_day(given.get("to", "")),
            sort=sort if sort in Sort.values else Sort.LATEST,
            search=search,
            before=read_cursor(given.get("before", "")),
            shown=_shown(shown),
            is_form_open=given.get("filter") == "1",
        )

    @property
    def words(self) -> dict[str, str]:
        """The filter as names and values, without what is as by default: what addresses and saved filters hold."""
        pairs = {
            "state": "" if self.state == ConversationState.OPEN else str(self.state),
            "assignee": self.assignee,
            "team": str(self.team or ""),
            "label": str(self.label or ""),
            "number": str(self.number or ""),
            "mentions": "1" if self.mentions_only else "",
            "unread": "1" if self.unread_only else "",
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "sort": "" if self.sort == Sort.LATEST else str(self.sort),
        }
        return {name: value for name, value in pairs.items() if value}

    @property
    def query(self) -> str:
        """The filter as the end of an address, with its question mark; empty for the default."""
        return f"?{urlencode(self.words)}" if self.words else ""

    @property
    def query_other_unread(self) -> str:
        """The same with, or without, those that are read."""
        words = {name: value for name, value in self.words.items() if name != "unread"}
        if not self.unread_only:
            words["unread"] = "1"
        return f"?{urlencode(words)}" if words else ""

    @property
    def query_other_form(self) -> str:
        """The same with the form of the filter open, or shut."""
        return self.query if self.is_form_open else f"?{urlencode({**self.words, 'filter': '1'})}"

    def query_before(self, line: InboxLine) -> str:
        """The address of what follows behind `line`."""
        at = line.waiting_since if self.sort == Sort.WAITING else line.last_message_at
        return f"?{urlencode({**self.words, 'before': write_cursor(at, line.id)})}"

    def wanted_by(self, user_id: UUID) -> Wanted:
        """Return what this filter finds for a person."""
        return Wanted(
            state=self.state,
            assignee=user_id if self.assignee == ME else read_uuid(self.assignee),
            unassigned=self.assignee == NOBODY,
            team=self.team,
            label=self.label,
            number=self.number,
            mentioned=user_id if self.mentions_only else None,
            unread_only=self.unread_only,
            since=_midnight(self.since) if self.since else None,
            until=_midnight(self.until + timedelta(days=1)) if self.until else None,
        )


def write_cursor(at: datetime | None, pk: UUID) -> str:
    """Return the key of a row of the list as one word."""
    return f"{at.astimezone(UTC).strftime(_CURSOR_TIME) if at else _NO_TIME}_{pk.hex}"


def read_cursor(text: str) -> tuple[datetime | None, UUID] | None:
    """Return the key that `write_cursor` wrote, or None."""
    at, _separator, pk = text.partition("_")
    try:
        if at == _NO_TIME:
            return None, UUID(pk)
        return timezone.make_aware(datetime.strptime(at, _CURSOR_TIME), UTC), UUID(pk)  # noqa: DTZ007 - made aware here
    except ValueError:
        return None


def read_uuid(text: str | None) -> UUID | None:
    """Return the id, or None when it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _assignee(text: str) -> str:
    return text if text in (ME, NOBODY) else str(read_uuid(text) or "")


def _read_day(text: str) -> date | None:
    try:
        day = parse_date(text[:10])
    except ValueError:
        return None
    # The ends of the calendar have no day before or after them in every time zone.
    return day if day and 1970 <= day.year <= 9000 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _shown(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else PAGE
    return min(max(number, PAGE), _MOST_SHOWN)
