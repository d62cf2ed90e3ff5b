"""Which calls a client asks for. Words in any letter case; nonsense is a 400 that names it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from calls import selectors
from calls.enums import CallDirection, CallStatus
from calls.models import Call
from contactcenter.web.api.errors import invalid_parameter
from contactcenter.web.api.query import word
from contactcenter.web.api.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """The filter of GET /api/calls/; None and empty do not filter."""

    span: Span
    status: str | None = None
    direction: str | None = None
    agent_id: UUID | None = None
    search: str = ""

    @classmethod
    def of(cls, params: QueryDict) -> "CallFilter":
        """Read the filter. Raises Problem (400; 422 when the end comes first)."""
        name = "call_status" if params.get("call_status", "").strip() else "status"
        return cls(
            status=word(params, name, CallStatus.values, called="call status"),
            direction=word(params, "direction", CallDirection.values, called="call direction"),
            agent_id=_id(params, "agent_id", called="agent id"),
            span=Span.of(params),
            search=params.get("search", "").strip(),
        )

    def apply(self, rows: "QuerySet[Call]") -> "QuerySet[Call]":
        """Return the rows that the filter lets pass."""
        given = {
            "status": self.status,
            "direction": self.direction,
            "agent_id": self.agent_id,
            "started_at__gte": self.span.since,
            "started_at__lt": self.span.until,
        }
        rows = rows.filter(Q(**{name: value for name, value in given.items() if value is not None}))
        return selectors.searched(rows, self.search) if self.search else rows


def _id(params: QueryDict, name: str, *, called: str) -> UUID | None:
    given = params.get(name, "").strip()
    try:
        return UUID(given) if given else None
    except ValueError:
        raise invalid_parameter(called, given) from None
