"""Reading a CSV file as it comes: three encodings, three separators."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 60
_MOST_HEADING_CHARACTERS = 200
_SEPARATORS = ",;\t"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class UnreadableFile(ValueError):
    """The file cannot be taken for a table: in no encoding, without rows, or too large. `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read: its text, how it was written, its headings, and the number of rows that are not empty."""

    text: str
    encoding: str
    delimiter: str
    headings: list[str]
    row_count: int


def read(raw: bytes) -> Table:
    """Return the table in the bytes of a file. Raises UnreadableFile."""
    if len(raw) > MOST_BYTES:
        raise UnreadableFile("too_large")
    text, encoding = _decode(raw)
    delimiter = _delimiter(text)
    records = rows(text, delimiter)
    _number, headings = next(records, (0, []))
    if not headings or len(headings) > MOST_COLUMNS:
        raise UnreadableFile("no_headings" if not headings else "too_many_columns")
    row_count = sum(1 for _record in records)
    if not 0 < row_count <= MOST_ROWS:
        raise UnreadableFile("too_many_rows" if row_count else "no_rows")
    shown = [heading.strip()[:_MOST_HEADING_CHARACTERS] for heading in headings]
    return Table(text=text, encoding=encoding, delimiter=delimiter, headings=shown, row_count=row_count)


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Return the rows that are not empty, headings first, with their numbers as a spreadsheet counts (from 1).

    Raises UnreadableFile.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise UnreadableFile("no_table") from error


def _decode(raw: bytes) -> tuple[str, str]:
    """UTF-8 is hard to hit by chance, so whatever is none is what Excel writes in Central Europe."""
    marked = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "windows-1250"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise UnreadableFile("encoding")


def _delimiter(text: str) -> str:
    """The separator that occurs most in the headings, outside quotation marks; a comma where none does."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)
