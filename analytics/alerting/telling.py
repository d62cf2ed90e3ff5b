"""Telling supervisors and administrators of an alert: in their open pages and on their devices (by mail: `mailing`)."""

from django.urls import reverse

from analytics.alerting.figures import hidden_from
from analytics.models import AlertEvent
from contactcenter.core import doorbell, notifications
from contactcenter.core.models import NotificationEvent, User
from contactcenter.core.roles import RIGHTS, Right

ALERTS_CHANGED = "alerts:changed"


def people(event: AlertEvent) -> list[User]:
    """Return who hears of an alert: who has an open account, and may read everybody's figures and this one."""
    roles = [role for role, rights in RIGHTS.items() if Right.READ_ALL_ANALYTICS in rights]
    rows = User.objects.filter(organization_id=event.organization_id, role__in=roles, is_active=True)
    return [person for person in rows.order_by("email") if event.figure not in hidden_from(person)]


def was_raised(event: AlertEvent) -> None:
    """Tell of a new alert. Must run in the transaction that raises it."""
    org_id = event.organization_id
    has_changed(event)
    notifications.tell(
        org_id=org_id,
        event=NotificationEvent.ALERT,
        cause=event.pk,
        about=event.pk,
        path=reverse("analytics:alerts"),
        people=[person.pk for person in people(event)],
    )


def has_changed(event: AlertEvent) -> None:
    """Ring at the organization's open pages, after the commit."""
    doorbell.ring(event.organization_id, ALERTS_CHANGED, alert_id=event.pk)
