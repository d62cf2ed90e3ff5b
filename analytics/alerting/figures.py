"""What can be watched: every metric over some minutes, and what is so at a moment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agents.selectors import available
from analytics.enums import Format, Subject
from analytics.metrics import metrics_of
from analytics.models import AlertRule
from analytics.selectors import live
from analytics.selectors.report import Span, totals
from analytics.values import Values
from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Right
from sms import spending


@dataclass(frozen=True, slots=True)
class Watchable:
    """A figure that an alert can be about. `metric` is the key of one in the table; None for what is so at a moment.

    An alert is about everybody's figures: who reads it has the right to all of them, and `right`.
    """

    key: str
    label: str | Promise
    format: Format
    subject: Subject | None = None
    metric: str | None = None
    definition: str | Promise = ""
    right: Right = Right.READ_ALL_ANALYTICS

    @property
    def is_live(self) -> bool:
        """Whether the figure is one of a moment, and not counted over a time."""
        return self.metric is None


# As exact as it is kept.
_PLACES = Decimal("0.0001")
Live = Callable[[Organization, datetime], Decimal]


def _free_agents(org: Organization, _now: datetime) -> Decimal:
    return Decimal(available(org).count())


def _longest_wait(org: Organization, now: datetime) -> Decimal:
    return Decimal(live.waiting(org).longest_seconds(now))


def _spent_today(org: Organization, now: datetime) -> Decimal:
    return spending.spent_today(org, now=now)


MOMENTS: tuple[Watchable, ...] = (
    Watchable(
        "longest_wait",
        _("Longest wait now"),
        Format.SECONDS,
        definition=_(
            "How long that customer has waited for an answer who has waited longest, in an open conversation."
        ),
    ),
    Watchable(
        "waiting",
        _("Waiting conversations now"),
        Format.COUNT,
        definition=_("Open conversations in which nobody has answered the customer's last text."),
    ),
    Watchable(
        "available_agents",
        _("Available agents now"),
        Format.COUNT,
        definition=_("Agents with the status Available who can take one more call."),
    ),
    Watchable(
        "active_calls",
        _("Active calls now"),
        Format.COUNT,
        definition=_("Calls that ring, are talked in, or are on hold."),
    ),
    Watchable(
        "spent_today",
        _("Spent on texts today, in USD"),
        Format.MONEY,
        definition=_("What today's texts cost so far, by their estimates."),
    ),
)
_LIVE: dict[str, Live] = {
    "longest_wait": _longest_wait,
    "waiting": lambda org, _now: Decimal(live.waiting(org).count),
    "available_agents": _free_agents,
    "active_calls": lambda org, _now: Decimal(live.active_calls(org).count()),
    "spent_today": _spent_today,
}


@cache
def watchables() -> dict[str, Watchable]:
    """Return all of them by their keys; those of a moment first."""
    counted = (
        Watchable(f"{subject}.{metric.key}", metric.label, metric.format, subject, metric.key, right=metric.right)
        for subject in Subject
        for metric in metrics_of(subject)
    )
    return {one.key: one for one in (*MOMENTS, *counted)}


def hidden_from(user: User) -> frozenset[str]:
    """Return the figures that this person may not read: they neither hear nor see anything of alerts about them."""
    reads_all = user.has_right(Right.READ_ALL_ANALYTICS)
    hidden = (keys for right, keys in _by_right().items() if not (reads_all and user.has_right(right)))
    return frozenset(key for keys in hidden for key in keys)


@cache
def _by_right() -> dict[Right, frozenset[str]]:
    every = watchables().values()
    return {right: frozenset(one.key for one in every if one.right is right) for right in {one.right for one in every}}


def values(org: Organization, rules: Iterable[AlertRule], *, now: datetime) -> dict[UUID, Decimal | None]:
    """Return the value of each rule's figure; None where it says nothing, or is none any more.

    What several rules ask for is asked for once.
    """
    reader = _Reader(org, now)
    return {rule.pk: reader.value_of(rule) for rule in rules}


def _exact(value: Decimal) -> Decimal:
    return value.quantize(_PLACES)


class _Reader:
    """Reads figures of one organization at one moment, each once."""

    def __init__(self, org: Organization, now: datetime) -> None:
        self._org, self._now = org, now
        self._moments: dict[str, Decimal] = {}
        self._spans: dict[tuple[Subject, int], Values] = {}

    def value_of(self, rule: AlertRule) -> Decimal | None:
        figure = watchables().get(rule.figure)
        if figure is None:
            return None
        if figure.subject is None or figure.metric is None:
            return self._moment(figure)
        found = self._span(figure.subject, rule.window_minutes or 60)[figure.metric]
        return None if found is None else _exact(Decimal(str(found)))

    def _moment(self, figure: Watchable) -> Decimal:
        if figure.key not in self._moments:
            self._moments[figure.key] = _exact(_LIVE[figure.key](self._org, self._now))
        return self._moments[figure.key]

    def _span(self, subject: Subject, minutes: int) -> Values:
        if (subject, minutes) not in self._spans:
            span = Span(self._now - timedelta(minutes=minutes), self._now)
            self._spans[subject, minutes] = totals(self._org, span, subject)
        return self._spans[subject, minutes]
