"""Celery tasks: bells, all of them. They carry no ids; how often one rings, or whether it is lost, does not matter."""

from celery import shared_task

from contactcenter.core.engine import ring
from sms.engine import MEDIA, RECEIPTS, SENDER, SWEEP


@shared_task(name="sms.tasks.send_due")
def send_due() -> None:
    """There may be something to send."""
    ring(SENDER)


@shared_task(name="sms.tasks.process_receipts")
def process_receipts() -> None:
    """There may be a webhook to process."""
    ring(RECEIPTS)


@shared_task(name="sms.tasks.fetch_media")
def fetch_media() -> None:
    """There may be an attachment to fetch."""
    ring(MEDIA)


@shared_task(name="sms.tasks.sweep")
def sweep() -> None:
    """The time has come to look around (beat; every worker's own timer does the same)."""
    ring(SWEEP)
