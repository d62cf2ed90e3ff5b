"""The pages of figures: calls, texts, agents, campaigns."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.models import ReportTab
from analytics.question_forms import QuestionForm
from analytics.questions import readable
from analytics.reporting.letters import days
from analytics.selectors.boards import board
from analytics.shown import shown
from analytics.stretches import BY_MONTH
from analytics.views.whose import whose
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.drawn import draw_form, draw_marked

TEMPLATE = "analytics/figures.html"


def _view(tab: ReportTab) -> Callable[..., Any]:
    @org_page(Right.READ_ANALYTICS)
    @require_safe
    @never_cache
    def view(request: OrgRequest) -> HttpResponse:
        return _page(request, tab)

    view.__name__ = tab.value
    return view


calls, texts, agents, campaigns = (
    _view(tab) for tab in (ReportTab.CALLS, ReportTab.TEXTS, ReportTab.AGENTS, ReportTab.CAMPAIGNS)
)


def _page(request: OrgRequest, tab: ReportTab) -> HttpResponse:
    now = timezone.now()
    form = QuestionForm(request.GET, org=request.org, user=request.user, tab=tab, now=now)
    question = form.question()
    context: dict[str, Any] = {"tab": tab.value, "title": tab.label}
    context["filter"] = draw_form(f"{TEMPLATE}#filter", form, form.tab, request.user.role)
    if question is None:
        return render(request, TEMPLATE, context, status=422)
    by_month = form.range_value in BY_MONTH
    found = board(request.org, question, only=whose(request), now=now, by_month=by_month)
    metrics = readable(request.user, question.subject)
    parts: dict[str, Any] = {
        "zone": request.org.time_zone,
        "days": days(question.stretch),
        "compared": days(found.compared),
        "is_cut": found.compared.ends_at is not None,
        "is_own": whose(request) is not None,
        # Asked again as it was: "last 7 days" are other days after midnight.
        "again": urlencode({name: value for name, value in form.data.items() if value}),
    }
    context["shown"] = SimpleLazyObject(lambda: shown(found, metrics))
    mark = (found.mark, tuple(metric.key for metric in metrics), tuple(parts.items()))
    figures = draw_marked(f"{TEMPLATE}#figures", mark, lambda: {**parts, "shown": context["shown"]})
    if request.htmx:
        return HttpResponse(figures)
    # An export is compared as the page is, and so has the same lines.
    words = {"kind": "table", "tab": tab.value, **question.words(range=form.range_value.value)}
    return render(request, TEMPLATE, {**context, **parts, "figures": figures, "words": words})
