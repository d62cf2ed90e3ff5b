"""A thread of each process that writes its figures to PostgreSQL every few seconds, where one reader finds all of them.

It starts with the first figure; a process that has none (a command, for instance) has no such thread.
"""

import atexit
import logging
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from django.conf import settings
from django.db import connections

logger = logging.getLogger(__name__)

_beats: list[Callable[[], None]] = []
_start_lock = threading.Lock()
_pid = 0


def register(beat: Callable[[], None]) -> None:
    """Let every process that has figures call `beat` every METRICS_FLUSH_SECONDS."""
    _beats.append(beat)


def ensure() -> None:
    """Start the thread of this process, if it has none yet. Costs a comparison when it has."""
    global _pid
    # A forked child has no thread of ours.
    if _pid == os.getpid() or settings.METRICS_FLUSH_SECONDS <= 0:
        return
    with _start_lock:
        if _pid != os.getpid():
            _pid = os.getpid()
            threading.Thread(target=_run, name="pulse", daemon=True).start()
            atexit.register(_beat)


def _run() -> None:
    pause = threading.Event()
    while not pause.wait(settings.METRICS_FLUSH_SECONDS):
        _beat()


def write(*, within: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
    """Write every figure now, each in a context of its own. What fails is written the next time."""
    for each in _beats:
        try:
            with within():
                each()
        except Exception as error:  # noqa: BLE001 - figures never hold anything up; they are kept and written later
            logger.warning("figures could not be written (%s)", type(error).__name__)


def _beat() -> None:
    write()
    connections.close_all()  # A connection for every process that is used for a millisecond would be too many.
