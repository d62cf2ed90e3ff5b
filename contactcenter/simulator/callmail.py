"""The events of one leg on their way to us: late, doubled, in disorder or backwards, as its outcome wants."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from .calloutcomes import CallOutcome
from .courier import Courier, Parcel

# Longer than a usual call, so that its end may overtake its beginning.
DISORDER_SECONDS = 8.0
_BACKWARDS_STEP_SECONDS = 0.2

Later = Callable[[float, Callable[[], object]], None]


class CallMail:
    """Sends the events of one leg. ``later`` plans an action so many seconds from now."""

    def __init__(self, courier: Courier, later: Later, outcome: CallOutcome, chance: random.Random) -> None:
        self._courier = courier
        self._later = later
        self._outcome = outcome
        self._chance = chance
        self._held: list[Parcel] | None = [] if outcome.early else None

    def send(self, parcel: Parcel) -> None:
        """Send an event that happens now."""
        outcome = self._outcome
        if outcome.silent:
            return
        if self._held is not None:
            self._held.append(parcel)
            return
        for _ in range(self._chance.randint(*outcome.copies)):
            delay = outcome.late
            if outcome.shuffle:
                delay += self._chance.uniform(0, DISORDER_SECONDS)
            if delay:
                self._later(delay, lambda: self._courier.post(parcel))
            else:
                self._courier.post(parcel)

    async def release(self) -> None:
        """Send what was held: the last event now, and wait for it; the others afterwards, backwards."""
        held, self._held = self._held or [], None
        if not held:
            return
        *others, last = held
        first = self._courier.post(last)
        if first is not None:
            await asyncio.wait({first}, timeout=2)
        self._later(_BACKWARDS_STEP_SECONDS, lambda: self._send_in_turn(others[::-1]))

    def _send_in_turn(self, parcels: list[Parcel]) -> None:
        """Send one, and the next when it has arrived (or is given up)."""
        task = self._courier.post(parcels[0]) if parcels else None
        if task is None:
            return

        def go_on(done: asyncio.Task[bool]) -> None:
            if not done.cancelled():
                self._later(_BACKWARDS_STEP_SECONDS, lambda: self._send_in_turn(parcels[1:]))

        task.add_done_callback(go_on)
