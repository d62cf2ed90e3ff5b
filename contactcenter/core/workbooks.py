"""Writing XLSX row by row with XlsxWriter, so that a million rows need room on the disk and none in memory.

Texts are texts: nothing is written as a formula or a link because of what it begins with.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO

import xlsxwriter

Value = str | int | float | Decimal | datetime | None

# A sheet of Excel has no more rows.
MOST_ROWS = 1_048_576
# What UTF-8 or XML 1.0 cannot hold at all; XlsxWriter escapes the other characters that do not print.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}


class Workbook:
    """A file of one table. More rows than a sheet can hold go on in further sheets, below the same headings.

    What is written waits in `folder` until `close` packs it into `target`.
    """

    def __init__(self, target: IO[bytes], columns: Sequence[str], *, folder: Path, most_rows: int = MOST_ROWS) -> None:
        self._book = xlsxwriter.Workbook(target, {**_OPTIONS, "tmpdir": str(folder)})
        self._book.use_zip64()  # A sheet of a million rows may be larger than the 2 GB of an entry without.
        self._bold = self._book.add_format({"bold": True})
        self._columns = [_writable(column) for column in columns]
        self._most_rows = most_rows
        self._open_sheet()

    def write(self, rows: Sequence[Sequence[Value]]) -> None:
        """Add rows. Texts have to be harmless already; times are written without their zone, as its clocks show."""
        for row in rows:
            if self._rows == self._most_rows:
                self._open_sheet()
            self._sheet.write_row(self._rows, 0, [_writable(value) for value in row])
            self._rows += 1

    def close(self) -> None:
        """Pack the file; without it, there is none."""
        self._book.close()

    def _open_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.write_row(0, 0, self._columns, self._bold)
        self._rows = 1


def _writable(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    value = _UNWRITABLE.sub("", value)
    # In this mode XlsxWriter takes it for markup of its own and does not escape it, whatever is in it.
    return f"'{value}" if value.startswith("<r>") else value
