"""How costs are written: for people, for the chart, and as CSV (RFC 4180), safe to open in a spreadsheet."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext

from analytics.cost_rows import RowsUrls, url_of
from analytics.enums import CostsBy
from analytics.questions import RowsQuestion
from analytics.selectors.call_costs import CallCostLine
from analytics.selectors.costs import CostLine, sums
from analytics.written import share_of_change
from contactcenter.core import spreadsheets
from contactcenter.web.money import money
from sms import costs

# The metrics of the columns.
METRICS = ("charged", "charged_segments", "cost_estimated", "cost_billed", "cost")
COLUMNS = ("key", "label", "currency", "texts", "segments", "estimated", "billed", "total")
# More bars than that are a grey wall; the table has them all.
_MOST_BARS = 93


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as people read it, and where its rows are."""

    shown: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: its figures in the order of its columns, what it cost last."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> str:
        """What it cost altogether."""
        return self.cells[-1].shown


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column: a metric, under a shorter name."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    """The costs in one currency: lines, their sum and that of the stretch before, and the chart of them (JSON).

    `key` is short and tells the tables of a page apart.
    """

    key: str
    title: str
    currency: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row
    before: Row
    difference: str
    chart: str


@dataclass(frozen=True, slots=True)
class Before:
    """What the stretch before cost, a line for each currency, and where its rows are."""

    found: Sequence[costs.Cost]
    urls: RowsUrls

    def of(self, currency: str) -> costs.Cost:
        """Return what it cost in a currency."""
        return next((cost for cost in self.found if cost.currency == currency), costs.nothing(currency))


def tables(lines: Sequence[CostLine], by: CostsBy, urls: RowsUrls, before: Before) -> list[Table]:
    """Return a table for each currency in which something has cost something, now or before."""
    return [
        _table(total, [one for one in lines if one.cost.currency == total.currency], by, urls, before)
        for total in sums(lines, before.found)
    ]


def _table(total: costs.Cost, lines: list[CostLine], by: CostsBy, urls: RowsUrls, before: Before) -> Table:
    language = get_language()
    rows = tuple(
        _row(label_of(line, by), line.cost, urls.question(line.key, total.currency), language) for line in lines
    )
    bars = [(row.label, line.cost) for row, line in zip(rows, lines, strict=True)][:_MOST_BARS]
    chart = {
        "labels": [label for label, _cost in bars],
        "estimated": [str(cost.estimated) for _label, cost in bars],
        "billed": [str(cost.billed) for _label, cost in bars],
        "currency": total.currency,
        "names": {"estimated": gettext("Estimated"), "billed": gettext("Billed")},
    }
    whole = _row(gettext("Total"), total, urls.question(None, total.currency), language)
    earlier = before.of(total.currency)
    then = _row(gettext("Period before"), earlier, before.urls.question(None, total.currency), language)
    return Table(
        key=total.currency,
        title=gettext("Texts"),
        currency=total.currency,
        columns=_columns(),
        rows=rows,
        total=whole,
        before=then,
        difference=share_of_change(total.total, earlier.total),
        chart=json.dumps(chart, ensure_ascii=False) if bars else "",
    )


def _columns() -> tuple[Column, ...]:
    words = (gettext("Texts"), gettext("Segments"), gettext("Estimated"), gettext("Billed"), gettext("Total"))
    return tuple(Column(key, word) for key, word in zip(METRICS, words, strict=True))


@lru_cache(maxsize=4096)
def _row(label: str, cost: costs.Cost, asked: RowsQuestion | None, _language: str | None) -> Row:
    """Kept, because at the next look most lines of a table are the same."""
    counts = (number_format(count, use_l10n=True, force_grouping=True) for count in (cost.texts, cost.segments))
    amounts = (money(amount, cost.currency) for amount in (cost.estimated, cost.billed, cost.total))
    figures = zip(METRICS, (*counts, *amounts), strict=True)
    return Row(label, tuple(Cell(shown, url_of(asked, metric)) for metric, shown in figures))


def label_of(line: CostLine | CallCostLine, by: CostsBy) -> str:
    """Return the label of a line in the reader's language."""
    if by is CostsBy.DAY:
        return date_format(date.fromisoformat(line.key), "SHORT_DATE_FORMAT")
    if line.label:
        return line.label
    if by is not CostsBy.AGENT:
        return gettext("Unknown")
    return gettext("Programs") if isinstance(line, CostLine) else gettext("Nobody's")


def csv_lines(lines: Iterable[CostLine]) -> Iterator[str]:
    """Return the lines of the file, header first. Amounts are decimal numbers with a point and six decimals."""
    return spreadsheets.lines(COLUMNS, map(_cells, lines))


def _cells(line: CostLine) -> tuple[str, ...]:
    cost, phone_cell = line.cost, spreadsheets.phone_cell
    amounts = (f"{amount:.6f}" for amount in (cost.estimated, cost.billed, cost.total))
    counts = (str(cost.texts), str(cost.segments))
    return (phone_cell(line.key), phone_cell(line.label), cost.currency, *counts, *amounts)
