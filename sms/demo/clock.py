"""Ids and times of rows that pretend to be older than they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sms.demo.script import Line

_USUAL_GAP = 3


def id_at(at: datetime, key: str) -> UUID:
    """Return the UUIDv7 (RFC 9562) of a moment: threads are ordered by id. The rest of it hangs on `key` alone."""
    milliseconds = int(at.timestamp() * 1000)
    rest = int.from_bytes(sha256(key.encode()).digest()[:10])
    return UUID(
        int=milliseconds << 80 | 0x7 << 76 | (rest >> 62 & 0xFFF) << 64 | 0b10 << 62 | rest & 0x3FFF_FFFF_FFFF_FFFF
    )


def times_of(lines: Sequence[Line], *, last_at: datetime) -> list[datetime]:
    """Return when each line was written: the last at `last_at`, the others before it by their gaps."""
    times = [last_at]
    for line in reversed(lines[1:]):
        times.append(times[-1] - timedelta(minutes=line.gap or _USUAL_GAP, seconds=len(line.body) % 41))
    return times[::-1]
