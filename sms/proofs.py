"""The ledger of consent as CSV (RFC 4180): the proof for a court or an authority, safe to open in a spreadsheet."""

from collections.abc import Iterator

from contactcenter.core import spreadsheets
from contactcenter.core.models import AddressKind, Organization
from contactcenter.core.phone import address_kind
from sms import selectors
from sms.models import ConsentEntry

Lines = Iterator[str]
COLUMNS = ("number", "decided_at", "before", "state", "source", "word", "decided_by", "message_id", "proof")
_CHUNK = 500


def lines(org: Organization, address: str | None = None) -> Lines:
    """Return the lines of the file, header first: all numbers of the organization, or one."""
    entries = selectors.consent_entries(org, address).iterator(chunk_size=_CHUNK)
    return spreadsheets.lines(COLUMNS, map(_cells, entries))


def _cells(entry: ConsentEntry) -> tuple[str, ...]:
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
