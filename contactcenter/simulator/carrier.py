"""One simulated carrier: its accounts, its memory, and what happens to a text after it was taken."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from . import fetching
from .accounts import TWILIO, Account, AccountRegistry
from .config import Config
from .courier import Courier, Parcel
from .customer import Patience, friendly_line
from .idempotency import Remembered
from .ledger import Ledger, Message
from .lines import Calling
from .outcomes import Outcome, Reply, Step
from .scripts import TEXTS, Scripts
from .switchboard import Switchboard

MAX_TIMERS = 200_000
MAX_BLOCKS = 50_000
# The union of both providers' default keywords; the whole message must be the word.
STOP_WORDS = frozenset(("STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "REVOKE", "OPTOUT", "CANCEL"))
START_WORDS = frozenset(("START", "UNSTOP", "YES"))


class Texting(Protocol):
    """How one provider speaks to us about a text."""

    def status_parcel(self, carrier: Carrier, account: Account, message: Message, step: Step) -> Parcel | None:
        """Return the status callback of a step, None when the provider has none for it."""

    def inbound(self, carrier: Carrier, account: Account, sender: str, to: str, reply: Reply) -> tuple[Message, Parcel]:
        """Return a customer's message and the webhook that announces it."""


class Carrier:
    """Everything the simulator knows. All of it lives in one event loop; nothing is locked."""

    def __init__(
        self, config: Config, accounts: AccountRegistry, texting: dict[str, Texting], calling: dict[str, Calling]
    ) -> None:
        self.config = config
        self.accounts = accounts
        self.texting = texting
        self.counts: Counter[str] = Counter()
        self.ledger: Ledger[Message] = Ledger(config.ledger_limit)
        self.scripts = Scripts(config.seed, TEXTS)
        self.courier = Courier(config, self.counts)
        self.patience = Patience()
        self.idempotency = Remembered()
        self.switchboard = Switchboard(self, config, calling)
        self.stopping = asyncio.Event()
        self.started_at = time.time()
        self.own_url = config.own_url
        self._blocks: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._timers: set[asyncio.TimerHandle] = set()

    async def pause(self, seconds: float) -> None:
        """Wait (scaled by the speed), but not beyond the end of the program."""
        if seconds > 0:
            try:
                await asyncio.wait_for(self.stopping.wait(), seconds * self.config.speed)
            except TimeoutError:
                return

    def quiet(self) -> int:
        """Stop everything that was to follow: calls, callbacks, answers, repeats; returns how much it was."""
        stopped = len(self._timers) + self.courier.quiet() + self.switchboard.quiet()
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        return stopped

    def reset(self) -> None:
        """Forget all messages, calls, scripts, blocks and counts, and stop what was to follow."""
        self.quiet()
        self.ledger.reset()
        self.switchboard.reset()
        self.scripts.reset()
        self.patience.reset()
        self.idempotency.reset()
        self._blocks.clear()
        self.counts.clear()

    # --- what follows a message ---------------------------------------------------------------

    def follow(self, account: Account, message: Message, outcome: Outcome) -> None:
        """Plan the callbacks and the customer's answer of a message that was just taken, once its files are here."""
        if any(fetching.is_here(url) for url in message.media_urls):
            self.courier.run(self._follow_files(account, message, outcome))
        else:
            self._plan(account, message, outcome)

    async def _follow_files(self, account: Account, message: Message, outcome: Outcome) -> bool:
        code = await fetching.fetch_all(self.courier, message)
        # Whatever was to happen to it: without its files it ends here.
        failed = replace(outcome, steps=(Step("failed", 0.0, code),), reply=None)
        self._plan(account, message, failed if code else outcome)
        return not code

    def _plan(self, account: Account, message: Message, outcome: Outcome) -> None:
        start = max(0.0, message.send_at - message.accepted_at)
        steps = self._order(message, outcome)
        for step in steps:
            self._later(start, step.after, partial(self.reach, account, message, step, outcome))
        reply = outcome.reply
        if reply is not None:
            last = max((step.after for step in outcome.steps), default=0.0)
            self._later(start, last + reply.after, lambda: self._answer(account, message, reply))

    def reach(self, account: Account, message: Message, step: Step, outcome: Outcome) -> list[asyncio.Task[bool]]:
        """Move a message to a step and send its callbacks; returns the deliveries under way."""
        if message.status == "canceled":
            return []
        message.advance(step.status, step.error_code, time.time())
        if outcome.silent:
            return []
        parcel = self.texting[message.provider].status_parcel(self, account, message, step)
        if parcel is None:
            return []
        tasks = [self.courier.post(parcel) for _ in range(outcome.duplicate)]
        return [task for task in tasks if task is not None]

    def reach_first(self, account: Account, message: Message, outcome: Outcome) -> list[asyncio.Task[bool]]:
        """Send the callback that comes before the answer: the last one."""
        if not outcome.early or not outcome.steps:
            return []
        return self.reach(account, message, outcome.steps[-1], outcome)

    def _order(self, message: Message, outcome: Outcome) -> tuple[Step, ...]:
        steps = outcome.steps
        if steps and message.messaging_service_id and message.provider == TWILIO:
            # Twilio announces queued only when a Messaging Service chose the sender.
            steps = (Step("queued", steps[0].after / 2), *steps)
        times = [step.after for step in steps]
        if outcome.early:
            # The last one was sent before the answer; the others follow backwards.
            steps = tuple(reversed(steps[:-1]))
        elif outcome.shuffle:
            self.scripts.chance("shuffle", message.id).shuffle(times)
        return tuple(Step(step.status, after, step.error_code) for step, after in zip(steps, times, strict=False))

    def later(self, after: float, action: Callable[[], object]) -> None:
        """Plan an action in so many seconds, scaled by the speed."""
        self._later(0.0, after, action)

    def _later(self, start: float, after: float, action: Callable[[], object]) -> None:
        if len(self._timers) >= MAX_TIMERS:
            self.counts["timers_dropped"] += 1
            return
        loop = asyncio.get_running_loop()

        def fire() -> None:
            self._timers.discard(timer)
            action()

        timer = loop.call_later(start + after * self.config.speed, fire)
        self._timers.add(timer)

    # --- customers ----------------------------------------------------------------------------

    def _answer(self, account: Account, message: Message, reply: Reply) -> None:
        if message.status in ("undelivered", "failed", "canceled"):
            return
        ours = message.sender or message.chosen_sender
        if self.accounts.owner_of(ours) is not account or not self.patience.allows(ours, message.to, time.time()):
            return
        text = friendly_line(message.body) if reply.text is None else reply.text
        self.customer_writes(account, message.to, ours, Reply(text, reply.media_count, 0.0, reply.opt_out_type))

    def customer_writes(self, account: Account, sender: str, to: str, reply: Reply, *, copies: int = 1) -> Message:
        """Let a customer write to one of the account's numbers; the webhook is sent ``copies`` times."""
        message, parcel = self.texting[account.provider].inbound(self, account, sender, to, reply)
        message.sent_at = message.completed_at = message.accepted_at
        self.ledger.add(message)
        self.counts["inbound"] += 1
        self._note_consent(account, sender, to, message.body)
        for _ in range(copies):
            if (delivery := self.courier.post(parcel)) is not None:
                delivery.add_done_callback(partial(_count_taken, message))
        return message

    def _note_consent(self, account: Account, customer: str, ours: str, text: str) -> None:
        word = text.strip().upper()
        keys = {(customer, ours), (customer, account.messaging_service_id or ours)}
        for key in keys:
            if word in STOP_WORDS:
                self._blocks[key] = None
            elif word in START_WORDS:
                self._blocks.pop(key, None)
        while len(self._blocks) > MAX_BLOCKS:
            self._blocks.popitem(last=False)

    def is_blocked(self, customer: str, sender: str, messaging_service_id: str) -> bool:
        """Return whether the customer wrote STOP to this number or messaging service."""
        return bool(self._blocks) and (
            (customer, sender) in self._blocks or (customer, messaging_service_id) in self._blocks
        )


def _count_taken(message: Message, delivery: asyncio.Task[bool]) -> None:
    message.taken += not delivery.cancelled() and delivery.result()
