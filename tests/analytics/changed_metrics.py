"""The table of metrics with other entries, as if they stood there: shares and means, which need no slot."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from analytics import metrics
from analytics.alerting import figures
from analytics.metrics import Metric

_MADE_OF_THE_TABLE = (metrics.by_key, metrics.stored, figures.watchables, figures._by_right)


def _forget() -> None:
    for kept in _MADE_OF_THE_TABLE:
        kept.cache_clear()


@contextmanager
def table_with(*changed: Metric) -> Iterator[None]:
    """Let these be entries of the table, each in place of the one of its key or at the end."""
    entries = {metric.key: metric for metric in (*metrics.METRICS, *changed)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "METRICS", tuple(entries.values()))
        _forget()
        yield
    _forget()
