"""What may happen to a call, as values: the answer to the request, the phone that is called, the reports."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from .outcomes import Taking

UNTIL_WE_HANG_UP = math.inf
CUSTOMER_TALKS = 6.0


class Phone(StrEnum):
    """What the phone that is called does."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class CallOutcome(Taking):
    """Everything that happens to one leg; seconds throughout.

    ``before_ringing``: from acceptance until it rings, ``rings``: until somebody does something about it.
    ``talks``: until this phone hangs up; None means what is usual (a customer talks 6 s, an agent until the other
    side hangs up), UNTIL_WE_HANG_UP never by itself. ``holds``: the phone puts us on hold for so long, one second
    after it answered. ``machine``: it is an answering machine.

    ``copies``: each event is sent so many times (fewest, most), all at once. ``shuffle``: in a random order.
    ``early``: the call is over before the create request is answered; its last event comes first, then the answer,
    then the others backwards. ``late``: all events so many seconds late. ``silent``: nobody is told.
    """

    phone: Phone = Phone.ANSWERED
    before_ringing: float = 0.5
    rings: float = 1.0
    talks: float | None = None
    holds: float = 0.0
    machine: bool = False
    copies: tuple[int, int] = (1, 1)
    shuffle: bool = False
    early: bool = False
    late: float = 0.0
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls one of our numbers; seconds throughout.

    ``patience``: how long they wait for somebody to talk to. ``talks``: from being connected until they hang up.
    ``voicemail``: how long they speak after the beep (0: they hang up at once); then they hang up, or with
    ``stays`` fall silent and listen. ``hangs_up_after``: from the first ring, whatever happens; None never.
    """

    patience: float = 60.0
    talks: float = CUSTOMER_TALKS
    voicemail: float = 5.0
    stays: bool = False
    hangs_up_after: float | None = None


NORMAL_CALL = CallOutcome()
