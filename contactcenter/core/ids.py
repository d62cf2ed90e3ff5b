"""Primary keys: UUID version 7 (RFC 9562), so that new rows stay together at the end of every index."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new time-ordered UUIDv7."""
    return uuid7()


def first_id_of(moment: datetime) -> UUID:
    """Return the lowest id that a row made at `moment` could have."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62)
