"""Cursors of keyset paging: the key of the last row that was shown, as one opaque word."""

import base64
import binascii
from datetime import UTC, datetime
from uuid import UUID

from contactcenter.web.api.errors import Problem

Key = tuple[datetime, UUID]


def write_cursor(at: datetime, pk: UUID) -> str:
    """Return the key (time, id) as a word for a URL."""
    plain = f"{at.astimezone(UTC).isoformat()} {pk.hex}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Key:
    """Return the key that `write_cursor` wrote. Raises Problem (400)."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        at, _space, pk = plain.partition(" ")
        key = datetime.fromisoformat(at).astimezone(UTC), UUID(pk)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Problem(400, "INVALID_PARAMETER", "Invalid cursor") from error
    return key
