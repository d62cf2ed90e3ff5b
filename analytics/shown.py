"""A page of figures as its template shows it: tiles, charts, the table below them, and the list of all figures."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from analytics.enums import Format, GroupBy
from analytics.headlines import headline
from analytics.metric import Metric
from analytics.metrics import by_key
from analytics.questions import RowsQuestion
from analytics.selectors.boards import Board, Line
from analytics.values import Values, currencies
from analytics.written import difference, figure, in_days, number

_WIDTH, _HEIGHT, _EDGE = 100, 24, 2
# More agents or campaigns than that are no chart; the table has them all.
_MOST_BARS = 15


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: what it is called and means, now and before, its course, and where its rows are."""

    key: str
    label: str
    definition: str
    now: str
    before: str
    difference: str
    rows_url: str
    before_url: str
    is_counted: bool
    spark: SafeString


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn of the chosen figure (JSON), and what it is called: amounts with their currency."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Table:
    """The lines below the chart, with their sum. Cells are ready HTML: a page has a thousand of them."""

    first: str
    columns: tuple[Tile, ...]
    lines: tuple[SafeString, ...]
    has_courses: bool
    course: SafeString


@dataclass(frozen=True, slots=True)
class Shown:
    """All of a page. It can be hashed: the same figures are drawn once."""

    tiles: tuple[Tile, ...]
    everything: tuple[Tile, ...]
    table: Table
    charts: tuple[Chart, ...]
    metric_label: str


def shown(board: Board, readable: Sequence[Metric]) -> Shown:
    """Return a page for whoever may read these metrics."""
    question = board.question
    large = headline(question.tab, question.subject, readable)
    tiles = {metric.key: _tile(board, metric, with_course=metric in large) for metric in readable}
    columns = large if question.metric in large else [*large, question.metric]
    return Shown(
        tuple(tiles[metric.key] for metric in large),
        tuple(tiles.values()),
        _table(board, columns, tiles),
        _charts(board),
        str(question.metric.label),
    )


def sparkline(values: Sequence[float | None]) -> SafeString:
    """Return the course of a figure as a small drawing; nothing of fewer than two values. Gaps are nothing."""
    return _sparkline(tuple(0.0 if value is None else value for value in values))


@lru_cache(maxsize=1024)
def _sparkline(numbers: tuple[float, ...]) -> SafeString:
    if len(numbers) < 2:
        return SafeString("")
    least, most = min(0.0, *numbers), max(*numbers)
    scale = (_HEIGHT - 2 * _EDGE) / ((most - least) or 1.0)
    step = _WIDTH / (len(numbers) - 1)
    points = " ".join(
        f"{place * step:.1f},{_HEIGHT - _EDGE - (value - least) * scale:.1f}" for place, value in enumerate(numbers)
    )
    return SafeString(
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<polyline points="{points}"/></svg>'
    )


@lru_cache(maxsize=16384)
def rows_url(asked: RowsQuestion) -> str:
    """Return where the rows behind a figure are. Kept: a page has hundreds, and nearly the same ones at each look."""
    return f"{_rows_page()}?{urlencode(asked.words())}"


@cache
def _rows_page() -> str:
    return reverse("analytics:rows")


def label_of(line: Line, by: GroupBy, zone: ZoneInfo, *, is_in_time: bool) -> str:
    """Return what a line is called in the reader's language."""
    if not is_in_time:
        return line.label
    at = line.since.astimezone(zone)
    return _time_label(at.date(), at.hour, at.minute, by, get_language())


@lru_cache(maxsize=8192)
def _time_label(day: date, hour: int, minute: int, by: GroupBy, _language: str | None) -> str:
    """Kept, because formatting a date costs more than the rest of a line."""
    match by:
        case GroupBy.HOUR:
            return f"{date_format(day, 'SHORT_DATE_FORMAT')} {hour:02d}:{minute:02d}"
        case GroupBy.WEEK:
            monday = day - timedelta(days=day.weekday())  # The first week of a stretch may begin in its middle.
            return gettext("week of %(day)s") % {"day": date_format(monday, "SHORT_DATE_FORMAT")}
        case GroupBy.MONTH:
            return date_format(day, "YEAR_MONTH_FORMAT")
        case _:
            return date_format(day, "SHORT_DATE_FORMAT")


