"""A leg that lives: who waits for what, who hangs up, and what is reported when."""

from __future__ import annotations

import asyncio
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from .accounts import Account
from .callmail import CallMail
from .calloutcomes import CallOutcome
from .calls import INBOUND, Call, End, Moment, final_status
from .courier import Parcel

if TYPE_CHECKING:  # the switchboard holds the lines
    from .switchboard import Switchboard
    from .twilioplayer import Player


class Turn(StrEnum):
    """What makes somebody at a phone do something."""

    CONNECTED = "connected"
    BEEP = "beep"


class Calling(Protocol):
    """How one provider speaks to us about calls."""

    def report(self, line: Line, moment: Moment) -> None:
        """Tell us about a moment of a leg, where the provider has an event for it."""

    def receive(self, line: Line) -> None:
        """Begin a call that somebody makes to one of our numbers."""


class Line:
    """One live leg. Everything that waits on it is woken when it is over.

    ``peer``: the leg that this one talks to (``is_bridged``), or that rings for it (Telnyx). ``stays_parked``: it
    outlives its peer. ``retries_on_timeout``: what Telnyx calls an end without an answer.
    ``webhook_url``: where Telnyx sends the events. ``player`` plays Twilio's documents.
    ``speaks``: whether anybody says something after a beep.
    """

    def __init__(
        self, board: Switchboard, account: Account, call: Call, outcome: CallOutcome, calling: Calling, mail: CallMail
    ) -> None:
        self.board = board
        self.account = account
        self.call = call
        self.outcome = outcome
        self.calling = calling
        self.mail = mail
        self.answered = asyncio.Event()
        self.over = asyncio.Event()
        self.silence = asyncio.Event()
        self.recording_stopped = asyncio.Event()
        self.transcription_stopped = asyncio.Event()
        self.voice = asyncio.Lock()
        self.turns: asyncio.Queue[Turn] = asyncio.Queue()
        self.peer: Line | None = None
        self.is_bridged = False
        self.stays_parked = False
        self.retries_on_timeout = True
        self.webhook_url = ""
        self.speaks = True
        self.player: Player | None = None

    @property
    def lives(self) -> bool:
        """Return whether the leg is not over."""
        return not self.over.is_set()

    async def wait(self, seconds: float) -> bool:
        """Wait (scaled by the speed), but not beyond the leg's end; returns whether it still lives."""
        await any_of(self.over, timeout=self.board.scaled(seconds))
        return self.lives

    def post(self, parcel: Parcel) -> None:
        """Send an event of this leg, as its outcome wants it."""
        self.mail.send(parcel)

    def start(self) -> None:
        """The carrier begins to call."""
        self.call.started_at = self._now()
        self.calling.report(self, Moment.INITIATED)

    def ring(self) -> None:
        """The phone rings."""
        self.call.status = "ringing"
        self._now()
        self.calling.report(self, Moment.RINGING)

    def answer(self) -> None:
        """Somebody answers: the party we call, or we an inbound call. A second time nothing happens."""
        if self.answered.is_set() or not self.lives:
            return
        self.call.status, self.call.answered_at = "in-progress", self._now()
        self.answered.set()
        self.calling.report(self, Moment.ANSWERED)

    def finish(self, end: End) -> None:
        """End the leg, once: only the first reason counts."""
        if not self.lives:
            return
        call = self.call
        call.end, call.ended_at = end, self._now()
        call.status = final_status(end, was_answered=self.answered.is_set(), direction=call.direction)
        self.over.set()
        self.board.leave(self)
        self.calling.report(self, Moment.ENDED)

    def party_hangs_up(self) -> None:
        """Whoever is at this phone hangs up, or declines when it still rings."""
        self.finish(End.THEY_HUNG_UP)

    def forget(self) -> None:
        """End the leg without a word, because the simulator forgets everything."""
        self.over.set()

    @property
    def is_inbound(self) -> bool:
        """Return whether somebody called us."""
        return self.call.direction == INBOUND

    def _now(self) -> float:
        self.call.updated_at = time.time()
        return self.call.updated_at


async def any_of(*events: asyncio.Event, timeout: float | None = None) -> None:
    """Wait until one of the events is set, at most ``timeout`` seconds."""
    if any(event.is_set() for event in events):
        return
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
