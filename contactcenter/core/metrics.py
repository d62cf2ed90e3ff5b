"""What operators' monitoring reads: figures of the whole installation, in Prometheus' text format.

Each app registers a collector, which reads its figures when it is asked. One that fails, takes too long, or comes when
those before have used up the time of the answer, is left out and said so by `voice_collector_up`: what can be told is
told.
Source of the format: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DatabaseError, connection, transaction
from psycopg.pq import TransactionStatus

from contactcenter.core import clock, pulse
from contactcenter.core.tally import labels_of

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# All statements of one part together; and all of an answer, because Prometheus gives up after ten seconds.
_PART_SECONDS = 2.0
_ANSWER_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One line: `suffix` behind the figure's name, labels as Prometheus writes them, and the value."""

    value: float
    labels: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with all its lines. `kind`: gauge, counter or histogram. `meaning`: one sentence."""

    name: str
    kind: str
    meaning: str
    samples: tuple[Sample, ...]


Collector = Callable[[datetime], Iterable[Figure]]
_collectors: dict[str, Collector] = {}


def register(name: str, collector: Collector) -> None:
    """Let /metrics show what `collector` reads. It gets the moment by the database's clock.

    It runs in a transaction of its own, and its statements have 2 s together: less when the parts before were slow.
    """
    _collectors[name] = collector


def gauge(name: str, meaning: str, value: float | None) -> Figure:
    """Return a figure that may rise and fall; without a line when there is no value (an age of nothing)."""
    return Figure(name, "gauge", meaning, () if value is None else (Sample(value),))


def by_label(name: str, meaning: str, label: str, values: Mapping[str, float], *, kind: str = "gauge") -> Figure:
    """Return a figure with one line for each value of one label."""
    samples = (Sample(value, labels_of({label: word})) for word, value in values.items())
    return Figure(name, kind, meaning, tuple(samples))


def age(moment: datetime | None, now: datetime) -> float | None:
    """Return how many seconds ago `moment` was, never less than 0."""
    return None if moment is None else max(0.0, (now - moment).total_seconds())


def render() -> str:
    """Return all figures in Prometheus' text format. Never raises for the database's sake."""
    return "".join(_lines(_figures()))


def _figures() -> Iterator[Figure]:
    part = partial(_part, time.monotonic() + _ANSWER_SECONDS)
    is_there = _database_answers()
    yield gauge("voice_database_up", "1 while PostgreSQL answers; without it all other figures are missing.", is_there)
    if is_there:
        pulse.write(within=part)  # What this process has counted since its last beat.
    now = clock.now()
    up: dict[str, float] = {}
    for name, collector in _collectors.items():
        found = _collect(name, collector, part, now) if is_there else None
        up[name] = float(found is not None)
        yield from found or ()
    yield by_label("voice_collector_up", "1 while this part of the figures could be read.", "collector", up)


def _database_answers() -> bool:
    """Whether PostgreSQL is there; it is asked for the time, by which every age is counted."""
    try:
        clock.compare()
    except DatabaseError:
        connection.close()
        return False
    return True


@contextmanager
def _part(latest: float, /) -> Iterator[None]:
    """Let what is inside ask for as long as a part may, and never beyond `latest`; in a transaction of its own."""
    began = time.monotonic()
    if began >= latest:
        raise TimeoutError
    until = min(latest, began + _PART_SECONDS)
    with transaction.atomic(), connection.execute_wrapper(partial(_ask, until)):
        yield


def _ask(until: float, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Give a statement what is left of the time; raise TimeoutError when nothing is."""
    raw = context["connection"].connection
    # What goes back to a savepoint after a failure takes no time, and nothing else is possible then.
    if raw.info.transaction_status is not TransactionStatus.INERROR:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        with context["connection"].wrap_database_errors:
            raw.execute(f"SET LOCAL statement_timeout = {max(1, round(left * 1000))}")
    return execute(sql, params, many, context)


def _collect(
    name: str, collector: Collector, part: Callable[[], AbstractContextManager[None]], now: datetime
) -> list[Figure] | None:
    try:
        with part():
            return list(collector(now))
    except Exception as error:  # noqa: BLE001 - one part that fails must not hide the others
        logger.warning("figures are missing: %s (%s)", name, type(error).__name__)
        return None


def _lines(figures: Iterable[Figure]) -> Iterator[str]:
    for figure in figures:
        yield f"# HELP {figure.name} {figure.meaning}\n# TYPE {figure.name} {figure.kind}\n"
        for sample in figure.samples:
            yield f"{figure.name}{sample.suffix}{sample.labels} {_number(sample.value)}\n"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(round(value, 6))
