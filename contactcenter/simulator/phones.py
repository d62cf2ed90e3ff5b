"""The people at the phones: the one who is called, and the one who calls us."""

from __future__ import annotations

import asyncio

from .calloutcomes import CUSTOMER_TALKS, UNTIL_WE_HANG_UP, Caller, Phone
from .calls import SECOND_LEG, End, Moment
from .lines import Line, Turn

_ENDS = {Phone.BUSY: End.BUSY, Phone.REJECTED: End.REJECTED}


async def is_called(line: Line, ring_seconds: float) -> None:
    """Live through a call that we make: ring for ``ring_seconds`` at most, answer or not, talk, hang up."""
    outcome = line.outcome
    line.start()
    if not await line.wait(outcome.before_ringing):
        return
    if outcome.phone is Phone.FAILED:
        line.finish(End.FAILED)
        return
    line.ring()
    in_time = outcome.phone is not Phone.NO_ANSWER and outcome.rings < ring_seconds
    if not await line.wait(outcome.rings if in_time else ring_seconds):
        return
    if not in_time:
        line.finish(End.NO_ANSWER)
    elif outcome.phone in _ENDS:
        line.finish(_ENDS[outcome.phone])
    else:
        line.answer()
        await _talk(line)


async def _talk(line: Line) -> None:
    outcome = line.outcome
    if outcome.holds and await line.wait(1.0):
        line.calling.report(line, Moment.HOLD)
        if await line.wait(outcome.holds):
            line.calling.report(line, Moment.UNHOLD)
    talks = outcome.talks
    if talks is None:
        talks = UNTIL_WE_HANG_UP if line.call.direction == SECOND_LEG else CUSTOMER_TALKS
    if talks != UNTIL_WE_HANG_UP and await line.wait(talks):
        line.party_hangs_up()


async def calls_us(line: Line, caller: Caller) -> None:
    """Live through a call to us: wait, talk when connected, speak after a beep, hang up."""
    while line.lives:
        turn = await _next_turn(line, caller.patience)
        if turn is Turn.CONNECTED and caller.talks == UNTIL_WE_HANG_UP:
            continue
        if turn is Turn.CONNECTED:
            await line.wait(caller.talks)
        elif turn is Turn.BEEP:
            line.speaks = caller.voicemail > 0
            await line.wait(caller.voicemail)
            if caller.stays:
                line.silence.set()
                continue
        line.party_hangs_up()


async def hangs_up_after(line: Line, seconds: float) -> None:
    """Hang up so many seconds from now, whatever happens."""
    if await line.wait(seconds):
        line.party_hangs_up()


async def _next_turn(line: Line, patience: float) -> Turn | None:
    turn = asyncio.ensure_future(line.turns.get())
    over = asyncio.ensure_future(line.over.wait())
    try:
        await asyncio.wait({turn, over}, timeout=line.board.scaled(patience), return_when=asyncio.FIRST_COMPLETED)
        return turn.result() if turn.done() else None
    finally:
        turn.cancel()
        over.cancel()
