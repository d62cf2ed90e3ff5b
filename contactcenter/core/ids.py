"""Primary keys: UUID version 7 (RFC 9562), so that new rows stay together at the end of every index."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new time-ordered UUIDv7."""
    return uuid7()


def new_id_at(moment: datetime) -> UUID:
    """Return a new id in the order of a moment that may be past."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | new_id().int & ~(0xFFFF_FFFF_FFFF << 80))


def first_id_of(moment: datetime) -> UUID:
    """Return the lowest id that a row made at `moment` could have."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62)


def id_at(moment: datetime, key: str) -> UUID:
    """Return the id of a row that pretends to be made at `moment`; the rest of it hangs on `key` alone."""
    milliseconds = int(moment.timestamp() * 1000)
    rest = int.from_bytes(sha256(key.encode()).digest()[:10])
    return UUID(
        int=milliseconds << 80 | 0x7 << 76 | (rest >> 62 & 0xFFF) << 64 | 0b10 << 62 | rest & 0x3FFF_FFFF_FFFF_FFFF
    )
