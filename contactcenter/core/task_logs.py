"""One line for each Celery task, under the id of the request that asked for it."""

import logging
import time
from typing import Any

from celery.signals import task_postrun, task_prerun

from contactcenter.core import logs

logger = logging.getLogger(__name__)

# How a request's id travels with a task: among its headers.
HEADER = "voice_request_id"


def headers(request_id: str) -> dict[str, str] | None:
    """Return the headers of a task that the request `request_id` asks for."""
    return {HEADER: request_id} if request_id else None


@task_prerun.connect
def _begin(task_id: str, task: Any, **_signal: object) -> None:
    # A worker reads all headers of the message as attributes of the request; a task that is run in place has its own.
    given = getattr(task.request, HEADER, None) or (task.request.headers or {}).get(HEADER)
    logs.begin(request_id=given or "", task_id=task_id)
    task.request.voice_began = time.monotonic()


@task_postrun.connect
def _finish(task: Any, state: str, **_signal: object) -> None:
    began = getattr(task.request, "voice_began", None)
    duration = round((time.monotonic() - began) * 1000, 1) if began is not None else None
    logger.info("task", extra={"task": task.name, "state": state, "duration_ms": duration})
    logs.end()
