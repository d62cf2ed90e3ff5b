"""Reports by mail: made, paused, sent at once and deleted here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics.models import ScheduledReport
from analytics.report_forms import ReportForm
from analytics.reporting import services
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.drawn import draw_form

TEMPLATE = "analytics/reports.html"


def _shown(at: datetime, org: Organization) -> str:
    """Write a moment by the organization's clock, as the page says."""
    return date_format(at.astimezone(org.zone), "SHORT_DATETIME_FORMAT")


def find_report(org: Organization, pk: UUID) -> ScheduledReport:
    """Return the organization's report. Raises Http404, for another organization's as well."""
    found = services.find(org, pk)
    if found is None:
        raise Http404
    return found


@org_page(Right.READ_ALL_ANALYTICS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reports(request: OrgRequest) -> HttpResponse:
    """Show the reports, or make one."""
    people = services.candidates(request.org)
    given = request.POST if request.method == "POST" else None
    form = ReportForm(given, people=people, actor=request.user)
    if given is not None and form.is_valid():
        try:
            services.create(org=request.org, actor=request.user, plan=form.plan(), now=timezone.now())
        except services.TooManyReports:
            form.add_error(None, gettext("There are fifty reports already. Delete one first."))
        else:
            messages.success(request, gettext("The report is set up."))
            return redirect("analytics:reports")
    context: dict[str, Any] = {"zone": request.org.time_zone}
    context["fields"] = draw_form(f"{TEMPLATE}#fields", form, request.user.pk, *form.people)
    mails = services.newest_mails(request.org)
    context["reports"] = [
        {
            "report": report,
            "mail": (mail := mails.get(report.pk)),
            "next_at": _shown(report.next_at, request.org),
            "sent_at": _shown(mail.sent_at, request.org) if mail and mail.sent_at else "",
        }
        for report in services.listed(request.org)
    ]
    return render(request, TEMPLATE, context, status=422 if form.errors else 200)


@org_page(Right.READ_ALL_ANALYTICS, find=find_report)
@require_POST
def pause(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Stop mailing a report, or go on."""
    report = find_report(request.org, pk)
    paused = request.POST.get("paused") == "1"
    services.pause(org=request.org, actor=request.user, report=report, paused=paused, now=timezone.now())
    return redirect("analytics:reports")


@org_page(Right.READ_ALL_ANALYTICS, find=find_report)
@require_POST
def send_now(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Mail a report at once."""
    report = find_report(request.org, pk)
    try:
        count = services.send_now(org=request.org, actor=request.user, report=report, now=timezone.now())
    except services.OnItsWay:
        messages.error(request, gettext("It is on its way already."))
    else:
        sentence = ngettext("%(count)s mail is on its way.", "%(count)s mails are on their way.", count)
        messages.success(request, sentence % {"count": count})
    return redirect("analytics:reports")


@org_page(Right.READ_ALL_ANALYTICS, find=find_report)
@require_POST
def delete(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Mail a report no more."""
    services.delete(org=request.org, actor=request.user, report=find_report(request.org, pk))
    messages.success(request, gettext("The report is deleted."))
    return redirect("analytics:reports")
