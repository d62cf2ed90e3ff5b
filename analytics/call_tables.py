"""How the costs of calls are written for people: a table for each currency, below those of texts."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext

from analytics.enums import CostsBy
from analytics.selectors.call_costs import CallCost, CallCostLine, together
from analytics.tables import Cell, Column, Row, RowsUrl, Table, label_of
from analytics.written import duration, share_of_change
from contactcenter.web.money import money

METRICS = ("total", "talked", "call_cost")


def call_tables(
    lines: Sequence[CallCostLine],
    by: CostsBy,
    rows_url: RowsUrl,
    before: Sequence[CallCost],
    before_rows_url: RowsUrl,
) -> list[Table]:
    """Return a table for each currency. `before` is what the stretch before cost, and where its rows are."""
    found = []
    for total in together(line.cost for line in lines):
        currency = total.currency
        nothing = CallCost(currency, 0, 0, Decimal(0))
        then = next((cost for cost in before if cost.currency == currency), nothing)
        own = [line for line in lines if line.cost.currency == currency]
        found.append(
            Table(
                key=f"calls-{currency}",
                title=gettext("Calls"),
                currency=currency,
                columns=_columns(),
                rows=[_row(label_of(line, by), line.cost, line.key, rows_url) for line in own],
                total=_row(gettext("Total"), total, None, rows_url),
                before=_row(gettext("Period before"), then, None, before_rows_url),
                difference=share_of_change(total.cost, then.cost),
                chart="",
            )
        )
    return found


def _columns() -> list[Column]:
    words = (gettext("Calls"), gettext("Talking time"), gettext("Total"))
    return [Column(key, word) for key, word in zip(METRICS, words, strict=True)]


def _row(label: str, cost: CallCost, key: str | None, rows_url: RowsUrl) -> Row:
    count = number_format(cost.calls, use_l10n=True, force_grouping=True)
    figures = zip(METRICS, (count, duration(cost.talked), money(cost.cost, cost.currency)), strict=True)
    return Row(label, [Cell(shown, rows_url(metric, key, cost.currency)) for metric, shown in figures])
