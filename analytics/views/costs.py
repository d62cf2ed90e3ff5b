"""What texts cost: the page with its chart and tables, and the same figures as CSV."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.cost_rows import rows_urls
from analytics.enums import Subject
from analytics.forms import CostsForm, Wanted
from analytics.metrics import by_key
from analytics.reporting.letters import days
from analytics.selectors import costs
from analytics.stretches import Stretch, before
from analytics.tables import METRICS, Before, csv_lines, tables
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import budget
from sms.costs import of_organization
from sms.views.health_budget import shown

TEMPLATE = "analytics/costs.html"


@org_page(Right.READ_ALL_ANALYTICS)
@require_safe
@never_cache
def page(request: OrgRequest) -> HttpResponse:
    """Show the costs of a period."""
    return _page(request, CostsForm(request.GET, org=request.org, now=timezone.now()))


@org_page(Right.READ_ALL_ANALYTICS)
@require_safe
@never_cache
def export(request: OrgRequest) -> HttpResponseBase:
    """Send the costs of a period as CSV."""
    form = CostsForm(request.GET, org=request.org, now=timezone.now())
    wanted = form.wanted()
    if wanted is None:
        return _page(request, form)
    lines = costs.lines(request.org, wanted.since, wanted.until, wanted.by)
    answer = StreamingHttpResponse(csv_lines(lines), content_type="text/csv; charset=utf-8")
    name = f"costs-by-{wanted.by}-{wanted.first:%Y-%m-%d}-{wanted.last:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(request: OrgRequest, form: CostsForm) -> HttpResponse:
    wanted = form.wanted()
    now = timezone.now()
    found = budget.of(request.org, now=now)
    context: dict[str, Any] = {"form": form, "wanted": wanted, "zone": request.org.time_zone}
    context["budget"] = shown(found) if found else None
    if wanted is not None:
        lines = costs.lines(request.org, wanted.since, wanted.until, wanted.by)
        # What is shown without a question is the month so far.
        by_month = not request.GET.get("first") and not request.GET.get("last")
        compared = before(Stretch(wanted.first, wanted.last, request.org.zone), now, by_month=by_month)
        context["tables"] = tables(lines, wanted.by, rows_urls(request.org, wanted), _before(request, wanted, compared))
        context["compared"], context["is_cut"] = days(compared), compared.ends_at is not None
        context["metrics"] = [by_key(Subject.TEXTS)[key] for key in METRICS]
        words = {"first": wanted.first.isoformat(), "last": wanted.last.isoformat(), "by": wanted.by.value}
        context["words"], context["again"] = {"kind": "costs", **words}, _again(request)
    template = f"{TEMPLATE}#figures" if request.htmx else TEMPLATE
    return render(request, template, context, status=200 if wanted is not None else 422)


def _before(request: OrgRequest, wanted: Wanted, compared: Stretch) -> Before:
    earlier = replace(wanted, since=compared.since, until=compared.until)
    found = of_organization(request.org, since=earlier.since, until=earlier.until)
    return Before(found, rows_urls(request.org, earlier))


def _again(request: OrgRequest) -> str:
    """Return the question as it was asked: "this month" is another one after midnight."""
    return urlencode({name: request.GET[name] for name in ("first", "last", "by") if request.GET.get(name)})
