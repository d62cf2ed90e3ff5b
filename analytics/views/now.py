"""The rows behind the figures of this moment on the wallboard: as many as each of them says."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agents.enums import AgentStatus
from analytics.selectors import live
from analytics.views.call_lines import call_lines
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page

TEMPLATE = "analytics/wall/now.html"
FREE = "free"
_PAGE = 50


@org_page(Right.READ_ALL_ANALYTICS)
@require_safe
@never_cache
def agents(request: OrgRequest) -> HttpResponse:
    """Show all agents, those of a status (`?status=BREAK`), or those who can take one more call (`?status=free`)."""
    people, status = live.agents_now(request.org), request.GET.get("status", "")
    title: str | Promise = _("Agents now")
    if status == FREE:
        people, title = [person for person in people if person.is_free], _("Available agents now")
    elif status:
        if status not in AgentStatus.values:
            raise Http404
        people, title = [person for person in people if person.status == status], AgentStatus(status).label
    return _list(request, "agents", title, people)


@org_page(Right.READ_ALL_ANALYTICS)
@require_safe
@never_cache
def calls(request: OrgRequest) -> HttpResponse:
    """Show the active calls, the oldest first."""
    rows = live.active_calls(request.org)
    return _list(request, "calls", _("Active calls now"), rows)


@org_page(Right.READ_ALL_ANALYTICS)
@require_safe
@never_cache
def waiting(request: OrgRequest) -> HttpResponse:
    """Show the conversations whose customer waits, the longest first."""
    rows = live.waiting_conversations(request.org).select_related("contact", "assignee")
    return _list(request, "waiting", _("Waiting conversations now"), rows)


def _list(request: OrgRequest, what: str, title: str | Promise, rows: Any) -> HttpResponse:
    found = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    shown: Any = found.object_list  # A page of `rows`.
    lines = call_lines(live.call_rows(shown), for_a_wall=False) if what == "calls" else list(shown)
    context = {"what": what, "title": title, "lines": lines, "found": found, "now": timezone.now()}
    return render(request, TEMPLATE, {**context, "status": request.GET.get("status", "")})
