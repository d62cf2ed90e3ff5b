"""Celery tasks of figures: bells."""

from celery import shared_task

from analytics.engine import EXPORTS, MAILS, ROLLUPS
from contactcenter.core.engine import ring


@shared_task(name="analytics.tasks.refresh_rollups")
def refresh_rollups() -> None:
    """There may be hours to count (beat; every worker's own timer does the same)."""
    ring(ROLLUPS)


@shared_task(name="analytics.tasks.write_exports")
def write_exports() -> None:
    """There may be an export to write."""
    ring(EXPORTS)


@shared_task(name="analytics.tasks.mail_reports")
def mail_reports() -> None:
    """There may be a report to mail."""
    ring(MAILS)
