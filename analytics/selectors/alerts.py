"""Reads of alerts. The organization comes first; `hidden` are the figures that whoever looks may not read."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from analytics.models import AlertEvent, AlertRule
from contactcenter.core.models import Organization
from contactcenter.core.written_once import written_once

_MOST_GOING_ON = 5


def rules(org: Organization, *, hidden: Collection[str] = ()) -> "QuerySet[AlertRule]":
    """Return the rules that nobody removed, by name."""
    rows = AlertRule.objects.for_org(org).filter(removed_at__isnull=True).exclude(figure__in=hidden)
    return rows.order_by("name", "id")


def rule(org: Organization, pk: UUID) -> AlertRule | None:
    """Return one of them, or None."""
    return rules(org).filter(pk=pk).first()


def going_on(org: Organization, *, hidden: Collection[str]) -> tuple[list[AlertEvent], bool]:
    """Return the newest alerts that have not ended, the newest first, and whether there are more."""
    found = list(_newest_of(_open(org.pk).exclude(figure__in=hidden)) if hidden else _going_on(org.pk))
    return found[:_MOST_GOING_ON], len(found) > _MOST_GOING_ON


@written_once
def _going_on(org_id: UUID) -> "QuerySet[AlertEvent]":
    return _newest_of(_open(org_id))


def _open(org_id: UUID) -> "QuerySet[AlertEvent]":
    return AlertEvent.objects.for_org(org_id).filter(cleared_at__isnull=True)


def _newest_of(rows: "QuerySet[AlertEvent]") -> "QuerySet[AlertEvent]":
    return rows.select_related("seen_by").order_by("-raised_at", "-id")[: _MOST_GOING_ON + 1]


def log(org: Organization, *, hidden: Collection[str], before: AlertEvent | None = None, most: int) -> list[AlertEvent]:
    """Return up to `most` alerts, the newest first; `before` goes on with those that come after that one."""
    rows = AlertEvent.objects.for_org(org).exclude(figure__in=hidden)
    rows = rows.select_related("seen_by").order_by("-raised_at", "-id")
    if before is not None:
        at_once = Q(raised_at=before.raised_at, pk__lt=before.pk)  # One look can find several.
        rows = rows.filter(Q(raised_at__lt=before.raised_at) | at_once)
    return list(rows[:most])


def alert(org: Organization, pk: UUID) -> AlertEvent | None:
    """Return one alert of the organization, or None."""
    return AlertEvent.objects.for_org(org).filter(pk=pk).first()
