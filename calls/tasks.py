"""Celery tasks: bells, all of them. They carry no ids; how often one rings, or whether it is lost, does not matter."""

from celery import shared_task

from calls.engine import COMMANDS, PLACER, RECEIPTS, RECORDINGS
from contactcenter.core.engine import ring


@shared_task(name="calls.tasks.place_due")
def place_due() -> None:
    """There may be a call to dial."""
    ring(PLACER)


@shared_task(name="calls.tasks.carry_out_commands")
def carry_out_commands() -> None:
    """There may be a command to give."""
    ring(COMMANDS)


@shared_task(name="calls.tasks.process_receipts")
def process_receipts() -> None:
    """There may be a webhook to process."""
    ring(RECEIPTS)


@shared_task(name="calls.tasks.fetch_recordings")
def fetch_recordings() -> None:
    """There may be a recording to fetch."""
    ring(RECORDINGS)
