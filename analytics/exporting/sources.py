"""What can be exported: the rows behind a figure, and the table of a page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext, pgettext

from analytics.enums import CostsBy, Format, Subject
from analytics.exporting.files import Row
from analytics.exporting.told import figures_of
from analytics.forms import CostsForm, Wanted
from analytics.metric import Metric
from analytics.models import Export
from analytics.questions import Question, RowsQuestion, UnknownQuestion, Words, rows_question, table_question
from analytics.selectors import behind, call_costs, costs, names
from analytics.selectors.behind import FoundRow
from analytics.selectors.boards import Line, board
from analytics.selectors.call_costs import CallCostLine
from analytics.selectors.cost_labels import CostLabels
from analytics.selectors.costs import CostLine
from analytics.stretches import BY_MONTH
from analytics.tables import label_of
from analytics.values import Values
from contactcenter.core import clock
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.core.spreadsheets import phone_cell
from contactcenter.core.workbooks import Value

_PLACES = Decimal("0.000001")
RIGHT, RIGHT_OF_ALL = Right.READ_ANALYTICS, Right.READ_ALL_ANALYTICS


class Source(Protocol):
    """Rows to be written, with their headings."""

    @property
    def columns(self) -> Sequence[str]:
        """The headings."""

    def count(self) -> int:
        """Return how many rows there are now."""

    def batches(self, size: int) -> Iterator[list[Row]]:
        """Return the rows, some at a time."""


def of(export: Export) -> Source:
    """Return the rows of an export. Raises UnknownQuestion."""
    org = export.organization
    only = None if export.is_of_everybody else export.author_id
    if export.words.get("kind") == "rows":
        return RowsSource(export, rows_question(export.words), only)
    if export.words.get("kind") == "costs":
        if only is not None:
            raise UnknownQuestion
        return CostsSource(org, costs_wanted(org, export.words))
    return TableSource(export, table_question(export.words, org.zone), only)


def costs_wanted(org: Organization, words: Words) -> Wanted:
    """Return the page about costs that the words ask for. Raises UnknownQuestion."""
    wanted = CostsForm(words, org=org, now=clock.now()).wanted()
    if wanted is None:
        raise UnknownQuestion
    return wanted


class RowsSource:
    """The calls or texts behind a figure. Read by key, so that neither memory nor a snapshot is held meanwhile."""

    def __init__(self, export: Export, asked: RowsQuestion, only: UUID | None) -> None:
        org = self._org = export.organization
        self._only, self._has_costs = only, export.is_of_everybody
        # What comes while the file is written is not in it, or the file of a busy day would never end.
        until = min(asked.until, clock.now())
        self._asked = replace(asked, until=until)
        self._is_calls = asked.subject is Subject.CALLS
        self._campaigns = names.campaigns(org) if self._is_calls else {}
        self.columns = self._headings()

    def count(self) -> int:
        return behind.count(self._org, self._asked, only=self._only)

    def batches(self, size: int) -> Iterator[list[Row]]:
        after = None
        while found := behind.page(self._org, self._asked, only=self._only, after=after, most=size):
            yield [self._cells(row) for row in found]
            after = found[-1].key

    def _headings(self) -> list[str]:
        common = [
            *(gettext("ID"), gettext("Time"), gettext("Direction"), gettext("Status"), pgettext("address", "From")),
            *(pgettext("address", "To"), gettext("Contact")),
        ]
        if self._is_calls:
            own = [pgettext("person", "Agent"), gettext("Campaign"), gettext("Seconds"), gettext("Disposition")]
        else:
            own = [gettext("Author"), gettext("Segments"), gettext("Error")]
        return [*common, *own, *([gettext("Cost"), gettext("Currency")] if self._has_costs else [])]

    def _cells(self, row: FoundRow) -> Row:
        common: list[Value] = [
            str(row.id),
            row.at.astimezone(self._org.zone),
            row.direction_word,
            row.status_word,
            phone_cell(row.from_address),
            phone_cell(row.to_address),
            row.contact_name,
            row.person,
        ]
        if self._is_calls:
            campaign = self._campaigns.get(row.campaign_id, "") if row.campaign_id else ""
            common += [campaign, row.seconds, row.note]
        else:
            common += [row.segments, row.note]
        return [*common, *([row.cost, row.currency] if self._has_costs else [])]


class TableSource:
    """The table of a page with every figure that whoever asked may read. Short, whatever they are counted from."""

    def __init__(self, export: Export, question: Question, only: UUID | None) -> None:
        by_month = export.words.get("range") in BY_MONTH
        # As on the page when it was asked for: lines that only the stretch before has are lines as well.
        self._board = board(export.organization, question, only=only, now=export.created_at, by_month=by_month)
        self._metrics = figures_of(export.words)
        self._currencies = self._found_currencies()
        first = gettext("Period") if self._board.is_in_time else str(question.tab.label)
        self.columns = [first, *chain.from_iterable(map(self._headings, self._metrics))]

    def count(self) -> int:
        return len(self._board.lines)

    def batches(self, size: int) -> Iterator[list[Row]]:
        lines = self._board.lines
        for start in range(0, len(lines), size):
            yield [self._cells(line) for line in lines[start : start + size]]

    def _cells(self, line: Line) -> Row:
        return [line.label, *chain.from_iterable(self._figures(line.values, metric) for metric in self._metrics)]

    def _found_currencies(self) -> list[str]:
        amounts = [metric.key for metric in self._metrics if metric.format is Format.MONEY]
        return sorted(
            {currency for line in self._board.lines for key in amounts for currency in line.values.money(key)}
        )

    def _is_divided(self, metric: Metric) -> bool:
        """Whether the figure has a column for each currency: in one column, amounts of several would be added up."""
        return metric.format is Format.MONEY and bool(self._currencies)

    def _headings(self, metric: Metric) -> list[str]:
        if not self._is_divided(metric):
            return [str(metric.label)]
        return [f"{metric.label} ({currency})" for currency in self._currencies]

    def _figures(self, values: Values, metric: Metric) -> Row:
        """Return a figure as numbers: seconds, percent, an amount or None in each currency."""
        if not self._is_divided(metric):
            return [values[metric.key]]
        amounts = values.money(metric.key)
        return [amounts.get(currency) for currency in self._currencies]


class CostsSource:
    """The tables of the page about costs: texts, then calls, each line in each of its currencies."""

    def __init__(self, org: Organization, wanted: Wanted) -> None:
        self._by = wanted.by
        asked = (org, wanted.since, wanted.until, CostLabels(org, wanted.by))
        texts, calls = costs.lines(*asked), call_costs.lines(*asked)
        self._rows = [*map(self._of_texts, texts), *map(self._of_calls, calls)]
        counts = (gettext("Texts"), gettext("Segments"), gettext("Calls"), gettext("Talking time"))
        amounts = (gettext("Estimated"), gettext("Billed"), gettext("Total"))
        self.columns = [str(wanted.by.label), gettext("Currency"), *counts, *amounts]

    def count(self) -> int:
        return len(self._rows)

    def batches(self, size: int) -> Iterator[list[Row]]:
        for start in range(0, len(self._rows), size):
            yield self._rows[start : start + size]

    def _label(self, line: CostLine | CallCostLine) -> str:
        match self._by:
            case CostsBy.NUMBER:
                return phone_cell(line.key)
            case CostsBy.DAY:
                return line.key  # ISO 8601.
            case _:
                return label_of(line, self._by)

    def _of_texts(self, line: CostLine) -> Row:
        cost = line.cost
        amounts = map(_amount, (cost.estimated, cost.billed, cost.total))
        return [self._label(line), cost.currency, cost.texts, cost.segments, None, None, *amounts]

    def _of_calls(self, line: CallCostLine) -> Row:
        cost = line.cost
        amount = _amount(cost.cost)
        return [self._label(line), cost.currency, None, None, cost.calls, cost.talked, None, amount, amount]


def _amount(cost: Decimal) -> Decimal:
    """Return an amount with as many places as prices have."""
    return cost.quantize(_PLACES)
