"""What is counted about calls, in one place: every figure of the API is made of these."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from calls.enums import MISSED, CallDirection, CallStatus
from calls.models import Call
from contactcenter.core.models import Organization

_COMPLETED = Q(status=CallStatus.COMPLETED)
# `talked` is whole seconds of completed calls, so that an average is theirs.
COUNTS: dict[str, Aggregate | Coalesce] = {
    "total": Count("pk"),
    "inbound": Count("pk", filter=Q(direction=CallDirection.INBOUND)),
    "outbound": Count("pk", filter=Q(direction=CallDirection.OUTBOUND)),
    "completed": Count("pk", filter=_COMPLETED),
    "missed": Count("pk", filter=Q(status__in=MISSED)),
    "failed": Count("pk", filter=Q(status=CallStatus.FAILED)),
    "handled": Count("agent_id"),
    "talked": Coalesce(Sum("duration", filter=_COMPLETED), 0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many calls there were, of which kinds, and how long the completed ones took (`talked`, in seconds)."""

    total: int = 0
    inbound: int = 0
    outbound: int = 0
    completed: int = 0
    missed: int = 0
    failed: int = 0
    handled: int = 0
    talked: int = 0

    @property
    def average(self) -> int:
        """The mean duration of a completed call in whole seconds, half a second rounded up; 0 without any."""
        return (2 * self.talked + self.completed) // (2 * self.completed) if self.completed else 0

    @property
    def completion_rate(self) -> float:
        """Completed calls in percent of all, with 2 decimals; 0 without any."""
        return (20_000 * self.completed + self.total) // (2 * self.total) / 100 if self.total else 0.0

    @classmethod
    def sum(cls, several: "list[Figures]") -> "Figures":
        """Return the figures of several lots of calls together."""
        return cls(**{name: sum(getattr(one, name) for one in several) for name in COUNTS})


def calls(org: Organization, *, only: UUID | None) -> "QuerySet[Call]":
    """Return the calls that count: those that nobody deleted."""
    rows = Call.objects.for_org(org).filter(deleted_at__isnull=True)
    return rows if only is None else rows.filter(agent_id=only)


def figures(rows: "QuerySet[Call]") -> Figures:
    """Return the figures of these calls, in one query."""
    return Figures(**rows.aggregate(**COUNTS))


def figures_by(rows: "QuerySet[Call]", field: str) -> dict[Any, Figures]:
    """Return the figures of these calls for each value of a field that one has, in one query and no order."""
    grouped: Any = rows.order_by().values(field).annotate(**COUNTS)
    return {row.pop(field): Figures(**row) for row in grouped}
