"""Mailing alerts: to each who hears of them, at most once. What a mail server surely did not take is tried again."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from analytics.alerting.telling import people
from analytics.alerting.written import condition, figure_value, title
from analytics.mail_refusals import may_pass
from analytics.models import AlertEvent
from contactcenter.core import clock
from contactcenter.core.models import User

logger = logging.getLogger(__name__)

# Who finds it out from a mail of yesterday has no use for it.
_TOO_OLD = timedelta(hours=1)


class _ServerIsAway(Exception):
    """No mail server could be reached: nothing was told to it."""


class _NotNow(Exception):
    """The mail server refused the mail for now (4yz, RFC 5321 section 4.2.1)."""


def mail_due() -> int:
    """Mail the alerts that wait for it; return for how many nothing is left to mail.

    An alert is marked as mailed before its first mail: a worker that dies leaves mails unsent, none sent twice.
    """
    due = AlertEvent.all_orgs.filter(mail_is_due=True).order_by("raised_at")
    done = 0
    for pk in list(due.values_list("pk", flat=True)):
        if AlertEvent.all_orgs.filter(pk=pk, mail_is_due=True).update(mail_is_due=False) != 1:
            continue  # Another worker's.
        event = AlertEvent.all_orgs.select_related("organization").get(pk=pk)
        if clock.now() - event.raised_at >= _TOO_OLD:
            done += 1
            continue
        try:
            done += _mail(event)
        except _ServerIsAway:
            break
    return done


def _mail(event: AlertEvent) -> bool:
    """Mail an alert to everybody who hears of it; whether nothing is left. Raises _ServerIsAway."""
    left: list[UUID] = []
    ids = {"organization_id": str(event.organization_id)}
    hearing = [person for person in people(event) if person.pk not in event.mailed_to]
    for position, person in enumerate(hearing):
        try:
            _send(event, person)
        except _ServerIsAway:
            _put_back(event, hearing, [*left, *(one.pk for one in hearing[position:])])
            raise
        except _NotNow:
            left.append(person.pk)
        except Exception:  # Whatever is wrong with one mail keeps no other from being sent.
            logger.exception("a mail about an alert could not be made", extra=ids)
    if left:
        _put_back(event, hearing, left)
    return not left


def _put_back(event: AlertEvent, hearing: Sequence[User], left: Sequence[UUID]) -> None:
    done = [person.pk for person in hearing if person.pk not in left]
    AlertEvent.all_orgs.filter(pk=event.pk).update(mail_is_due=True, mailed_to=[*event.mailed_to, *done])


def _send(event: AlertEvent, person: User) -> None:
    """Send one mail: nobody learns the others' addresses. Raises _ServerIsAway and _NotNow."""
    with translation.override(person.language):
        subject, body = _words(event)
    ids = {"organization_id": str(event.organization_id)}
    connection = get_connection()
    message = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email], connection=connection)
    try:
        connection.open()
    except OSError as error:
        logger.warning("no mail server for an alert: %s", type(error).__name__, extra=ids)
        raise _ServerIsAway from error
    try:
        message.send()
    except OSError as error:  # The pages and the log of alerts say it too.
        logger.warning("a mail about an alert could not be sent: %s", type(error).__name__, extra=ids)
        if may_pass(error):
            raise _NotNow from error
    finally:
        connection.close()


def _words(event: AlertEvent) -> tuple[str, str]:
    values = {
        "name": title(event),
        "organization": event.organization.name,
        "rule": condition(event.figure, event.comparison, event.threshold),
        "value": figure_value(event.figure, event.value),
        "url": f"{settings.PUBLIC_BASE_URL}{reverse('analytics:alerts')}",
    }
    subject = gettext("Alert: %(name)s") % values
    body = gettext("%(organization)s: %(name)s\n\n%(rule)s\nIt was %(value)s.\n\nAll alerts: %(url)s") % values
    return " ".join(subject.splitlines()), body
