"""Celery tasks of the kernel: bells."""

from celery import shared_task

from contactcenter.core.crew import EVENTS, IMPORTS, PUSHES
from contactcenter.core.engine import ring


@shared_task(name="core.tasks.publish_events")
def publish_events() -> None:
    """There may be an event to publish."""
    ring(EVENTS)


@shared_task(name="core.tasks.import_contacts")
def import_contacts() -> None:
    """There may be rows of a file to take over."""
    ring(IMPORTS)


@shared_task(name="core.tasks.push_notifications")
def push_notifications() -> None:
    """There may be a notification to push."""
    ring(PUSHES)
