"""Today's figures, as pages that are open all day show them; each leads to its definition."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse

from analytics.enums import Dimension, Subject
from analytics.metrics import by_key
from analytics.questions import RowsQuestion
from analytics.selectors.report import Span, totals
from analytics.shown import rows_url
from analytics.stretches import midnight
from analytics.written import figure
from contactcenter.core.models import Organization, User

# The page that explains what is counted.
DEFINITIONS = "analytics:definitions"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is called, its value in words, where it is defined, and where its rows are."""

    key: str
    label: str
    value: str
    url: str
    rows_url: str


def today(org: Organization, now: datetime) -> Span:
    """Return the organization's day so far, by the clock of its time zone."""
    midnight = now.astimezone(org.zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return Span(midnight, max(now, midnight))


def figures_of(
    org: Organization, span: Span, subject: Subject, keys: Iterable[str], *, reader: User, only: UUID | None = None
) -> list[Figure]:
    """Return these metrics of the day so far, as far as `reader` may read them, all from one statement.

    Their rows are those of the whole day.
    """
    values = totals(org, span, subject, only=only)
    metrics = by_key(subject)
    dimension = Dimension.ALL if only is None else Dimension.AGENT
    # Not until now: the address would be another at every look.
    tomorrow = span.start.astimezone(org.zone).date() + timedelta(days=1)
    found = []
    for key in (one for one in keys if reader.has_right(metrics[one].right)):
        asked = RowsQuestion(subject, span.start, midnight(tomorrow, org.zone), metrics[key], dimension, only)
        url = f"{reverse(DEFINITIONS)}#{key}"
        found.append(Figure(key, str(metrics[key].label), figure(values, metrics[key]), url, rows_url(asked)))
    return found
