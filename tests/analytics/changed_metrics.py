"""The table of metrics with other entries, as if they stood there."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from analytics import metrics
from analytics.alerting import figures
from analytics.metrics import Metric
from analytics.selectors import reading

_MADE_OF_THE_TABLE = (metrics.by_key, metrics.stored, figures.watchables, figures._by_right, reading._sums)


def _forget() -> None:
    for kept in _MADE_OF_THE_TABLE:
        kept.cache_clear()


@contextmanager
def table_with(*changed: Metric) -> Iterator[None]:
    """Let these be entries of the table, each in place of the one of its key or at the end."""
    entries = {metric.key: metric for metric in (*metrics.METRICS, *changed)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "METRICS", metrics.checked(*entries.values()))
        _forget()
        yield
    _forget()
