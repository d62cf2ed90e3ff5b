"""Making, pausing, sending and deleting scheduled reports: one use case, one transaction, named errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet

from analytics.models import Cadence, ReportMail, ReportRecipient, ReportTab, ScheduledReport
from analytics.reporting.calendar import PLANNED, period, plan_next
from contactcenter.core import doorbell, events
from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Role
from contactcenter.core.written_once import written_once

_MOST_REPORTS = 50


class TooManyReports(Exception):
    """The organization has as many reports as it can have."""


class OnItsWay(Exception):
    """The report was sent by hand a moment ago, and the mails are not out yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is mailed when, and to whom."""

    tab: ReportTab
    cadence: Cadence
    hour: int
    weekday: int
    month_day: int
    recipients: Sequence[UUID]


def candidates(org: Organization) -> list[User]:
    """Return who may get reports of the organization: everybody who works in it."""
    return _candidates(org.pk)


@written_once
def _candidates(org_id: UUID) -> "QuerySet[User]":
    rows = User.objects.filter(organization_id=org_id, is_active=True, is_superuser=False).exclude(role=Role.CUSTOMER)
    return rows.order_by("first_name", "last_name", "email")


@transaction.atomic
def create(*, org: Organization, actor: User, plan: Plan, now: datetime) -> ScheduledReport:
    """Mail a report from now on. People who may not get it are left out. Raises TooManyReports."""
    Organization.objects.select_for_update(of=("self",), no_key=True).get(pk=org.pk)
    if ScheduledReport.objects.for_org(org).count() >= _MOST_REPORTS:
        raise TooManyReports
    report = ScheduledReport(
        organization=org,
        author=actor,
        tab=plan.tab,
        cadence=plan.cadence,
        hour=plan.hour,
        weekday=plan.weekday,
        month_day=plan.month_day,
    )
    plan_next(report, org, after=now)
    report.save(force_insert=True)
    people = User.objects.filter(organization=org, pk__in=plan.recipients, is_active=True)
    ReportRecipient.objects.for_org(org).bulk_create(
        ReportRecipient(organization=org, report=report, user=user) for user in people
    )
    detail = {"tab": plan.tab.value, "cadence": plan.cadence.value}
    events.audit(org_id=org.pk, actor=actor, action="report.made", target=report, detail=detail)
    return report


@transaction.atomic
def pause(*, org: Organization, actor: User, report: ScheduledReport, paused: bool, now: datetime) -> None:
    """Stop mailing a report, or go on: what was due meanwhile is not mailed."""
    plan_next(report, org, after=now)
    rows = ScheduledReport.objects.for_org(org).filter(pk=report.pk, is_paused=not paused)
    if rows.update(is_paused=paused, **{name: getattr(report, name) for name in PLANNED}):
        action = "report.paused" if paused else "report.resumed"
        events.audit(org_id=org.pk, actor=actor, action=action, target=report)


def send_now(*, org: Organization, actor: User, report: ScheduledReport, now: datetime) -> int:
    """Mail a report at once, about the last period that is over; return to how many people. Raises OnItsWay."""
    stretch = period(report, org.zone, at=now)
    people = ReportRecipient.objects.for_org(org).filter(report=report).values_list("user_id", flat=True)
    mails = [
        ReportMail(
            organization=org,
            report=report,
            user_id=user_id,
            first_day=stretch.first,
            last_day=stretch.last,
            is_asked_for=True,
            due_at=now,
        )
        for user_id in people
    ]
    try:
        with transaction.atomic():
            ReportMail.objects.for_org(org).bulk_create(mails)
            events.audit(org_id=org.pk, actor=actor, action="report.sent_by_hand", target=report)
            doorbell.wake("analytics.tasks.mail_reports")
    except IntegrityError as error:
        raise OnItsWay from error
    return len(mails)


@transaction.atomic
def delete(*, org: Organization, actor: User, report: ScheduledReport) -> None:
    """Mail a report no more, and forget its mails."""
    events.audit(org_id=org.pk, actor=actor, action="report.deleted", target=report)
    ScheduledReport.objects.for_org(org).filter(pk=report.pk).delete()


def find(org: Organization, pk: UUID) -> ScheduledReport | None:
    """Return one report of the organization, or None."""
    return ScheduledReport.objects.for_org(org).filter(pk=pk).first()


def listed(org: Organization) -> list[ScheduledReport]:
    """Return the organization's reports with their recipients, in three queries."""
    people = ReportRecipient.objects.for_org(org).select_related("user").order_by("user__first_name", "user__email")
    rows = ScheduledReport.objects.for_org(org).select_related("author")
    return list(rows.prefetch_related(Prefetch("recipients", queryset=people)).order_by("created_at"))


def newest_mails(org: Organization) -> dict[UUID, ReportMail]:
    """Return the newest mail of each report, in one query."""
    return {mail.report_id: mail for mail in _newest_mails(org.pk)}


@written_once
def _newest_mails(org_id: UUID) -> "QuerySet[ReportMail]":
    return ReportMail.objects.for_org(org_id).order_by("report", "-created_at").distinct("report")
