"""What texts and calls cost: the page with its chart and tables, and the figures of texts as CSV."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.call_tables import call_tables
from analytics.cost_rows import RowsUrls, numbers_of
from analytics.enums import Subject
from analytics.forms import CostsForm, Wanted
from analytics.reporting.letters import days
from analytics.selectors import call_costs, costs
from analytics.selectors.call_costs import CallCost, CallCostLine
from analytics.selectors.cost_labels import CostLabels
from analytics.selectors.costs import CostLine
from analytics.selectors.report import Span
from analytics.stretches import Stretch, before
from analytics.tables import Before, Table, csv_lines, tables
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.drawn import draw_form, draw_marked
from sms import budget
from sms.costs import Cost
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
    lines = costs.lines(request.org, wanted.since, wanted.until, CostLabels(request.org, wanted.by))
    answer = StreamingHttpResponse(csv_lines(lines), content_type="text/csv; charset=utf-8")
    name = f"costs-by-{wanted.by}-{wanted.first:%Y-%m-%d}-{wanted.last:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(request: OrgRequest, form: CostsForm) -> HttpResponse:
    wanted, now = form.wanted(), timezone.now()
    context: dict[str, Any] = {"wanted": wanted, "zone": request.org.time_zone}
    if wanted is not None:
        # What is shown without a question is the month so far.
        by_month = not request.GET.get("first") and not request.GET.get("last")
        compared = before(Stretch(wanted.first, wanted.last, request.org.zone), now, by_month=by_month)
        earlier = replace(wanted, since=compared.since, until=compared.until)
        found = _found(request.org, wanted, earlier)
        context["tables"] = SimpleLazyObject(lambda: (*_texts(found), *_calls(found)))
        words = {"first": wanted.first.isoformat(), "last": wanted.last.isoformat(), "by": wanted.by.value}
        context["words"] = {"kind": "costs", **words}
        others = {"compared": days(compared), "is_cut": compared.ends_at is not None, "again": _again(request)}
        context["figures"] = draw_marked(
            f"{TEMPLATE}#figures",
            (found, tuple(others.items())),
            lambda: {**others, "tables": context["tables"], "by": wanted.by},
        )
        if request.htmx:
            return HttpResponse(context["figures"])
    month = budget.of(request.org, now=now)
    context["budget"] = shown(month) if month else None
    context["filter"] = draw_form(f"{TEMPLATE}#filter", form)
    return render(request, TEMPLATE, context, status=200 if wanted is not None else 422)


@dataclass(frozen=True, slots=True)
class _Found:
    """What texts and calls cost, before too, and which numbers there are: all that the tables are made of."""

    wanted: Wanted
    earlier: Wanted
    zone: ZoneInfo
    numbers: tuple[tuple[str, UUID], ...]
    texts: tuple[CostLine, ...]
    texts_before: tuple[Cost, ...]
    calls: tuple[CallCostLine, ...]
    calls_before: tuple[CallCost, ...]

    def urls(self, wanted: Wanted, subject: Subject) -> RowsUrls:
        """Return what knows where the rows behind a figure are."""
        return RowsUrls(wanted, subject, self.zone, dict(self.numbers))


def _found(org: Organization, wanted: Wanted, earlier: Wanted) -> _Found:
    asked = (org, Span(wanted.since, wanted.until), Span(earlier.since, earlier.until), CostLabels(org, wanted.by))
    texts, texts_before = costs.lines_and_before(*asked)
    calls, calls_before = call_costs.lines_and_before(*asked)
    return _Found(
        wanted,
        earlier,
        org.zone,
        tuple(numbers_of(org, wanted.by).items()),
        tuple(texts),
        tuple(texts_before),
        tuple(calls),
        tuple(calls_before),
    )


def _texts(found: _Found) -> list[Table]:
    urls, urls_before = (found.urls(one, Subject.TEXTS) for one in (found.wanted, found.earlier))
    return tables(found.texts, found.wanted.by, urls, Before(found.texts_before, urls_before))


def _calls(found: _Found) -> list[Table]:
    urls, urls_before = (found.urls(one, Subject.CALLS) for one in (found.wanted, found.earlier))
    return call_tables(found.calls, found.wanted.by, urls, found.calls_before, urls_before)


def _again(request: OrgRequest) -> str:
    """Return the question as it was asked: "this month" is another one after midnight."""
    return urlencode({name: request.GET[name] for name in ("first", "last", "by") if request.GET.get(name)})
