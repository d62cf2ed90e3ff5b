"""Calls as pages that are open all day show them: who with whom, in which state, since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from analytics.selectors.live import CallRow
from analytics.written import duration
from calls.enums import ENDED, CallDirection, CallStatus
from contactcenter.core.phone import masked, pretty


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call. `since` is when they began to talk, or else when it began; `duration` is of one that is over."""

    pk: UUID
    customer: str
    agent: str
    status: str
    state: str
    is_inbound: bool
    since: datetime
    duration: str


def call_lines(calls: Iterable[CallRow], *, for_a_wall: bool) -> list[CallLine]:
    """Return calls as lines. A wall, which all can read, shows no numbers."""
    return [_line(call, for_a_wall=for_a_wall) for call in calls]


def _line(call: CallRow, *, for_a_wall: bool) -> CallLine:
    is_inbound = call.direction == CallDirection.INBOUND
    theirs = call.from_number if is_inbound else call.to_number
    return CallLine(
        pk=call.pk,
        customer=call.contact_name or (masked(theirs) if for_a_wall else pretty(theirs)),
        agent=call.agent_name,
        status=call.status,
        state=str(CallStatus(call.status).label),
        is_inbound=is_inbound,
        since=call.answered_at or call.started_at,
        duration=duration(call.duration or 0) if call.status in ENDED else "",
    )
