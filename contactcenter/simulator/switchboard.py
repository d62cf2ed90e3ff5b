"""All calls of the simulator: the rows, the live legs, the rooms they wait in, the recordings."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from .accounts import Account
from .callmail import CallMail
from .calloutcomes import NORMAL_CALL, Caller, CallOutcome
from .calls import SECOND_LEG, Call
from .callscripts import CALLS
from .config import Config
from .ledger import Ledger
from .lines import Calling, Line
from .outcomes import Answer
from .phones import calls_us, hangs_up_after
from .recordings import Recordings
from .rooms import Rooms
from .scripts import Scripts

if TYPE_CHECKING:  # the carrier has the switchboard
    from .carrier import Carrier

logger = logging.getLogger("contactcenter.simulator")

COMMAND_ID_SECONDS = 86_400.0
_REMEMBERED_COMMANDS = 50_000


class Switchboard:
    """Begins, finds and ends calls. It lives in the carrier's event loop; nothing is locked."""

    def __init__(self, carrier: Carrier, config: Config, calling: dict[str, Calling]) -> None:
        self.carrier = carrier
        self.config = config
        self.calling = calling
        self.ledger: Ledger[Call] = Ledger(config.ledger_limit)
        self.scripts = Scripts(config.seed, CALLS)
        self.recordings = Recordings()
        self.rooms = Rooms()
        self._lines: dict[str, Line] = {}
        self._dialled: OrderedDict[tuple[str, str], Call] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_moment = 0.0

    def scaled(self, seconds: float) -> float:
        """Return how long a delay really is."""
        return seconds * self.config.speed

    def moment(self) -> float:
        """Return the present time, always later than before: events are put in order by it."""
        self._last_moment = max(time.time(), self._last_moment + 2e-6)
        return self._last_moment

    # --- beginning ----------------------------------------------------------------------------

    def open(self, account: Account, call: Call, outcome: CallOutcome) -> Line:
        """Record a call that the carrier takes and return its line; nothing rings yet."""
        call.answer = outcome.answer.value
        self.ledger.add(call)
        chance = self.scripts.chance("call", call.provider, call.sender, call.to, call.sequence)
        mail = CallMail(self.carrier.courier, self.carrier.later, outcome, chance)
        line = Line(self, account, call, outcome, self.calling[call.provider], mail)
        self._lines[call.id] = line
        self.carrier.counts["calls"] += 1
        return line

    def open_second_leg(self, line: Line, call: Call) -> Line:
        """Record the leg that a live call rings: an agent's phone, whose number has an ending as well."""
        call.direction, call.parent_id = SECOND_LEG, line.call.id
        outcome = self.scripts.choose(call.provider, call.to, "second leg")
        if outcome.answer is not Answer.ACCEPT or outcome.early:
            # These are about the answer to a request for a call, and a second leg has none.
            outcome = NORMAL_CALL
        line.call.legs.append(call)
        self.carrier.counts["call_legs"] += 1
        return self.open(line.account, call, outcome)

    def receive(self, account: Account, call: Call, caller: Caller) -> Line:
        """Let somebody call one of our numbers."""
        line = self.open(account, call, NORMAL_CALL)
        self.carrier.counts["calls_inbound"] += 1
        self.spawn(calls_us(line, caller))
        if caller.hangs_up_after is not None:
            self.spawn(hangs_up_after(line, caller.hangs_up_after))
        line.calling.receive(line)
        return line

    # --- finding and ending -------------------------------------------------------------------

    def line(self, account: Account, call_id: str) -> Line | None:
        """Return the account's live leg with this id, or None."""
        line = self._lines.get(call_id)
        return line if line is not None and line.account.account_id == account.account_id else None

    def live(self, call_id: str) -> Line | None:
        """Return any account's live leg, for the control endpoints."""
        return self._lines.get(call_id)

    def leave(self, line: Line) -> None:
        """Take a leg that is over off the board."""
        self._lines.pop(line.call.id, None)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a part of a call; a mistake in it is counted and logged, and the other calls go on."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.carrier.counts["call_mistakes"] += 1
            logger.error("a simulated call broke", exc_info=task.exception())

    def quiet(self) -> int:
        """Stop all calls without a word; returns how many lived."""
        stopped = len(self._lines)
        for line in self._lines.values():
            line.forget()
        for task in self._tasks:
            task.cancel()
        self._lines.clear()
        return stopped

    def reset(self) -> None:
        """Forget all calls, scripts and recordings."""
        self.quiet()
        self.ledger.reset()
        self.scripts.reset()
        self.recordings.reset()
        self.rooms.reset()
        self._dialled.clear()

    # --- Telnyx's command ids -----------------------------------------------------------------

    def dialled_with(self, account: Account, command_id: str) -> Call | None:
        """Return the call that a dial with this command_id began within a day, or None."""
        call = self._dialled.get((account.account_id, command_id)) if command_id else None
        return call if call is not None and time.time() - call.accepted_at < COMMAND_ID_SECONDS else None

    def remember_dial(self, account: Account, call: Call) -> None:
        """Keep the command_id of a dial that was taken."""
        if call.command_id:
            self._dialled[account.account_id, call.command_id] = call
            if len(self._dialled) > _REMEMBERED_COMMANDS:
                self._dialled.popitem(last=False)
