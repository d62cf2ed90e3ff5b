"""What operators' monitoring reads: figures of the whole installation, in Prometheus' text format.

Each app registers a collector, which reads its figures when it is asked. One that fails, or takes too long, is left out
and said so by `voice_collector_up`: what can be told is told.
Source of the format: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from contactcenter.core import clock, pulse
from contactcenter.core.tally import labels_of

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_STATEMENT_MILLISECONDS = 2000


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
    """Let /metrics show what `collector` reads. It gets the moment by the database's clock, and runs in a read-only transaction of 2 s."""
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
    is_there = _database_answers()
    yield gauge("voice_database_up", "1 while PostgreSQL answers; without it all other figures are missing.", is_there)
    if is_there:
        pulse.write()  # What this process has counted since its last beat.
    now = clock.now()
    up: dict[str, float] = {}
    for name, collector in _collectors.items():
        found = _collect(name, collector, now) if is_there else None
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


def _collect(name: str, collector: Collector, now: datetime) -> list[Figure] | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {_STATEMENT_MILLISECONDS}")
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
