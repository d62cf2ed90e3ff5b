"""Which calls a client asks for. Words in any letter case; nonsense is a 400 that names it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime

from calls import selectors
from calls.enums import CallDirection, CallStatus
from calls.models import Call
from contactcenter.web.api.errors import invalid_parameter
from contactcenter.web.api.query import word


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """The filter of GET /api/calls/; None and empty do not filter. Times are inclusive."""

    status: str | None = None
    direction: str | None = None
    agent_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None
    search: str = ""

    @classmethod
    def of(cls, params: QueryDict) -> "CallFilter":
        """Read the filter. Raises Problem (400)."""
        name = "call_status" if params.get("call_status", "").strip() else "status"
        return cls(
            status=word(params, name, CallStatus.values, called="call status"),
            direction=word(params, "direction", CallDirection.values, called="call direction"),
            agent_id=_id(params, "agent_id", called="agent id"),
            start=_moment(params, "start_date", called="start date"),
            end=_moment(params, "end_date", called="end date", is_end=True),
            search=params.get("search", "").strip(),
        )

    def apply(self, rows: "QuerySet[Call]") -> "QuerySet[Call]":
        """Return the rows that the filter lets pass."""
        given = {
            "status": self.status,
            "direction": self.direction,
            "agent_id": self.agent_id,
            "started_at__gte": self.start,
            "started_at__lte": self.end,
        }
        rows = rows.filter(Q(**{name: value for name, value in given.items() if value is not None}))
        return selectors.searched(rows, self.search) if self.search else rows


def _id(params: QueryDict, name: str, *, called: str) -> UUID | None:
    given = params.get(name, "").strip()
    try:
        return UUID(given) if given else None
    except ValueError:
        raise invalid_parameter(called, given) from None


def _moment(params: QueryDict, name: str, *, called: str, is_end: bool = False) -> datetime | None:
    """Return a time of ISO 8601 (in UTC when it says no offset); a date is its beginning, or its end."""
    given = params.get(name, "").strip()
    if not given:
        return None
    try:
        return _read(given.upper().replace(" ", "+"), is_end=is_end)  # A plus that was not escaped arrives as a space.
    except (ValueError, OverflowError):
        raise invalid_parameter(called, given) from None


def _read(given: str, *, is_end: bool) -> datetime:
    day: date | None = parse_date(given)
    if day is not None:
        start = datetime.combine(day, time.min, UTC)
        return start + timedelta(days=1, microseconds=-1) if is_end else start
    at = parse_datetime(given)
    if at is None:
        raise ValueError("not a time")
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
