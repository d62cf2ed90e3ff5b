"""Calls as pages that are open all day show them: who with whom, in which state, since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from analytics.written import duration
from calls.enums import ENDED, CallDirection, CallStatus
from calls.models import Call
from contactcenter.core.phone import masked, pretty


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call. `since` is when they began to talk, or else when it began; `duration` is of one that is over."""

    pk: UUID
    customer: str
    agent: str
    status: str
    state: str | Promise
    is_inbound: bool
    since: datetime
    duration: str


def call_lines(calls: Iterable[Call], *, for_a_wall: bool) -> list[CallLine]:
    """Return calls as lines; they must bring along contact and agent. A wall, which all can read, shows no numbers."""
    return [_line(call, for_a_wall=for_a_wall) for call in calls]


def _line(call: Call, *, for_a_wall: bool) -> CallLine:
    is_inbound = call.direction == CallDirection.INBOUND
    theirs = call.from_number if is_inbound else call.to_number
    name = call.contact.name if call.contact is not None else ""
    return CallLine(
        pk=call.pk,
        customer=name or (masked(theirs) if for_a_wall else pretty(theirs)),
        agent=call.agent.get_full_name() if call.agent is not None else "",
        status=call.status,
        state=CallStatus(call.status).label,
        is_inbound=is_inbound,
        since=call.answered_at or call.started_at,
        duration=duration(call.duration or 0) if call.status in ENDED else "",
    )
