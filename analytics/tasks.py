"""Celery tasks of figures: bells."""

from celery import shared_task

from analytics.engine import ROLLUPS
from contactcenter.core.engine import ring


@shared_task(name="analytics.tasks.refresh_rollups")
def refresh_rollups() -> None:
    """There may be hours to count (beat; every worker's own timer does the same)."""
    ring(ROLLUPS)
