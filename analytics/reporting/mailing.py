"""Mailing reports, each once, also with several workers and when one of them dies.

What is due becomes rows first: one for each recipient and period, which PostgreSQL lets in once. A mail is claimed like
a text: as long as nothing was told to the mail server, a claim whose worker died may be given to another; afterwards
nobody knows, and it is never sent again.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from uuid import UUID, uuid4

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from analytics.mail_refusals import may_pass
from analytics.models import MailState, ReportMail, ReportRecipient, ReportTab, ScheduledReport
from analytics.reporting.calendar import PLANNED, last_time, period, plan_next
from analytics.reporting.letters import letter
from contactcenter.core import clock

logger = logging.getLogger(__name__)

_LEASE = timedelta(minutes=5)
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
_KEPT = timedelta(days=90)
_BATCH = 50


@dataclass(frozen=True, slots=True)
class MailClaim:
    """One mail that is this worker's until its lease runs out."""

    mail_id: UUID
    token: UUID


def plan_due(now: datetime | None = None) -> bool:
    """Make the mails of the reports that are due; True when there may be more.

    A report that was not mailed for days, because no worker ran, is mailed once, about the last period.
    """
    now = now or clock.now()
    _move_to_new_zones(now)
    with transaction.atomic():
        rows = ScheduledReport.all_orgs.filter(is_paused=False, next_at__lte=now).order_by("next_at")
        rows = rows.select_related("organization").select_for_update(of=("self",), skip_locked=True)
        found = list(rows[:_BATCH])
        _plan(found, now)
    return len(found) == _BATCH


def claim(most: int) -> list[MailClaim]:
    """Take up to `most` mails that are due, the oldest first; give up those that died half sent."""
    with transaction.atomic():
        lost = ReportMail.all_orgs.filter(state=MailState.SENDING, lease_until__lt=Now())
        lost.update(state=MailState.UNCERTAIN, lease_token=None, lease_until=None)
        dead = ReportMail.all_orgs.filter(state=MailState.CLAIMED, lease_until__lt=Now(), tries__gt=len(_PAUSES))
        dead.update(state=MailState.FAILED, lease_token=None, lease_until=None)
        due = Q(state=MailState.DUE, due_at__lte=Now()) | Q(state=MailState.CLAIMED, lease_until__lt=Now())
        rows = ReportMail.all_orgs.filter(due).order_by("due_at").select_for_update(skip_locked=True)
        claims = [MailClaim(pk, uuid4()) for pk in rows.values_list("pk", flat=True)[:most]]
        for one in claims:
            ReportMail.all_orgs.filter(pk=one.mail_id).update(
                state=MailState.CLAIMED, lease_token=one.token, lease_until=Now() + _LEASE, tries=F("tries") + 1
            )
    return claims


def send(claimed: MailClaim) -> None:
    """Send one claimed mail."""
    mail = ReportMail.all_orgs.select_related("organization", "report", "user").get(pk=claimed.mail_id)
    if not _may_read(mail):
        _move(claimed, [MailState.CLAIMED], MailState.DROPPED)
        return
    message, connection = letter(mail), get_connection()
    try:
        connection.open()
    except OSError as error:  # Nothing was told to the mail server.
        _try_later(claimed, mail, error)
        return
    try:
        if _move(claimed, [MailState.CLAIMED], MailState.SENDING, keeps_lease=True):
            _hand_over(claimed, mail, connection, message)
    finally:
        connection.close()


def forget_old() -> int:
    """Remove what is known of mails after some months; return how many."""
    old = ReportMail.all_orgs.filter(created_at__lt=clock.now() - _KEPT)
    return int(old.delete()[0])


def _move_to_new_zones(now: datetime) -> None:
    """Plan again what is not due yet and was planned before its organization's time zone was changed.

    From the last time that it was due: an hour that has passed already in the new zone is mailed late, not left out.
    """
    with transaction.atomic():
        rows = ScheduledReport.all_orgs.filter(is_paused=False, next_at__gt=now)
        rows = rows.exclude(next_zone=F("organization__time_zone")).select_related("organization")
        moved = list(rows.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:_BATCH])
        for report in moved:
            plan_next(report, report.organization, after=max(report.created_at, last_time(report, until=now) or now))
        ScheduledReport.all_orgs.bulk_update(moved, PLANNED)


def _plan(reports: Sequence[ScheduledReport], now: datetime) -> None:
    """Make the mails of these reports, and say when they are due again: three queries, however many there are."""
    rows = ReportRecipient.all_orgs.filter(report__in=[one for one in reports if one.organization.is_active])
    people: dict[UUID, list[UUID]] = defaultdict(list)
    for report_id, user_id in rows.values_list("report_id", "user_id"):
        people[report_id].append(user_id)
    mails = [mail for report in reports for mail in _mails(report, people[report.pk], now)]
    ReportMail.all_orgs.bulk_create(mails, ignore_conflicts=True)
    for report in reports:
        plan_next(report, report.organization, after=now)
    ScheduledReport.all_orgs.bulk_update(reports, PLANNED)


def _mails(report: ScheduledReport, people: Iterable[UUID], now: datetime) -> list[ReportMail]:
    stretch = period(report, report.organization.zone, at=now)
    return [
        ReportMail(
            organization_id=report.organization_id,
            report=report,
            user_id=user_id,
            first_day=stretch.first,
            last_day=stretch.last,
            is_asked_for=False,
            due_at=now,
        )
        for user_id in people
    ]


def _may_read(mail: ReportMail) -> bool:
    user = mail.user
    is_member = user.is_active and user.organization_id == mail.organization_id and mail.organization.is_active
    return is_member and user.has_right(ReportTab(mail.report.tab).right)


def _hand_over(claimed: MailClaim, mail: ReportMail, connection: Any, message: EmailMultiAlternatives) -> None:
    try:
        connection.send_messages([message])
    except (SMTPResponseException, SMTPRecipientsRefused) as error:  # The server said no.
        if may_pass(error):
            _try_later(claimed, mail, error)
        else:
            _give_up(claimed, error)
    except OSError as error:  # The connection ended in the middle: the server may have the mail.
        logger.warning("a mail of a report may be sent or not: %s", type(error).__name__)
        _move(claimed, [MailState.SENDING], MailState.UNCERTAIN)
    else:
        _move(claimed, [MailState.SENDING], MailState.SENT, sent_at=Now())


def _try_later(claimed: MailClaim, mail: ReportMail, error: Exception) -> None:
    logger.warning("a mail of a report could not be sent: %s", type(error).__name__)
    leased = [MailState.CLAIMED, MailState.SENDING]
    if mail.tries > len(_PAUSES):
        _move(claimed, leased, MailState.FAILED)
    else:
        _move(claimed, leased, MailState.DUE, due_at=Now() + _PAUSES[mail.tries - 1])


def _give_up(claimed: MailClaim, error: Exception) -> None:
    logger.warning("a mail of a report was refused: %s", type(error).__name__)
    _move(claimed, [MailState.SENDING], MailState.FAILED)


def _move(
    claimed: MailClaim, states: list[MailState], state: MailState, *, keeps_lease: bool = False, **fields: object
) -> bool:
    """Take a mail of ours to another state; False when it is not ours any more."""
    if not keeps_lease:
        fields |= {"lease_token": None, "lease_until": None}
    rows = ReportMail.all_orgs.filter(pk=claimed.mail_id, state__in=states, lease_token=claimed.token)
    return bool(rows.update(state=state, **fields))
