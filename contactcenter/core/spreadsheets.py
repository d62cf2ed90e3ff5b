"""Tables as CSV (RFC 4180), safe to open in a spreadsheet."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# What a spreadsheet takes for a formula, also in full width (OWASP, "CSV Injection").
_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_FORMULA = (*_SIGNS, "\t", "\r", "\n")
# One that separates by something else than commas divides quoted texts as well: quoting alone protects nothing.
_WITHIN = re.compile(rf"""[;|\t\r\n][\s"]*(?=[{re.escape("".join(_SIGNS))}])""")


def lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Return the lines of the file, header first."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(_safe(columns))  # A spreadsheet knows UTF-8 by its mark.
    for row in rows:
        yield writer.writerow(_safe(row))


def phone_cell(address: str) -> str:
    """Return a number as a cell: RFC 3966, because its + would begin a formula."""
    return f"tel:{address}" if address.startswith("+") else address


def harmless(text: str) -> str:
    """Return a text as no spreadsheet takes it for a formula: with an apostrophe before what would begin one."""
    text = _WITHIN.sub(lambda found: f"{found[0]}'", text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _safe(cells: Iterable[str]) -> list[str]:
    return [harmless(cell) for cell in cells]


class _Echo:
    """A file that gives back what is written, so that the writer's lines can be streamed."""

    def write(self, value: str) -> Any:
        return value