def _tile(board: Board, metric: Metric, *, with_course: bool) -> Tile:
    return Tile(
        metric.key,
        str(metric.label),
        str(metric.definition),
        figure(board.total, metric),
        figure(board.earlier, metric),
        difference(board.total, board.earlier, metric),
        rows_url(board.rows(metric)),
        rows_url(board.rows_before(metric)),
        metric.format is Format.COUNT,
        _spark(board.course if with_course else (), metric),
    )


def _spark(course: Sequence[Values], metric: Metric) -> SafeString:
    """Return the course of a figure as a small drawing; nothing of amounts in several currencies."""
    if metric.format is not Format.MONEY:
        return sparkline([number(values[metric.key]) for values in course])
    amounts = [values.money(metric.key) for values in course]
    if len({currency for one in amounts for currency in one}) > 1:
        return SafeString("")
    return sparkline([number(next(iter(one.values()), None)) for one in amounts])


def _table(board: Board, metrics: list[Metric], tiles: dict[str, Tile]) -> Table:
    question, is_in_time = board.question, board.is_in_time
    first = gettext("Period") if is_in_time else str(question.tab.label)
    keys, language = tuple(metric.key for metric in metrics), get_language()
    rows = tuple(
        _row(
            label_of(line, question.by, question.stretch.zone, is_in_time=is_in_time),
            board.rows(metrics[0], line),
            keys,
            tuple(line.values.by_currency.items()),
            # What it draws is the figure of the chart, whose numbers stand in this row.
            None if is_in_time else _spark(line.course, question.metric),
            language,
        )
        for line in board.lines
    )
    course = _spark(board.course, question.metric)
    return Table(first, tuple(tiles[metric.key] for metric in metrics), rows, not is_in_time, course)


@lru_cache(maxsize=4096)
def _row(
    label: str,
    asked: RowsQuestion,
    keys: tuple[str, ...],
    figures: tuple[tuple[str, tuple[int, ...]], ...],
    spark: SafeString | None,
    _language: str | None,
) -> SafeString:
    """Kept, because at the next look most lines of a table are the same. The key holds everything that a row shows."""
    values = Values(asked.subject, dict(figures))
    cells = [f'<th scope="row">{escape(label)}</th>']
    if spark is not None:
        cells.append(f'<td class="spark-cell">{spark}</td>')
    for key in keys:
        metric = by_key(asked.subject)[key]
        written: str = escape(figure(values, metric))
        if figures:
            written = f'<a href="{escape(rows_url(replace(asked, metric=metric)))}">{written}</a>'
        cells.append(f"<td>{written}</td>")
    return SafeString(f"<tr>{''.join(cells)}</tr>")


def _charts(board: Board) -> tuple[Chart, ...]:
    """Return the chart of the chosen figure; of amounts one for each currency, for two have no axis in common."""
    metric, lines = board.question.metric, board.lines
    if metric.format is not Format.MONEY:
        return (_chart(board, lines, lambda values: number(values[metric.key])),)
    several = (values for line in lines for values in (line.values, line.earlier) if values is not None)
    return tuple(_chart_in(board, currency) for currency in currencies(several, metric.key) or [""])


def _chart_in(board: Board, currency: str) -> Chart:
    metric, lines = board.question.metric, board.lines
    nothing = None if metric.of else Decimal(0)

    def amount(values: Values) -> float | None:
        return number(values.money(metric.key).get(currency, nothing))

    if not board.is_in_time:  # The page's order is that of the currency which most lines have.
        lines = sorted(lines, key=lambda line: -(amount(line.values) or 0))
    return _chart(board, lines, amount, currency)


def _chart(board: Board, lines: Sequence[Line], value: Callable[[Values], float | None], currency: str = "") -> Chart:
    question = board.question
    label, zone = str(question.metric.label), question.stretch.zone
    label = f"{label} ({currency})" if currency else label
    lines = lines if board.is_in_time else lines[:_MOST_BARS]
    data = {
        "kind": "line" if board.is_in_time else "bar",
        "labels": [label_of(line, question.by, zone, is_in_time=board.is_in_time) for line in lines],
        "now": [value(line.values) for line in lines],
        "before": [value(line.earlier) if line.earlier else None for line in lines],
        "format": question.metric.format.value,
        "currency": currency,
        "names": {"now": label, "before": gettext("Period before")},
        "days": in_days(),
    }
    return Chart(label, json.dumps(data, ensure_ascii=False))
