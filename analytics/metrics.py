"""Every figure there is, in one table: what it means, how it is counted, how it is written, who may read it."""

from functools import cache

from analytics.call_metrics import CALL_METRICS
from analytics.enums import Subject
from analytics.metric import Metric
from analytics.text_metrics import TEXT_METRICS

__all__ = ["METRICS", "Metric", "by_key", "metrics_of", "stored"]

METRICS: tuple[Metric, ...] = (*CALL_METRICS, *TEXT_METRICS)


def metrics_of(subject: Subject) -> tuple[Metric, ...]:
    """Return the metrics about calls, or those about texts, in the order of the table."""
    return tuple(metric for metric in METRICS if metric.subject is subject)


@cache
def by_key(subject: Subject) -> dict[str, Metric]:
    """Return the metrics of a subject by their keys."""
    return {metric.key: metric for metric in metrics_of(subject)}


@cache
def stored(subject: Subject) -> tuple[Metric, ...]:
    """Return the stored metrics of a subject in the order of their slots, which begin with 1 and have no gaps."""
    found = [metric for metric in metrics_of(subject) if metric.slot is not None]
    return tuple(sorted(found, key=lambda metric: metric.slot or 0))
