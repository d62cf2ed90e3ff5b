"""Alerts and rules as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from analytics.alerting.written import condition, figure_value, title
from analytics.models import AlertEvent, AlertRule


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert: what it says, since when, and who has seen it; `url` is where its figure is defined."""

    pk: UUID
    name: str
    condition: str
    url: str
    value: str
    last_value: str
    raised_at: datetime
    cleared_at: datetime | None
    seen_by: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule, in words; `url` is where its figure is defined."""

    pk: UUID
    name: str
    condition: str
    url: str
    details: tuple[str, ...]
    is_active: bool


def alert_lines(events: Iterable[AlertEvent]) -> list[AlertLine]:
    """Return alerts as lines."""
    return [
        AlertLine(
            pk=event.pk,
            name=title(event),
            condition=condition(event.figure, event.comparison, event.threshold),
            url=_definition(event.figure),
            value=figure_value(event.figure, event.value),
            last_value=figure_value(event.figure, event.last_value),
            raised_at=event.raised_at,
            cleared_at=event.cleared_at,
            seen_by=event.seen_by.get_full_name() if event.seen_by is not None else "",
            seen_at=event.seen_at,
        )
        for event in events
    ]


def rule_lines(rules: Iterable[AlertRule]) -> list[RuleLine]:
    """Return rules as lines."""
    return [
        RuleLine(
            pk=rule.pk,
            name=title(rule),
            condition=condition(rule.figure, rule.comparison, rule.threshold),
            url=_definition(rule.figure),
            details=tuple(_details(rule)),
            is_active=rule.is_active,
        )
        for rule in rules
    ]


def _definition(figure: str) -> str:
    return f"{reverse('analytics:definitions')}#{figure.rpartition('.')[2]}"


def _details(rule: AlertRule) -> Iterable[str]:
    if rule.window_minutes:
        minutes = {"count": rule.window_minutes}
        yield ngettext("counted over %(count)s minute", "counted over %(count)s minutes", rule.window_minutes) % minutes
    if rule.clear_threshold is not None:
        yield gettext("ends at %(value)s") % {"value": figure_value(rule.figure, rule.clear_threshold)}
    if rule.clear_minutes:
        minutes = {"count": rule.clear_minutes}
        yield ngettext("ends after %(count)s calm minute", "ends after %(count)s calm minutes", rule.clear_minutes) % (
            minutes
        )
    if rule.only_when_open:
        yield gettext("only in business hours")
    if rule.by_mail:
        yield gettext("by e-mail too")
