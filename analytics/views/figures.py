"""The pages of figures: calls, texts, agents, campaigns."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.models import ReportTab
from analytics.question_forms import QuestionForm
from analytics.questions import readable
from analytics.reporting.letters import days
from analytics.selectors.boards import board
from analytics.selectors.kept import Store
from analytics.shown import shown
from analytics.stretches import Range
from analytics.views.whose import whose
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page

TEMPLATE = "analytics/figures.html"
_filters = Store(500)


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
    context: dict[str, Any] = {"tab": tab.value, "title": tab.label, "zone": request.org.time_zone}
    context["filter"] = _filter(form, request.user.role)
    if question is None:
        return render(request, TEMPLATE, context, status=422)
    by_month = form.range_value in (Range.THIS_MONTH, Range.LAST_MONTH)
    found = board(request.org, question, only=whose(request), now=now, by_month=by_month)
    context |= {
        "shown": shown(found, readable(request.user, question.subject)),
        "days": days(question.stretch),
        "compared": days(found.compared),
        "is_cut": found.compared.ends_at is not None,
        "is_own": whose(request) is not None,
        "words": {"kind": "table", "tab": tab.value, **question.words(by=question.by.value)},
        # Asked again as it was: "last 7 days" are other days after midnight.
        "again": urlencode({name: value for name, value in form.data.items() if value}),
    }
    template = f"{TEMPLATE}#figures" if request.htmx else TEMPLATE
    return render(request, template, context)


def _filter(form: QuestionForm, role: str) -> SafeString:
    """Return the form. Its fields cost more than the figures to draw; the same choices of a role look the same."""
    template, context = f"{TEMPLATE}#filter", {"form": form}
    if not form.is_valid():
        return render_to_string(template, context)
    key = (form.tab, role, get_language(), tuple(sorted(form.data.items())))
    found = _filters.get(key)
    if found is None:
        found = render_to_string(template, context)
        _filters.put(key, found, 0)
    return cast(SafeString, found)
