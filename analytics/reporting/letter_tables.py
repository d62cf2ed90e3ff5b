"""The tables in the mail of a report: figures beside those of the period before, and who they belong to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from django.utils.formats import number_format
from django.utils.translation import gettext

from analytics.enums import CostsBy
from analytics.headlines import headline
from analytics.questions import readable
from analytics.selectors import call_costs, costs
from analytics.selectors.boards import Board
from analytics.selectors.call_costs import CallCost, CallCostLine
from analytics.selectors.cost_labels import CostLabels
from analytics.selectors.costs import CostLine
from analytics.selectors.report import Span
from analytics.stretches import Stretch
from analytics.tables import label_of
from analytics.written import difference, duration, figure, share_of_change
from contactcenter.core.models import Organization, User
from contactcenter.web.money import money
from sms.costs import Cost

# Further lines stand on the page that the mail leads to.
MOST_LINES = 20
Amount = int | Decimal


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One figure, now and before, and how it differs."""

    label: str
    now: str
    before: str
    difference: str


@dataclass(frozen=True, slots=True)
class LetterTable:
    """Some figures of one kind, and what they are of each agent, campaign or provider where the report tells that.

    `title` is empty where the report's own is enough.
    """

    figures: list[LetterLine]
    columns: list[str]
    lines: list[tuple[str, list[str]]]
    title: str = ""

    @property
    def named_lines(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The lines, each cell with its column's name, for a mail without a heading above them."""
        return [(label, list(zip(self.columns, cells, strict=True))) for label, cells in self.lines]


@dataclass(frozen=True, slots=True)
class _Column:
    label: str
    of: Callable[[Cost | CallCost], Amount]
    write: Callable[[Amount], str]


def of_board(found: Board, user: User) -> LetterTable:
    """Return the figures of a page that this person may read."""
    subject, tab = found.question.subject, found.question.tab
    metrics = headline(tab, subject, readable(user, subject))
    figures = [
        LetterLine(
            str(metric.label),
            figure(found.total, metric),
            figure(found.earlier, metric),
            difference(found.total, found.earlier, metric),
        )
        for metric in metrics
    ]
    lines = [] if found.is_in_time else found.lines[:MOST_LINES]
    return LetterTable(
        figures,
        [str(metric.label) for metric in metrics],
        [(line.label, [figure(line.values, metric) for metric in metrics]) for line in lines],
    )


def of_costs(org: Organization, stretch: Stretch, compared: Stretch) -> list[LetterTable]:
    """Return what texts cost, then calls, by provider; a table for each currency."""
    earlier = Span(compared.since, compared.until)
    asked = (org, Span(stretch.since, stretch.until), earlier, CostLabels(org, CostsBy.PROVIDER))
    texts, texts_before = costs.lines_and_before(*asked)
    calls, calls_before = call_costs.lines_and_before(*asked)
    return [
        *(
            _of_currency(gettext("Texts"), total, texts, texts_before, _text_columns(total.currency))
            for total in costs.sums(texts, texts_before)
        ),
        *(
            _of_currency(gettext("Calls"), total, calls, calls_before, _call_columns(total.currency))
            for total in call_costs.sums(calls, calls_before)
        ),
    ]


def _of_currency(
    title: str,
    total: Cost | CallCost,
    lines: Sequence[CostLine | CallCostLine],
    before: Iterable[Cost | CallCost],
    columns: Sequence[_Column],
) -> LetterTable:
    then = next((cost for cost in before if cost.currency == total.currency), None)
    own = [line for line in lines if line.cost.currency == total.currency]
    figures = []
    for column in columns:
        now, earlier = column.of(total), column.of(then) if then is not None else 0
        change = share_of_change(now, earlier)
        figures.append(LetterLine(column.label, column.write(now), column.write(earlier), change))
    return LetterTable(
        figures,
        [column.label for column in columns],
        [
            (label_of(line, CostsBy.PROVIDER), [column.write(column.of(line.cost)) for column in columns])
            for line in own[:MOST_LINES]
        ],
        f"{title} · {total.currency}",
    )


def _text_columns(currency: str) -> list[_Column]:
    amounts = [(gettext("Estimated"), "estimated"), (gettext("Billed"), "billed"), (gettext("Total"), "total")]
    counts = [(gettext("Texts"), "texts"), (gettext("Segments"), "segments")]
    return [
        *(_Column(label, attrgetter(name), _count) for label, name in counts),
        *(_Column(label, attrgetter(name), _money_in(currency)) for label, name in amounts),
    ]


def _call_columns(currency: str) -> list[_Column]:
    return [
        _Column(gettext("Calls"), attrgetter("calls"), _count),
        _Column(gettext("Talking time"), attrgetter("talked"), lambda seconds: duration(int(seconds))),
        _Column(gettext("Total"), attrgetter("cost"), _money_in(currency)),
    ]


def _count(amount: Amount) -> str:
    return number_format(amount, use_l10n=True, force_grouping=True)


def _money_in(currency: str) -> Callable[[Amount], str]:
    return lambda amount: money(Decimal(amount), currency)
