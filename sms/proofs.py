"""The ledger of consent as CSV (RFC 4180): the proof for a court or an authority, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from contactcenter.core.models import AddressKind, Organization
from contactcenter.core.phone import address_kind
from sms import selectors
from sms.models import ConsentEntry

Lines = Iterator[str]
COLUMNS = ("number", "decided_at", "before", "state", "source", "word", "decided_by", "message_id", "proof")
# What a spreadsheet takes for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_CHUNK = 500


def lines(org: Organization, address: str | None = None) -> Lines:
    """Return the lines of the file, header first: all numbers of the organization, or one."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)  # A spreadsheet knows UTF-8 by its mark.
    for entry in selectors.consent_entries(org, address).iterator(chunk_size=_CHUNK):
        yield writer.writerow(_safe(_cells(entry)))


def _cells(entry: ConsentEntry) -> Iterable[str]:
    # RFC 3966: the + of a number would begin a formula, and a spreadsheet would take the rest for a quantity.
    is_phone = address_kind(entry.address) is AddressKind.PHONE
    return (
        f"tel:{entry.address}" if is_phone else entry.address,
        entry.created_at.isoformat(timespec="milliseconds"),
        entry.before,
        entry.state,
        entry.source,
        entry.word,
        entry.actor.email if entry.actor else "",
        str(entry.message_id or ""),
        entry.note,
    )


def _safe(cells: Iterable[str]) -> list[str]:
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


class _Echo:
    """A file that gives back what is written, so that the writer's lines can be streamed."""

    def write(self, value: str) -> Any:
        return value
