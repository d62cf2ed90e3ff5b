"""Every figure there is, in one table: what it means, how it is counted, how it is written, who may read it."""

from functools import cache

from django.core.exceptions import ImproperlyConfigured

from analytics.call_metrics import CALL_METRICS
from analytics.enums import Format, Subject
from analytics.metric import Metric
from analytics.text_metrics import TEXT_METRICS

__all__ = ["METRICS", "Metric", "by_key", "checked", "metrics_of", "stored"]


def checked(*metrics: Metric) -> tuple[Metric, ...]:
    """Return a table of these. Raises ImproperlyConfigured for a share or a mean that cannot be taken.

    Both are of two stored figures of the subject. Money is in several currencies: of it there is a mean, which is
    money, too, and no share, which would add them up.
    """
    counted = {(metric.subject, metric.key): metric for metric in metrics if metric.of is None}
    for metric in metrics:
        if metric.of is None:
            continue
        part, whole = (counted.get((metric.subject, key)) for key in metric.of)
        if part is None or whole is None:
            raise ImproperlyConfigured(f"{metric.key} is not of two stored figures about {metric.subject}")
        has_money = [one.format is Format.MONEY for one in (part, whole)]
        if has_money != [metric.format is Format.MONEY, False]:
            raise ImproperlyConfigured(f"{metric.key}: of money there are only means, and they are money, too")
    return metrics


METRICS: tuple[Metric, ...] = checked(*CALL_METRICS, *TEXT_METRICS)


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
