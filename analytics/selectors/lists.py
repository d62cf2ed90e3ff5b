"""The short lists of calls on the dashboard."""

from typing import Any
from uuid import UUID

from analytics.selectors.rows import calls
from calls.enums import ACTIVE
from contactcenter.core.models import Organization

MOST_LISTED = 25
_FIELDS = ("id", "from_number", "to_number", "status", "started_at", "agent_id", "direction")
ACTIVE_FIELDS = (*_FIELDS, "metadata")
RECENT_FIELDS = (*_FIELDS, "ended_at", "duration")
Row = dict[str, Any]


def active(org: Organization, *, only: UUID | None) -> list[Row]:
    """Return the newest calls that are going on, as rows of ACTIVE_FIELDS."""
    rows = calls(org, only=only).filter(status__in=ACTIVE).order_by("-started_at", "-id")
    return list(rows.values(*ACTIVE_FIELDS)[:MOST_LISTED])


def recent(org: Organization, *, only: UUID | None) -> list[Row]:
    """Return the newest calls, whatever became of them, as rows of RECENT_FIELDS."""
    rows = calls(org, only=only).order_by("-started_at", "-id")
    return list(rows.values(*RECENT_FIELDS)[:MOST_LISTED])
