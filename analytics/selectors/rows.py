"""The calls that count."""

from uuid import UUID

from django.db.models import QuerySet

from calls.models import Call
from contactcenter.core.models import Organization


def calls(org: Organization, *, only: UUID | None) -> "QuerySet[Call]":
    """Return the calls that count: those that nobody deleted; with `only` those that this user has."""
    rows = Call.objects.for_org(org).filter(deleted_at__isnull=True)
    return rows if only is None else rows.filter(agent_id=only)
