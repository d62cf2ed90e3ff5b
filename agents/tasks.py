"""Celery tasks: a bell. Importing this module, as every worker does, also signs the crew of agents on."""

from celery import shared_task

from agents.engine import WATCHDOG
from contactcenter.core.engine import ring


@shared_task(name="agents.tasks.watch")
def watch() -> None:
    """Somebody may have gone silent."""
    ring(WATCHDOG)
