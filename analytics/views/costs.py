"""What texts cost: the page with its chart and tables, and the same figures as CSV."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.cost_rows import rows_urls
from analytics.enums import Subject
from analytics.forms import CostsForm
from analytics.metrics import by_key
from analytics.selectors import costs
from analytics.tables import METRICS, csv_lines, tables
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import budget
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
    found = budget.of(request.org, now=timezone.now())
    context: dict[str, Any] = {"form": form, "wanted": wanted, "zone": request.org.time_zone}
    context["budget"] = shown(found) if found else None
    if wanted is not None:
        lines = costs.lines(request.org, wanted.since, wanted.until, wanted.by)
        context["tables"] = tables(lines, wanted.by, rows_urls(request.org, wanted))
        context["metrics"] = [by_key(Subject.TEXTS)[key] for key in METRICS]
    return render(request, TEMPLATE, context, status=200 if wanted is not None else 422)
