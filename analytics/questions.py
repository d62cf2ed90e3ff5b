"""What a page, an export or a report asks for, and the words that say so in an address and in a stored row.

The words are dates, moments, keys of metrics and ids of people and campaigns: never a number or a name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.enums import Dimension, GroupBy, Subject
from analytics.headlines import subjects
from analytics.metric import Metric
from analytics.metrics import by_key
from analytics.models import ReportTab
from analytics.stretches import FIRST_YEAR, LAST_YEAR, Stretch, groupings
from contactcenter.core.models import User
from contactcenter.core.roles import Right

Words = Mapping[str, str]
# What rows can be told apart by in an address: by ids. A number has one, too: the address of a page holds no number.
KEYS = (Dimension.AGENT, Dimension.CAMPAIGN, Dimension.NUMBER)
ANY, NONE = "any", "none"
# ISO 3166's code for a country that nobody knows.
NOWHERE = "ZZ"
_PARTS = {
    "provider": re.compile(r"[A-Za-z]{1,16}"),
    "country": re.compile("[A-Z]{2}"),
    "currency": re.compile("[A-Z]{3}"),
}


class UnknownQuestion(ValueError):
    """The words ask for nothing that there is."""


@dataclass(frozen=True, slots=True)
class Question:
    """A page of figures: what about, of which days, in which parts, and which metric is drawn."""

    tab: ReportTab
    stretch: Stretch
    by: GroupBy
    metric: Metric

    @property
    def subject(self) -> Subject:
        """Which rows its figures are counted from."""
        return self.metric.subject

    def words(self, **others: str) -> dict[str, str]:
        """Return the words of this question, or of one that is a little different."""
        own = {
            "range": "custom",
            "first": self.stretch.first.isoformat(),
            "last": self.stretch.last.isoformat(),
            "by": self.by.value,
            "of": self.subject.value,
            "metric": self.metric.key,
        }
        return own | others


@dataclass(frozen=True, slots=True)
class RowsQuestion:
    """The rows behind a figure: of which time, which metric they count in, and whose they are.

    A dimension without a key means all rows that have one: all agents' calls are not all calls. `is_nobodys`: those
    that have none. `country` (ISO 3166) is the customer's, `currency` that of the cost.
    """

    subject: Subject
    since: datetime
    until: datetime
    metric: Metric
    dimension: Dimension = Dimension.ALL
    key: UUID | None = None
    is_nobodys: bool = False
    provider: str = ""
    country: str = ""
    currency: str = ""

    @property
    def is_narrower(self) -> bool:
        """Whether it asks for a part of the rows that the figure of everybody, or of one agent, counts."""
        has_figure = self.dimension is Dimension.ALL or (self.dimension is Dimension.AGENT and self.key is not None)
        return not has_figure or any(getattr(self, name) for name in _PARTS)

    def words(self) -> dict[str, str]:
        """Return the words of this question."""
        own = {
            "of": self.subject.value,
            "metric": self.metric.key,
            "since": _moment(self.since),
            "until": _moment(self.until),
        }
        own |= {name: value for name in _PARTS if (value := getattr(self, name))}
        if self.dimension is Dimension.ALL:
            return own
        nobodys_or_any = NONE if self.is_nobodys else ANY
        return own | {self.dimension.value: str(self.key) if self.key else nobodys_or_any}


def rows_question(words: Words) -> RowsQuestion:
    """Return what the words ask for. Raises UnknownQuestion."""
    try:
        subject = Subject(words.get("of", ""))
        since, until = (datetime.fromisoformat(words.get(name, "")).astimezone(UTC) for name in ("since", "until"))
        dimension = next((one for one in KEYS if words.get(one.value)), Dimension.ALL)
        word = words.get(dimension.value, ANY)
        key = UUID(word) if word not in (ANY, NONE) else None
    except (ValueError, OverflowError) as error:
        raise UnknownQuestion from error
    parts = {name: words[name] for name in _PARTS if words.get(name)}
    if not _fits(subject, dimension, parts) or not _are_asked_for(since.date(), until.date()):
        raise UnknownQuestion
    metric = metric_of(subject, words.get("metric", ""))
    return RowsQuestion(subject, since, until, metric, dimension, key, word == NONE, **parts)


def _fits(subject: Subject, dimension: Dimension, parts: Words) -> bool:
    if dimension is Dimension.CAMPAIGN and subject is Subject.TEXTS:
        return False
    return all(_PARTS[name].fullmatch(value) for name, value in parts.items())


def _are_asked_for(first: date, last: date) -> bool:
    """Whether these days follow one another, and are in the years that the pages ask for, with one more in any zone."""
    return first <= last and first.year >= FIRST_YEAR - 1 and last.year <= LAST_YEAR + 1


def table_question(words: Words, zone: ZoneInfo) -> Question:
    """Return the page that stored words ask for. Raises UnknownQuestion."""
    try:
        tab, by = ReportTab(words.get("tab", "")), GroupBy(words.get("by", ""))
        first, last = (date.fromisoformat(words.get(name, "")) for name in ("first", "last"))
        subject = Subject(words.get("of", ""))
    except ValueError as error:
        raise UnknownQuestion from error
    stretch = Stretch(first, last, zone)
    if subject not in subjects(tab) or not _are_asked_for(first, last) or by not in groupings(stretch):
        raise UnknownQuestion
    return Question(tab, stretch, by, metric_of(subject, words.get("metric", "")))


def metric_of(subject: Subject, key: str) -> Metric:
    """Return a metric by its key. Raises UnknownQuestion."""
    try:
        return by_key(subject)[key]
    except KeyError as error:
        raise UnknownQuestion from error


def counted(metric: Metric) -> Metric:
    """Return the stored metric whose rows stand behind a figure: of a share or a mean, those that it is taken of."""
    return by_key(metric.subject)[metric.of[1]] if metric.of else metric


def readable(user: User, subject: Subject) -> list[Metric]:
    """Return the metrics of a subject that this person may read, in the order of the table."""
    return [metric for metric in by_key(subject).values() if user.has_right(metric.right)]


def may_ask(user: User, asked: Question | RowsQuestion) -> bool:
    """Whether this person may ask it. To ask for one currency is to ask about money, whatever is counted."""
    is_about_money = isinstance(asked, RowsQuestion) and bool(asked.currency)
    return user.has_right(asked.metric.right) and (not is_about_money or user.has_right(Right.READ_ALL_ANALYTICS))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
