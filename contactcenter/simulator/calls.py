"""Calls as the carrier sees them: one row for each leg, and the words for how a leg goes and ends."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from enum import StrEnum


class Moment(StrEnum):
    """What a provider reports about a leg, in the order in which it happens."""

    INITIATED = "initiated"
    RINGING = "ringing"
    ANSWERED = "answered"
    HOLD = "hold"
    UNHOLD = "unhold"
    ENDED = "ended"


class End(StrEnum):
    """Why a leg is over. ``they`` is the party at the phone, ``we`` the application or its document."""

    THEY_HUNG_UP = "they hung up"
    WE_HUNG_UP = "we hung up"
    OTHER_LEG = "the other leg ended"
    BUSY = "busy"
    REJECTED = "rejected"
    NO_ANSWER = "no answer"
    FAILED = "failed"


OUTBOUND, INBOUND, SECOND_LEG = "outbound-api", "inbound", "outbound-dial"

_UNANSWERED = {
    End.WE_HUNG_UP: "canceled",
    End.OTHER_LEG: "canceled",
    End.BUSY: "busy",
    End.REJECTED: "busy",
    End.NO_ANSWER: "no-answer",
    End.FAILED: "failed",
}


def final_status(end: End, *, was_answered: bool, direction: str) -> str:
    """Return Twilio's word for how a leg ended."""
    if was_answered:
        return "completed"
    if end is End.THEY_HUNG_UP:
        return "no-answer" if direction == INBOUND else "busy"
    return _UNANSWERED[end]


@dataclass(slots=True)
class Call:
    """One leg. Times are Unix seconds, 0 for "not yet". ``status`` is Twilio's word, ``direction`` too.

    ``id`` is Twilio's CallSid or Telnyx's call_control_id. ``leg_id``, ``session_id``, ``connection_id`` and
    ``client_state`` are Telnyx's. ``callback_events``: which moments Twilio reports; ``events`` counts them.
    """

    provider: str
    account_id: str
    id: str
    sender: str
    to: str
    direction: str = OUTBOUND
    callback_url: str = ""
    callback_events: frozenset[str] = frozenset()
    command_id: str = ""
    parent_id: str = ""
    leg_id: str = ""
    session_id: str = ""
    connection_id: str = ""
    client_state: str = ""
    answered_by: str = ""
    status: str = "queued"
    answer: str = "accept"
    end: End | None = None
    accepted_at: float = field(default_factory=time.time)
    started_at: float = 0.0
    answered_at: float = 0.0
    ended_at: float = 0.0
    updated_at: float = 0.0
    sequence: int = 0
    events: int = 0
    commands: set[str] = field(default_factory=set)
    legs: list[Call] = field(default_factory=list)

    @property
    def duration(self) -> int:
        """The seconds that were really talked, rounded up; the simulator's speed does not change them."""
        if not self.answered_at:
            return 0
        return math.ceil((self.ended_at or time.time()) - self.answered_at)
