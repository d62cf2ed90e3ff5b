"""Figures about calls that are asked for without a period."""

from datetime import datetime
from uuid import UUID

from analytics.enums import Subject
from analytics.selectors import report
from analytics.selectors.report import Span
from analytics.selectors.rows import calls
from analytics.values import Values
from calls.enums import ACTIVE
from contactcenter.core.models import Organization


def since(org: Organization, at: datetime, *, only: UUID | None) -> Values:
    """Return the figures of the calls that started at this moment or later."""
    return report.totals(org, Span(at, report.END), Subject.CALLS, only=only)


def active_count(org: Organization, *, only: UUID | None) -> int:
    """Return how many calls are going on."""
    return calls(org, only=only).filter(status__in=ACTIVE).count()
