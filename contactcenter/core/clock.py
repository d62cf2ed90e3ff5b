"""The time by PostgreSQL's clock, which all processes share: the one of a host may be wrong by hours.

A worker with a wrong clock must not send tomorrow's texts today, nor leave an account alone until tomorrow. Each
process measures now and then by how much its own differs, so that asking for the time costs nothing.
"""

import logging
import time
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

logger = logging.getLogger(__name__)

_NOTHING = timedelta(0)
# Both clocks are read some milliseconds apart, and nothing here is decided by less.
_TELLING = timedelta(seconds=1)
_ahead = _NOTHING


def now() -> datetime:
    """Return the time by the database's clock; by this process's own until `compare` was called."""
    return timezone.now() + _ahead


def compare() -> timedelta:
    """Measure by how much the database's clock is ahead of ours, and count that in from now on.

    Less than a second is nothing, and so is an answer that took longer than that: whoever stood still in between would
    take the pause for a difference. Raises DatabaseError.
    """
    global _ahead
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: timedelta = cursor.fetchone()[0] - timezone.now()
    if time.monotonic() - began >= _TELLING.total_seconds():
        return _ahead
    ahead = found if abs(found) >= _TELLING else _NOTHING
    if abs(ahead - _ahead) >= _TELLING:
        logger.warning("this host's clock differs from the database's by %.0f s", -ahead.total_seconds())
    _ahead = ahead
    return _ahead


def forget() -> None:
    """Go by our own clock again."""
    global _ahead
    _ahead = _NOTHING
