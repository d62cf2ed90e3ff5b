"""Which outcome a message or a call gets: scripts set through the control endpoint, then the table of endings.

Order: a script for the whole number, the longest script for an ending of it, the default script, the table.
While a default script is set, the table is off: a benchmark must not stumble over a number that ends in 0008.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from .accounts import TWILIO
from .endings import ENDINGS, NASTY_CHOICES, NASTY_ENDING, Ending
from .outcomes import NORMAL, Answer, Taking
from .scriptjson import parse_outcome

_REMEMBERED_TEXTS = 50_000


Plan = TypeVar("Plan", bound=Taking)


@dataclass(frozen=True, slots=True)
class Table(Generic[Plan]):
    """The outcomes by ending of the number: for texts or for calls. ``parse`` reads a scripted one."""

    endings: Mapping[str, Ending[Plan]]
    nasty_choices: tuple[str, ...]
    normal: Plan
    parse: Callable[[Any], Plan]

    def outcome(self, ending: str, provider: str) -> Plan:
        """Return what the table says for an ending, the normal outcome when it says nothing."""
        row = self.endings.get(ending)
        if row is None:
            return self.normal
        return row.twilio if provider == TWILIO else row.telnyx


TEXTS = Table(ENDINGS, NASTY_CHOICES, NORMAL, parse_outcome)


@dataclass(slots=True)
class Script(Generic[Plan]):
    """An outcome that replaces the table; ``outcome`` None means any of the table's, by the generator."""

    outcome: Plan | None
    remaining: int | None = None


class Scripts(Generic[Plan]):
    """Chooses outcomes; remembers how often each text was tried, for "refuse twice, then accept"."""

    def __init__(self, seed: str, table: Table[Plan]) -> None:
        self._seed = seed
        self._table = table
        self._scripts: dict[str, Script[Plan]] = {}
        self._tries: OrderedDict[tuple[str, str, str], int] = OrderedDict()

    def reset(self) -> None:
        """Forget all scripts and tries."""
        self._scripts.clear()
        self._tries.clear()

    def set(self, order: Mapping[str, Any]) -> None:
        """Set or (``outcome`` null) remove a script; raises ValueError when the order makes no sense."""
        key = _script_key(order)
        if order.get("outcome") is None:
            self._scripts.pop(key, None)
            return
        outcome = None if order["outcome"] == "nasty" else self._table.parse(order["outcome"])
        times = order.get("times")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise ValueError("times must be a whole number from 1")
        self._scripts[key] = Script(outcome, times)

    def choose(self, provider: str, to: str, body: str = "") -> Plan:
        """Return what happens to this create request, and count the try."""
        attempt = self._count(provider, to, body)
        script = self._script_for(to)
        if script is None:
            ending = to[-4:]
            outcome = None if ending == NASTY_ENDING else self._table.outcome(ending, provider)
        else:
            outcome = script.outcome
        if outcome is None:
            return self._still_refused(self._nasty(provider, to, body, attempt), attempt)
        if self._is_past(outcome, attempt):
            # The next round of the same text starts again, so that a demonstration can be repeated. (Not when the
            # choice depends on the try: it would go in a circle.)
            self._tries.pop((provider, to, body), None)
        return self._still_refused(outcome, attempt)

    def chance(self, *parts: object) -> random.Random:
        """Return a generator that depends on the seed and the parts only, not on the order of requests."""
        return random.Random("\x1f".join([self._seed, *map(str, parts)]))

    def _script_for(self, to: str) -> Script[Plan] | None:
        if not self._scripts:
            return None
        keys = [to, *(f"*{to[start:]}" for start in range(1, len(to))), "*"]
        for key in keys:
            script = self._scripts.get(key)
            if script is None:
                continue
            if script.remaining is not None:
                script.remaining -= 1
                if script.remaining <= 0:
                    del self._scripts[key]
            return script
        return None

    def _count(self, provider: str, to: str, body: str) -> int:
        key = (provider, to, body)
        tries = self._tries.pop(key, 0) + 1
        self._tries[key] = tries
        if len(self._tries) > _REMEMBERED_TEXTS:
            self._tries.popitem(last=False)
        return tries

    def _nasty(self, provider: str, to: str, body: str, attempt: int) -> Plan:
        chance = self.chance("nasty", provider, to, body, attempt)
        return self._table.outcome(chance.choice(self._table.nasty_choices), provider)

    def _is_past(self, outcome: Plan, attempt: int) -> bool:
        times = outcome.refusal.times if outcome.refusal else 0
        return bool(times) and attempt > times

    def _still_refused(self, outcome: Plan, attempt: int) -> Plan:
        if not self._is_past(outcome, attempt):
            return outcome
        return replace(outcome, answer=Answer.ACCEPT, accepted=True, refusal=None)


def _script_key(order: Mapping[str, Any]) -> str:
    to, suffix = order.get("to"), order.get("suffix")
    if to and suffix:
        raise ValueError("give to or suffix, not both")
    for value in (to, suffix):
        if value is not None and not isinstance(value, str):
            raise ValueError("to and suffix are strings")
    return str(to) if to else f"*{suffix or ''}"


def is_taken(outcome: Taking) -> bool:
    """Return whether the carrier takes the message or call, whatever it then answers."""
    return outcome.answer is Answer.ACCEPT or (outcome.answer is not Answer.REFUSE and outcome.accepted)
