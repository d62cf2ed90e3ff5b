"""Telling supervisors and administrators of an alert: in their open pages, on their devices, and by mail."""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from analytics.alerting.written import condition, figure_value, title
from analytics.models import AlertEvent
from contactcenter.core import clock, doorbell, notifications
from contactcenter.core.models import NotificationEvent, Organization, User
from contactcenter.core.roles import RIGHTS, Right

logger = logging.getLogger(__name__)

ALERTS_CHANGED = "alerts:changed"
_AT_ONCE = 20
# Who finds it out from a mail of yesterday has no use for it.
_TOO_OLD = timedelta(hours=1)


def people(org_id: UUID) -> list[User]:
    """Return who hears of alerts: everybody with an open account who may read everybody's figures."""
    roles = [role for role, rights in RIGHTS.items() if Right.READ_ALL_ANALYTICS in rights]
    rows = User.objects.filter(organization_id=org_id, role__in=roles, is_active=True)
    return list(rows.order_by("email"))


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
        people=[person.pk for person in people(org_id)],
    )


def has_changed(event: AlertEvent) -> None:
    """Ring at the organization's open pages, after the commit."""
    doorbell.ring(event.organization_id, ALERTS_CHANGED, alert_id=event.pk)


def mail_due() -> int:
    """Mail the alerts that wait for it, each once: it is marked before the first mail is sent. Returns how many."""
    with transaction.atomic():
        due = AlertEvent.all_orgs.select_for_update(skip_locked=True, of=("self",)).filter(mail_is_due=True)
        events = list(due.select_related("organization").order_by("raised_at")[:_AT_ONCE])
        AlertEvent.all_orgs.filter(pk__in=[event.pk for event in events]).update(mail_is_due=False)
    for event in events:
        if clock.now() - event.raised_at < _TOO_OLD:
            _mail(event, event.organization)
    return len(events)


def _mail(event: AlertEvent, org: Organization) -> None:
    for person in people(org.pk):  # One mail each: nobody learns the others' addresses.
        with translation.override(person.language):
            subject, body = _words(event, org)
        try:
            send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email])
        except OSError as error:  # The pages and the log of alerts say it too.
            logger.warning("a mail about an alert could not be sent: %s", type(error).__name__)


def _words(event: AlertEvent, org: Organization) -> tuple[str, str]:
    values = {
        "name": title(event),
        "organization": org.name,
        "rule": condition(event.figure, event.comparison, event.threshold),
        "value": figure_value(event.figure, event.value),
        "url": f"{settings.PUBLIC_BASE_URL}{reverse('analytics:alerts')}",
    }
    subject = gettext("Alert: %(name)s") % values
    body = gettext("%(organization)s: %(name)s\n\n%(rule)s\nIt was %(value)s.\n\nAll alerts: %(url)s") % values
    return subject.replace("\n", " "), body
