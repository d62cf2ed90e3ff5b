"""What a process keeps in its memory, up to a weight: for what is dear to make and the same again at the next look."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any


class Store:
    """Values by their keys, up to a weight; what was asked for the longest time ago goes first. Threads share it."""

    def __init__(self, most: int) -> None:
        """Hold values that weigh `most` together, in whatever `put` counts them in, and one more for each."""
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
