"""The two kinds of files that an export can be, written row by row."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Protocol

from analytics.models import ExportFormat
from contactcenter.core.spreadsheets import harmless
from contactcenter.core.workbooks import Value, Workbook

Row = Sequence[Value]

CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TableFile(Protocol):
    """A file that takes rows."""

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""

    def close(self) -> None:
        """Write what the file ends with. The target stays open."""


def begin(file_format: ExportFormat, target: IO[bytes], columns: Sequence[str], *, folder: Path) -> TableFile:
    """Return a file of this kind that begins with these headings; its parts may wait in `folder`."""
    columns = [harmless(column) for column in columns]
    return _Xlsx(target, columns, folder) if file_format is ExportFormat.XLSX else _Csv(target, columns)


class _Csv:
    """RFC 4180 in UTF-8. Times are ISO 8601 with their distance from UTC."""

    def __init__(self, target: IO[bytes], columns: Sequence[str]) -> None:
        # A spreadsheet knows UTF-8 by its mark.
        self._text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow(columns)

    def write(self, rows: Sequence[Row]) -> None:
        self._writer.writerows([_written(value) for value in row] for row in rows)

    def close(self) -> None:
        self._text.detach()


class _Xlsx:
    def __init__(self, target: IO[bytes], columns: Sequence[str], folder: Path) -> None:
        self._book = Workbook(target, columns, folder=folder)

    def write(self, rows: Sequence[Row]) -> None:
        self._book.write([_safe(row) for row in rows])

    def close(self) -> None:
        self._book.close()


def _safe(row: Row) -> list[Value]:
    # A text cell is no formula to begin with, but it becomes one when the sheet is saved as CSV and opened again.
    return [harmless(value) if isinstance(value, str) else value for value in row]


def _written(value: Value) -> str:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)
