"""The figures of texts for operators: the same as `manage.py queue_status` shows."""

from collections.abc import Iterator
from datetime import datetime

from contactcenter.core import metrics
from contactcenter.core.metrics import Figure, by_label, gauge
from sms import queue_status


def register() -> None:
    """Show these figures at /metrics."""
    metrics.register("texts", _texts)


def _texts(now: datetime) -> Iterator[Figure]:
    found = queue_status.of(None, now=now)
    yield by_label("voice_texts", "Texts without an end, by state.", "state", found.counts)
    oldest = found.oldest_due_seconds or 0
    yield gauge("voice_texts_oldest_due_seconds", "How long the first text that could go has waited; 0: none.", oldest)
    yield gauge(
        "voice_texts_oldest_unfinished_seconds",
        "How old the oldest text without an end is, whatever it waits for; 0: none.",
        found.oldest_unfinished_seconds or 0,
    )
    yield gauge("voice_sweep_age_seconds", "How long ago the last sweep ended.", found.last_sweep_seconds)
