"""How busy agents were while they were signed in: in whole seconds, as the time in their statuses."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DurationField, ExpressionWrapper, F, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least, TruncSecond

from agents.adherence import adherence
from agents.enums import AgentStatus
from calls.models import Call
from contactcenter.core.models import Organization

# Neither provider lets a call be longer.
_LONGEST_CALL = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Whole seconds of one agent: on calls, in wrap-up, and signed in."""

    talking: int
    wrap_up: int
    signed_in: int

    @property
    def percent(self) -> float | None:
        """Time on calls and in wrap-up in percent of the time signed in, at most 100; None of who was not there."""
        if not self.signed_in:
            return None
        busy = min(self.talking + self.wrap_up, self.signed_in)
        return (20_000 * busy + self.signed_in) // (2 * self.signed_in) / 100


def of(
    org: Organization, start: datetime, until: datetime, *, now: datetime, only: UUID | None = None
) -> dict[UUID, Occupancy]:
    """Return each agent's occupancy from `start` on and before `until`, by user id, in two queries.

    A call counts with the part of it that lies in the stretch, one that goes on until `now`.
    """
    until = min(until, now)
    talked = _talked(org, start, until, only=only) if start < until else {}
    return {
        user_id: Occupancy(talked.get(user_id, 0), found.of(AgentStatus.WRAP_UP), found.signed_in)
        for user_id, found in adherence(org, start, until, now=now, only=only).items()
    }


def _talked(org: Organization, start: datetime, until: datetime, *, only: UUID | None) -> dict[UUID, int]:
    rows: Any = Call.objects.for_org(org).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=start),
        deleted_at__isnull=True,
        agent_id__isnull=False,
        answered_at__lt=until,
        started_at__gte=start - _LONGEST_CALL,
        started_at__lt=until,
    )
    if only is not None:
        rows = rows.filter(agent_id=only)
    begins, ends = Greatest(F("answered_at"), Value(start)), Least(Coalesce(F("ended_at"), Value(until)), Value(until))
    begin, end = (TruncSecond(at, tzinfo=UTC) for at in (begins, ends))  # As times in statuses are cut.
    part = ExpressionWrapper(end - begin, output_field=DurationField())
    found = rows.order_by().values_list("agent_id").annotate(talked=Sum(part))
    return {user_id: int(talked.total_seconds()) for user_id, talked in found}
