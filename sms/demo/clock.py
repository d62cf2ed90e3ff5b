"""Times of rows that pretend to be older than they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sms.demo.script import Line

_USUAL_GAP = 3


def times_of(lines: Sequence[Line], *, last_at: datetime) -> list[datetime]:
    """Return when each line was written: the last at `last_at`, the others before it by their gaps."""
    times = [last_at]
    for line in reversed(lines[1:]):
        times.append(times[-1] - timedelta(minutes=line.gap or _USUAL_GAP, seconds=len(line.body) % 41))
    return times[::-1]
