"""Counting while it happens, in the memory of a process; a few seconds later PostgreSQL adds it to what all counted.

So figures are right whichever of several web or worker processes is asked, on whichever host, and go on growing when
one of them ends. A process that is killed takes up to METRICS_FLUSH_SECONDS of its counts along.
"""

import os
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection

from contactcenter.core import pulse

Values = tuple[str, ...]
_ADD = """
INSERT INTO core_tally AS t (key, count, total, buckets)
SELECT n.key, n.count, n.total, n.buckets::bigint[]
FROM unnest(%s::text[], %s::bigint[], %s::float8[], %s::text[]) AS n(key, count, total, buckets)
-- In one order, so that two processes never wait for each other.
ORDER BY n.key
ON CONFLICT (key) DO UPDATE SET count = t.count + excluded.count, total = t.total + excluded.total,
    buckets = ARRAY(
        SELECT coalesce(u.old, 0) + coalesce(u.new, 0)
        FROM unnest(t.buckets, excluded.buckets) WITH ORDINALITY AS u(old, new, place) ORDER BY u.place
    )
"""


@dataclass(slots=True)
class Sum:
    """What was counted under one set of labels."""

    count: int = 0
    total: float = 0.0
    buckets: list[int] = field(default_factory=list)

    def add(self, other: "Sum") -> None:
        """Add what another one counted."""
        self.count += other.count
        self.total += other.total
        longest = max(len(self.buckets), len(other.buckets))
        padded = ([*each, *[0] * (longest - len(each))] for each in (self.buckets, other.buckets))
        self.buckets = [sum(pair) for pair in zip(*padded, strict=True)]


class _Counts:
    """Everything that this process has counted and not written yet."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._lock = threading.Lock()
        self._sums: dict[tuple[str, Values], Sum] = {}

    def add(self, key: tuple[str, Values], *, amount: int, seconds: float, bounds: Sequence[float]) -> None:
        with self._lock:
            found = self._sums.get(key)
            if found is None:
                found = self._sums[key] = Sum(buckets=[0] * (len(bounds) + 1) if bounds else [])
            found.count += amount
            if bounds:
                found.total += seconds
                found.buckets[bisect_left(bounds, seconds)] += 1

    def take(self) -> dict[tuple[str, Values], Sum]:
        """Return the counts, and begin anew."""
        with self._lock:
            taken, self._sums = self._sums, {}
            return taken

    def put_back(self, taken: dict[tuple[str, Values], Sum]) -> None:
        """Add counts that could not be written to those that came meanwhile."""
        with self._lock:
            for key, each in taken.items():
                self._sums.setdefault(key, Sum()).add(each)


_counts = _Counts()
# A forked child must not write once more what its parent has counted.
os.register_at_fork(after_in_child=_counts.reset)
_defined: dict[str, "Counter"] = {}


class Counter:
    """Something that is counted, by labels of which each has few values: never an id, a number or a name of anybody."""

    kind = "counter"
    bounds: tuple[float, ...] = ()

    def __init__(self, name: str, meaning: str, labels: Values = ()) -> None:
        self.name, self.meaning, self.labels = name, meaning, labels
        _defined[name] = self

    def add(self, *values: str) -> None:
        """Count one, under these values of the labels."""
        self._add(values, 0.0)

    def _add(self, values: Values, seconds: float) -> None:
        _counts.add((self.name, values), amount=1, seconds=seconds, bounds=self.bounds)
        pulse.ensure()

    def key(self, values: Values) -> str:
        """Return name and labels as Prometheus writes them."""
        return f"{self.name}{labels_of(dict(zip(self.labels, values, strict=True)))}"


class Histogram(Counter):
    """How long something takes, counted in buckets; `bounds` are their upper ends in seconds."""

    kind = "histogram"

    def __init__(self, name: str, meaning: str, labels: Values, *, bounds: tuple[float, ...]) -> None:
        super().__init__(name, meaning, labels)
        self.bounds = bounds

    def observe(self, seconds: float, *values: str) -> None:
        """Count one that took `seconds`."""
        self._add(values, seconds)


def labels_of(labels: dict[str, str]) -> str:
    """Return labels as Prometheus writes them, empty when there are none."""
    pairs = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{','.join(pairs)}}}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def defined() -> Iterator[Counter]:
    """Yield everything that may be counted."""
    yield from _defined.values()


def flush() -> None:
    """Add what this process has counted to the sums of all; kept for the next time when that fails."""
    taken = _counts.take()
    if not taken:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, _columns(taken))
    except BaseException:
        _counts.put_back(taken)
        raise


def _columns(taken: dict[tuple[str, Values], Sum]) -> list[list[object]]:
    keys: list[object] = [_defined[name].key(values) for name, values in taken]
    sums = list(taken.values())
    arrays: list[object] = ["{" + ",".join(map(str, each.buckets)) + "}" for each in sums]
    return [keys, [each.count for each in sums], [each.total for each in sums], arrays]


pulse.register(flush)
