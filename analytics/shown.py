"""A page of figures as its template shows it: tiles, the chart, the table below it, and the list of all figures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from analytics.enums import Format, GroupBy
from analytics.headlines import headline
from analytics.metric import Metric
from analytics.questions import RowsQuestion
from analytics.selectors.boards import Board, Line
from analytics.values import Values
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
class Table:
    """The lines below the chart, with their sum. Cells are ready HTML: a page has a thousand of them."""

    first: str
    columns: list[Tile]
    lines: list[SafeString]
    has_courses: bool
    course: SafeString


@dataclass(frozen=True, slots=True)
class Shown:
    """All of a page."""

    tiles: list[Tile]
    everything: list[Tile]
    table: Table
    chart: str
    metric_label: str


def shown(board: Board, readable: Sequence[Metric]) -> Shown:
    """Return a page for whoever may read these metrics."""
    question = board.question
    large = headline(question.tab, question.subject, readable)
    tiles = {metric.key: _tile(board, metric) for metric in readable}
    columns = large if question.metric in large else [*large, question.metric]
    return Shown(
        [tiles[metric.key] for metric in large],
        list(tiles.values()),
        _table(board, columns, tiles),
        _chart(board),
        str(question.metric.label),
    )


def sparkline(values: Sequence[float | None]) -> SafeString:
    """Return the course of a figure as a small drawing; nothing of fewer than two values. Gaps are nothing."""
    numbers = [0.0 if value is None else value for value in values]
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


def rows_url(asked: RowsQuestion) -> str:
    """Return where the rows behind a figure are."""
    return f"{reverse('analytics:rows')}?{urlencode(asked.words())}"


def label_of(line: Line, by: GroupBy, zone: ZoneInfo, *, is_in_time: bool) -> str:
    """Return what a line is called in the reader's language."""
    if not is_in_time:
        return line.label
    at = line.since.astimezone(zone)
    match by:
        case GroupBy.HOUR:
            return _hour(at)
        case GroupBy.WEEK:
            return gettext("week of %(day)s") % {"day": date_format(at.date(), "SHORT_DATE_FORMAT")}
        case GroupBy.MONTH:
            return date_format(at.date(), "YEAR_MONTH_FORMAT")
        case _:
            return date_format(at.date(), "SHORT_DATE_FORMAT")


def _hour(at: datetime) -> str:
    return f"{date_format(at.date(), 'SHORT_DATE_FORMAT')} {at:%H:%M}"


def _tile(board: Board, metric: Metric) -> Tile:
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
        _spark(board.course, metric),
    )


def _spark(course: Sequence[Values], metric: Metric) -> SafeString:
    return sparkline([number(values[metric.key]) for values in course])


def _table(board: Board, metrics: list[Metric], tiles: dict[str, Tile]) -> Table:
    first = gettext("Period") if board.is_in_time else str(board.question.tab.label)
    return Table(
        first,
        [tiles[metric.key] for metric in metrics],
        [_row(board, line, metrics) for line in board.lines],
        not board.is_in_time,
        _spark(board.course, board.question.metric),
    )


def _row(board: Board, line: Line, metrics: list[Metric]) -> SafeString:
    question = board.question
    label = label_of(line, question.by, question.stretch.zone, is_in_time=board.is_in_time)
    cells = [f'<th scope="row">{escape(label)}</th>']
    if not board.is_in_time:
        # What it draws is the figure of the chart, whose numbers stand in this row.
        cells.append(f'<td class="spark-cell">{_spark(line.course, question.metric)}</td>')
    for metric in metrics:
        written: str = escape(figure(line.values, metric))
        if line.values.by_currency:
            written = f'<a href="{escape(rows_url(board.rows(metric, line)))}">{written}</a>'
        cells.append(f"<td>{written}</td>")
    return SafeString(f"<tr>{''.join(cells)}</tr>")


def _chart(board: Board) -> str:
    question = board.question
    key, zone = question.metric.key, question.stretch.zone
    lines = board.lines if board.is_in_time else board.lines[:_MOST_BARS]
    chart = {
        "kind": "line" if board.is_in_time else "bar",
        "labels": [label_of(line, question.by, zone, is_in_time=board.is_in_time) for line in lines],
        "now": [number(line.values[key]) for line in lines],
        "before": [number(line.earlier[key]) if line.earlier else None for line in lines],
        "format": question.metric.format.value,
        "names": {"now": str(question.metric.label), "before": gettext("Period before")},
        "days": in_days(),
    }
    return json.dumps(chart, ensure_ascii=False)
