"""Keyset paging: a cursor is the key of the last row that was shown, as one opaque word."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q

from contactcenter.web.api.errors import Problem

Row = dict[str, Any]


class Keyset(Protocol):
    """An order of rows, newest first, and its cursors."""

    def write(self, row: Row) -> str:
        """Return the row's key as a word for a URL."""

    def behind(self, cursor: str) -> Q:
        """Return which rows come behind the key that `write` wrote. Raises Problem (400)."""


@dataclass(frozen=True, slots=True)
class ByTime:
    """Rows ordered by a time, then by id."""

    field: str

    def write(self, row: Row) -> str:
        return _word(f"{row[self.field].astimezone(UTC).isoformat()} {row['id'].hex}")

    def behind(self, cursor: str) -> Q:
        try:
            at_text, _space, pk_text = _plain(cursor).partition(" ")
            at, pk = datetime.fromisoformat(at_text).astimezone(UTC), UUID(pk_text)
        except (ValueError, OverflowError) as error:
            raise Problem(400, "INVALID_PARAMETER", "Invalid cursor") from error
        return Q(**{f"{self.field}__lt": at}) | Q(**{self.field: at, "id__lt": pk})


@dataclass(frozen=True, slots=True)
class ById:
    """Rows ordered by id, which grows with time."""

    def write(self, row: Row) -> str:
        return _word(row["id"].hex)

    def behind(self, cursor: str) -> Q:
        try:
            return Q(id__lt=UUID(_plain(cursor)))
        except ValueError as error:
            raise Problem(400, "INVALID_PARAMETER", "Invalid cursor") from error


def _word(plain: str) -> str:
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _plain(cursor: str) -> str:
    """Return what `_word` was given. Raises ValueError."""
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
