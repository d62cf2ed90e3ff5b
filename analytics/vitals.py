"""The figures of rollups for operators."""

from collections.abc import Iterator
from datetime import datetime

from analytics.selectors.lag import rollup_lag
from contactcenter.core import metrics
from contactcenter.core.metrics import Figure, gauge


def register() -> None:
    """Show these figures at /metrics."""
    metrics.register("rollups", _rollups)


def _rollups(_now: datetime) -> Iterator[Figure]:
    meaning = "How long the first hour that could be counted, or counted again, has waited for it; 0: none waits."
    yield gauge("voice_rollup_lag_seconds", meaning, rollup_lag().late_seconds)
