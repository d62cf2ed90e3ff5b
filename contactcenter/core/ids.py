"""Primary keys: UUID version 7 (RFC 9562), so that new rows stay together at the end of every index."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new time-ordered UUIDv7."""
    return uuid7()
