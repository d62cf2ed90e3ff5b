"""How the costs of calls are written for people: a table for each currency, below those of texts."""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from analytics.cost_rows import RowsUrls, url_of
from analytics.enums import CostsBy
from analytics.questions import RowsQuestion
from analytics.selectors.call_costs import CallCost, CallCostLine, nothing, sums
from analytics.tables import Cell, Column, Row, Table, label_of
from analytics.written import duration, share_of_change
from contactcenter.web.money import money

METRICS = ("total", "talked", "call_cost")


def call_tables(
    lines: Sequence[CallCostLine],
    by: CostsBy,
    urls: RowsUrls,
    before: Sequence[CallCost],
    before_urls: RowsUrls,
) -> list[Table]:
    """Return a table for each currency in which a call has cost something, now or before.

    `before` is what the stretch before cost, and where its rows are.
    """
    found, language = [], get_language()
    for total in sums(lines, before):
        currency = total.currency
        then = next((cost for cost in before if cost.currency == currency), nothing(currency))
        own = [line for line in lines if line.cost.currency == currency]
        found.append(
            Table(
                key=f"calls-{currency}",
                title=gettext("Calls"),
                currency=currency,
                columns=_columns(),
                rows=tuple(
                    _row(label_of(line, by), line.cost, urls.question(line.key, currency), language) for line in own
                ),
                total=_row(gettext("Total"), total, urls.question(None, currency), language),
                before=_row(gettext("Period before"), then, before_urls.question(None, currency), language),
                difference=share_of_change(total.cost, then.cost),
                chart="",
            )
        )
    return found


def _columns() -> tuple[Column, ...]:
    words = (gettext("Calls"), gettext("Talking time"), gettext("Total"))
    return tuple(Column(key, word) for key, word in zip(METRICS, words, strict=True))


@lru_cache(maxsize=4096)
def _row(label: str, cost: CallCost, asked: RowsQuestion | None, _language: str | None) -> Row:
    """Kept, because at the next look most lines of a table are the same."""
    count = number_format(cost.calls, use_l10n=True, force_grouping=True)
    figures = zip(METRICS, (count, duration(cost.talked), money(cost.cost, cost.currency)), strict=True)
    return Row(label, tuple(Cell(shown, url_of(asked, metric)) for metric, shown in figures))
