"""Alerts: what is the matter, what was, and the rules that say so."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.alert_forms import AlertRuleForm
from analytics.alerting import services
from analytics.alerting.figures import hidden_from
from analytics.alerting.written import title
from analytics.models import AlertEvent, AlertRule
from analytics.selectors import alerts
from analytics.views.alert_lines import alert_lines, rule_lines
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page

TEMPLATE = "analytics/alerts/page.html"
_FORM = "analytics/alerts/rule.html"
_LOGGED = 50


def find_rule(org: Organization, pk: UUID) -> AlertRule:
    """Return one rule of the organization. Raises Http404."""
    found = alerts.rule(org, pk)
    if found is None:
        raise Http404
    return found


def find_alert(org: Organization, pk: UUID) -> AlertEvent:
    """Return one alert of the organization. Raises Http404."""
    found = alerts.alert(org, pk)
    if found is None:
        raise Http404
    return found


@org_page(Right.READ_ALL_ANALYTICS)
@require_safe
@never_cache
def page(request: OrgRequest) -> HttpResponse:
    """Show the alerts, the newest first, and the rules."""
    context = _context(request, before=_one_before(request.org, request.GET.get("before", "")))
    return render(request, f"{TEMPLATE}#log" if request.htmx else TEMPLATE, context)


@org_page(Right.MANAGE_AGENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_rule(request: OrgRequest) -> HttpResponse:
    """Make a rule."""
    form = AlertRuleForm(request.POST if request.method == "POST" else None, maker=request.user)
    if request.method == "POST" and form.is_valid():
        services.make_rule(org=request.org, actor=request.user, wanted=form.wanted())
        messages.success(request, gettext("Saved."))
        return redirect("analytics:alerts")
    return render(request, _FORM, {"form": form, "title": ""}, status=422 if form.errors else 200)


@org_page(Right.MANAGE_AGENTS, find=find_rule)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change_rule(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Change a rule."""
    rule = find_rule(request.org, pk)
    _demand_readable(request, rule.figure)
    form = AlertRuleForm(request.POST if request.method == "POST" else None, maker=request.user, rule=rule)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_rule(org=request.org, actor=request.user, rule_id=pk, wanted=form.wanted())
        except services.UnknownRule as error:  # Removed since we looked.
            raise Http404 from error
        messages.success(request, gettext("Saved."))
        return redirect("analytics:alerts")
    return render(request, _FORM, {"form": form, "title": title(rule)}, status=422 if form.errors else 200)


@org_page(Right.MANAGE_AGENTS, find=find_rule)
@require_POST
def remove_rule(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Remove a rule; its alerts stay in the log."""
    _demand_readable(request, find_rule(request.org, pk).figure)
    try:
        services.remove_rule(org=request.org, actor=request.user, rule_id=pk)
    except services.UnknownRule as error:
        raise Http404 from error
    messages.success(request, gettext("The rule is removed."))
    return redirect("analytics:alerts")


@org_page(Right.READ_ALL_ANALYTICS, find=find_alert)
@require_POST
def seen(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Write down that somebody has seen an alert."""
    _demand_readable(request, find_alert(request.org, pk).figure)
    try:
        services.see_alert(org=request.org, actor=request.user, alert_id=pk)
    except services.UnknownAlert as error:
        raise Http404 from error
    before = _one_before(request.org, request.POST.get("before", ""))  # Which page of the log it was seen on.
    if not request.htmx:
        return redirect(_address(before))
    return render(request, f"{TEMPLATE}#log", _context(request, before=before))


def _demand_readable(request: OrgRequest, figure: str) -> None:
    """Raise Http404 where this person may not read the figure: of it, there are no alerts and no rules for them."""
    if figure in hidden_from(request.user):
        raise Http404


def _context(request: OrgRequest, *, before: AlertEvent | None) -> dict[str, Any]:
    hidden = hidden_from(request.user)
    found = alerts.log(request.org, hidden=hidden, before=before, most=_LOGGED + 1)
    return {
        "alerts": alert_lines(found[:_LOGGED]),
        "older_url": _address(found[_LOGGED - 1]) if len(found) > _LOGGED else "",
        "before": before,
        "rules": rule_lines(alerts.rules(request.org, hidden=hidden)),
        "may_change": request.user.has_right(Right.MANAGE_AGENTS),
        "now": timezone.now(),
    }


def _address(before: AlertEvent | None) -> str:
    """Return where the log goes on after an alert; without one, where it begins."""
    address = reverse("analytics:alerts")
    return address if before is None else f"{address}?before={before.pk}"


def _one_before(org: Organization, text: str) -> AlertEvent | None:
    try:
        return alerts.alert(org, UUID(text))
    except ValueError:
        return None
