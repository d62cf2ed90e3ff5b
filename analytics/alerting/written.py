"""How figures of alerts are written for people, in the language of whoever reads."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext

from analytics.alerting.figures import watchables
from analytics.enums import Format
from analytics.models import AlertEvent, AlertRule, Comparison
from analytics.written import NOTHING, duration


def figure_name(key: str) -> str:
    """Return what a figure is called; its key, where there is no such figure any more."""
    figure = watchables().get(key)
    return str(figure.label) if figure is not None else key


def figure_value(key: str, value: Decimal | None) -> str:
    """Return a value of a figure as people read it."""
    figure = watchables().get(key)
    if value is None:
        return NOTHING
    if figure is not None and figure.format is Format.SECONDS:
        return duration(int(value))
    shown = number_format(value.normalize() if value else 0, use_l10n=True, force_grouping=True)
    return f"{shown} %" if figure is not None and figure.format is Format.PERCENT else shown


def title(one: AlertRule | AlertEvent) -> str:
    """Return what a rule or an alert is called; without a name what the rule says, in the reader's language."""
    return one.name or condition(one.figure, one.comparison, one.threshold)


def condition(key: str, comparison: str, threshold: Decimal) -> str:
    """Return what a rule says, for example "Longest wait now: at least 5:00"."""
    return gettext("%(figure)s: %(comparison)s %(value)s") % {
        "figure": figure_name(key),
        "comparison": Comparison(comparison).label,
        "value": figure_value(key, threshold),
    }
