"""What a process keeps of the figures that it has read, as long as the rollups are of the version that it read.

Why that is exact: decision 0025. Nothing here is asked without a version, and no version comes twice.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from analytics.enums import Subject
from analytics.plan import State
from contactcenter.core.store import Store

# Of a row or a period: about a kilobyte.
_MOST_ROWS = 20_000
# Of a plan, or moments of the question: some two hundred bytes.
_MOST_STRETCHES = 100_000
# Ids of rows, or hours: about a hundred bytes each.
_MOST_OF_PERIODS = 200_000
# How often an answer is planned again because the rollups changed between two statements.
_MOST_TRIES = 5
_MOST_STATES = 4000
T = TypeVar("T")

rolled_figures = Store(_MOST_ROWS)
closed_periods = Store(_MOST_ROWS)
plans = Store(_MOST_STRETCHES)
of_periods = Store(_MOST_OF_PERIODS)
_last_states = Store(_MOST_STATES)


@dataclass(frozen=True, slots=True)
class Lasting:
    """Something that is kept and never changes, with what was made of it.

    What is much, or depends on more than a few words beside, is kept in `of_periods`, where `mark` stands for this one.
    """

    mark: object = field(default_factory=object, compare=False, kw_only=True)

    _made: dict[Hashable, Any] = field(default_factory=dict, compare=False, kw_only=True)

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` makes of it, made at the first time. `name` says all else that it depends on."""
        found: T | None = self._made.get(name)
        return found if found is not None else self._made.setdefault(name, make())


def settle(org_id: UUID, subject: Subject, look: Callable[[], State], answer: Callable[[State], tuple[T, State]]) -> T:
    """Return an answer of one moment: the state that it was planned by is the one that its statement saw.

    It is planned by the state that the organization's last answer saw: nothing has changed since, as a rule, and one
    statement is enough. `look` asks for the state where there was none, or where hours were marked, which every
    stretch of time has its own of. `answer` reads by a state and says which it saw. After some tries the last answer is
    as good as any: it mixes two moments, a statement apart.
    """
    key = (org_id, subject)
    seen: State = _last_states.get(key) or look()
    for _try in range(_MOST_TRIES):
        state = seen
        found, seen = answer(state)
        if seen == state:
            break
    _last_states.put(key, seen if seen.version is not None and not seen.stale else None, 0)
    return found
