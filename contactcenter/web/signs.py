"""Signs of life of the processes that answer requests, with how many live streams each of them holds."""

import os
import socket
from datetime import timedelta

from django.db.models.functions import Now

from contactcenter.core import clock, pulse
from contactcenter.core.models import Heartbeat
from contactcenter.web.live import hub

_FORGET_DEAD_AFTER = timedelta(hours=1)
_is_serving = False


def serving() -> None:
    """Count this process among those that answer requests, from now on."""
    global _is_serving
    _is_serving = True


def beat() -> None:
    """Write the sign of life of this process, if it answers requests; by the database's clock."""
    if not _is_serving:
        return
    clock.compare()
    # The name of every beat, because a forked child is another process.
    name = f"web {socket.gethostname()}:{os.getpid()}"
    Heartbeat.objects.update_or_create(name=name, defaults={"kind": "web", "beat_at": Now(), "streams": hub.size()})
    Heartbeat.objects.filter(kind="web", beat_at__lt=Now() - _FORGET_DEAD_AFTER).delete()


pulse.register(beat)
