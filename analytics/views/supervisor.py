"""The wallboard: who does what, who waits, what the matter is. One page, one fragment, always as many queries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agents import selectors as agents
from agents import services
from agents.adherence import adherence
from agents.enums import AgentStatus
from agents.models import Agent
from analytics.enums import Subject
from analytics.selectors import alerts, live, occupancy
from analytics.selectors.live import AgentNow
from analytics.views.alert_lines import alert_lines
from analytics.views.call_lines import call_lines
from analytics.views.today import figures_of, today
from analytics.written import duration, time_since
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.drawn import draw_around

TEMPLATE = "analytics/wall/page.html"
_AGENT = "analytics/wall/agent.html"
_MOST_CALLS, _MOST_WAITING, _MOST_ALERTS = 10, 5, 5
_CALLS = ("service_level", "total", "missed")
_TEXTS = ("first_response_time",)
_ICONS = {
    AgentStatus.AVAILABLE: "circle-check",
    AgentStatus.BUSY: "phone",
    AgentStatus.WRAP_UP: "clipboard-pen",
    AgentStatus.BREAK: "coffee",
    AgentStatus.TRAINING: "graduation-cap",
    AgentStatus.OFFLINE: "moon",
}


@org_page(Right.READ_ALL_ANALYTICS)
@require_safe
@never_cache
def page(request: OrgRequest) -> HttpResponse:
    """Show the wallboard; asked by htmx, what changes of it."""
    return render(request, f"{TEMPLATE}#board" if request.htmx else TEMPLATE, _board(request))


def _board(request: OrgRequest) -> dict[str, Any]:
    org, now, may_manage = request.org, timezone.now(), request.user.has_right(Right.MANAGE_AGENTS)
    people, span = live.agents_now(org), today(org, now)
    calls, active_count = live.first_calls(live.active_calls(org), most=_MOST_CALLS)
    waiting, waiting_count = live.first_conversations(live.waiting_conversations(org), most=_MOST_WAITING)
    return {
        "now": now,
        "people": [_tile(person, now, may_manage=may_manage) for person in people],
        "counts": [(status, _ICONS[status], count) for status, count in live.by_status(people).items()],
        "free": sum(person.is_free for person in people),
        "calls": call_lines(calls, for_a_wall=True),
        "more_calls": active_count > len(calls),
        "active_calls": active_count,
        "waiting": live.Waiting(waiting_count, waiting[0].waiting_since if waiting else None),
        "waiting_lines": waiting,
        "figures": [*figures_of(org, span, Subject.CALLS, _CALLS), *figures_of(org, span, Subject.TEXTS, _TEXTS)],
        "alerts": alert_lines(alerts.going_on(org)[:_MOST_ALERTS]),
    }


def _tile(person: AgentNow, now: datetime, *, may_manage: bool) -> SafeString:
    time = time_since(person.since, now)
    sign = _ICONS[person.status]
    return draw_around(time, f"{TEMPLATE}#person", person=person, sign=sign, may_manage=may_manage)


def find_agent(org: Organization, pk: UUID) -> Agent:
    """Return one profile of the organization. Raises Http404."""
    found = agents.agent(org, pk)
    if found is None:
        raise Http404
    return found


@org_page(Right.MANAGE_AGENTS, find=find_agent)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def agent(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show what an agent did today; a POST changes their status, which is audited and which they see."""
    found, wanted = find_agent(request.org, pk), request.POST.get("status", "")
    if request.method != "POST":
        return render(request, f"{_AGENT}#form" if request.htmx else _AGENT, _day(request, found))
    if wanted not in AgentStatus.values:
        context = {**_day(request, found), "problem": gettext("Choose one of these.")}
        return render(request, f"{_AGENT}#form" if request.htmx else _AGENT, context, status=422)
    try:
        services.set_status(
            org=request.org,
            actor=request.user,
            agent_id=pk,
            status=AgentStatus(wanted),
            reason=request.POST.get("reason", ""),
        )
    except services.UnknownAgent as error:  # Deleted since we looked.
        raise Http404 from error
    if not request.htmx:
        return redirect("analytics:supervisor")
    answer = render(request, f"{TEMPLATE}#board", _board(request))
    answer["HX-Retarget"], answer["HX-Reswap"] = "#board", "morph:outerHTML"
    answer["HX-Trigger-After-Swap"] = "dialog:close"  # Not before: the target is looked for from the dialog's form.
    return answer


def _day(request: OrgRequest, agent: Agent) -> dict[str, Any]:
    now = timezone.now()
    span = today(request.org, now)
    found = adherence(request.org, span.start, span.until, now=now, only=agent.user_id).get(agent.user_id)
    share = occupancy.of(request.org, span.start, span.until, now=now, only=agent.user_id).get(agent.user_id)
    return {
        "agent": agent,
        "name": agent.user.get_full_name(),
        "statuses": AgentStatus.choices,
        "reasons": agents.status_reasons(request.org),
        "set_by": agent.status_by.get_full_name() if agent.status_by is not None else "",
        "spent": [(status.label, duration(found.of(status))) for status in AgentStatus if found and found.of(status)],
        "occupancy": share.percent if share is not None else None,
    }
