"""Writing XLSX (ECMA-376, SpreadsheetML) row by row: what is written goes out, so that a million rows need no memory.

Only what a table needs: one kind of row, texts inside their cells, numbers as numbers, times as times. There is no
formula in such a file, because none is ever written as one.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Value = str | int | float | Decimal | datetime | None

# A sheet of Excel has no more rows, and a cell no more characters.
MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
# What XML 1.0 cannot hold at all.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Day 0 of Excel's calendar, which believes that 1900 was a leap year.
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's times have no zone
_DAY = 86_400
_QUICK = 1  # Level 9 takes four times as long for a tenth less.

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LINKS_TYPE = (
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
)
# Style 0: as it is. 1: a time, to the second. 2: a heading.
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/>'
    '<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Workbook:
    """A file of one table. More rows than a sheet can hold go on in a second sheet, below the same headings."""

    def __init__(self, target: IO[bytes], columns: Sequence[str], *, most_rows: int = MOST_ROWS) -> None:
        self._zip = ZipFile(target, "w", ZIP_DEFLATED, compresslevel=_QUICK)
        self._headings = "".join(_text(column, style=2) for column in columns)
        self._most_rows = most_rows
        self._sheets = 0
        self._open_sheet()

    def write(self, rows: Sequence[Sequence[Value]]) -> None:
        """Add rows. Texts have to be harmless already; times are written without their zone, as its clocks show."""
        while rows:
            if self._rows == self._most_rows:
                self._close_sheet()
                self._open_sheet()
            fitting, rows = rows[: self._most_rows - self._rows], rows[self._most_rows - self._rows :]
            self._rows += len(fitting)
            self._sheet.write("".join(f"<row>{''.join(map(_cell, row))}</row>" for row in fitting).encode())

    def close(self) -> None:
        """Write what the file ends with; without it, it is none."""
        self._close_sheet()
        for name, content in self._parts():
            self._zip.writestr(name, content)
        self._zip.close()

    def _open_sheet(self) -> None:
        self._sheets += 1
        # A sheet of a million rows may be larger than the 2 GB that an entry without ZIP64 can be.
        self._sheet = self._zip.open(f"xl/worksheets/sheet{self._sheets}.xml", "w", force_zip64=True)
        self._sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData><row>{self._headings}</row>'.encode())
        self._rows = 1

    def _close_sheet(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()

    def _parts(self) -> list[tuple[str, str]]:
        numbers = range(1, self._sheets + 1)
        sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        links = "".join(_link(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
        kinds = "".join(_kind(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers)
        return [
            (
                "xl/workbook.xml",
                f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
            ),
            ("xl/styles.xml", _STYLES),
            ("xl/_rels/workbook.xml.rels", _links(links + _link("rId0", "styles", "styles.xml"))),
            ("_rels/.rels", _links(_link("rId1", "officeDocument", "xl/workbook.xml"))),
            (
                "[Content_Types].xml",
                f'{_XML}<Types xmlns="{_PACKAGE}/content-types">{_LINKS_TYPE}{_kind("/xl/workbook.xml", "sheet.main")}'
                f"{_kind('/xl/styles.xml', 'styles')}{kinds}</Types>",
            ),
        ]


def _cell(value: Value) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        return _text(value[:_MOST_CHARACTERS])
    if isinstance(value, datetime):
        since = value.replace(tzinfo=None) - _DAY_ZERO
        return f'<c s="1"><v>{since.days + since.seconds / _DAY:.8f}</v></c>'
    return f"<c><v>{value}</v></c>"


def _text(value: str, *, style: int = 0) -> str:
    if _SPECIAL.search(value):
        value = escape(_UNPRINTABLE.sub("", value))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _kind(part: str, kind: str) -> str:
    return f'<Override PartName="{part}" ContentType="{_TYPE}.{kind}+xml"/>'
