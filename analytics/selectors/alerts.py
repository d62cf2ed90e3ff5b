"""Reads of alerts. The organization comes first."""

from uuid import UUID

from django.db.models import Q, QuerySet

from analytics.models import AlertEvent, AlertRule
from contactcenter.core.models import Organization
from contactcenter.core.written_once import written_once

_MOST_GOING_ON = 5


def rules(org: Organization) -> "QuerySet[AlertRule]":
    """Return the rules that nobody removed, by name."""
    return AlertRule.objects.for_org(org).filter(removed_at__isnull=True).order_by("name", "id")


def rule(org: Organization, pk: UUID) -> AlertRule | None:
    """Return one of them, or None."""
    return rules(org).filter(pk=pk).first()


def going_on(org: Organization) -> tuple[list[AlertEvent], bool]:
    """Return the newest alerts that have not ended, the newest first, and whether there are more."""
    found = list(_going_on(org.pk))
    return found[:_MOST_GOING_ON], len(found) > _MOST_GOING_ON


@written_once
def _going_on(org_id: UUID) -> "QuerySet[AlertEvent]":
    rows = AlertEvent.objects.for_org(org_id).filter(cleared_at__isnull=True)
    return rows.select_related("seen_by").order_by("-raised_at", "-id")[: _MOST_GOING_ON + 1]


def log(org: Organization, *, before: AlertEvent | None = None, most: int) -> list[AlertEvent]:
    """Return up to `most` alerts, the newest first; `before` goes on with those that come after that one."""
    rows = AlertEvent.objects.for_org(org).select_related("seen_by").order_by("-raised_at", "-id")
    if before is not None:
        at_once = Q(raised_at=before.raised_at, pk__lt=before.pk)  # One look can find several.
        rows = rows.filter(Q(raised_at__lt=before.raised_at) | at_once)
    return list(rows[:most])


def alert(org: Organization, pk: UUID) -> AlertEvent | None:
    """Return one alert of the organization, or None."""
    return AlertEvent.objects.for_org(org).filter(pk=pk).first()
