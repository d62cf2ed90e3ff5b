"""What a process keeps of the figures that it has read, as long as the rollups are of the version that it read.

Why that is exact: decision 0025. Nothing here is asked without a version, and no version comes twice.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from analytics.plan import State

# Of a row or a period: about a kilobyte.
_MOST_ROWS = 20_000
# How often an answer is planned again because the rollups changed between two statements.
_MOST_TRIES = 5
T = TypeVar("T")


class Store:
    """Values by their keys, up to a weight; what was asked for the longest time ago goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._weight = most, 0
        self._lock = Lock()
        self._found: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """Return what is kept, or None."""
        with self._lock:
            found = self._found.get(key)
            if found is None:
                return None
            self._found.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Any, weight: int) -> None:
        """Keep a value."""
        with self._lock:
            self._drop(key)
            self._found[key] = (value, weight + 1)
            self._weight += weight + 1
            while self._weight > self._most:
                self._drop(next(iter(self._found)))

    def _drop(self, key: Hashable) -> None:
        _value, weight = self._found.pop(key, (None, 0))
        self._weight -= weight


rolled_rows = Store(_MOST_ROWS)
closed_periods = Store(_MOST_ROWS)


def settle(look: Callable[[], State], answer: Callable[[State], tuple[T, State]]) -> T:
    """Return an answer of one moment: the state that it was planned by is the one that its statement saw.

    `look` asks for the state, `answer` reads by one and says which it saw. After some tries the last answer is as good
    as any: it mixes two moments, a statement apart.
    """
    seen = look()
    for _try in range(_MOST_TRIES):
        state = seen
        found, seen = answer(state)
        if seen == state:
            break
    return found
