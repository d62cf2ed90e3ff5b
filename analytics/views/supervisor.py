"""The wallboard: who does what, who waits, what the matter is. One page, one fragment, always as many queries."""

from dataclasses import dataclass
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
from analytics.alerting.figures import hidden_from
from analytics.enums import Subject
from analytics.selectors import alerts, live, occupancy
from analytics.selectors.live import AgentNow, ConversationRow
from analytics.views.alert_lines import AlertLine, alert_lines
from analytics.views.call_lines import CallLine, call_lines
from analytics.views.today import Figure, figures_of, today
from analytics.written import duration, fill_times
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.drawn import draw, draw_marked

TEMPLATE = "analytics/wall/page.html"
_AGENT = "analytics/wall/agent.html"
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
    drawn = _board(request)
    return HttpResponse(drawn) if request.htmx else render(request, TEMPLATE, {"board": drawn})


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that the wallboard shows, but how long ago it was."""

    may_manage: bool
    people: tuple[AgentNow, ...]
    calls: tuple[CallLine, ...]
    active_calls: int
    waiting: live.Waiting
    waiting_lines: tuple[ConversationRow, ...]
    figures: tuple[Figure, ...]
    alerts: tuple[AlertLine, ...]
    more_alerts: bool

    def values(self) -> dict[str, Any]:
        """Return what the template shows of it."""
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
            "people": [_tile(person, may_manage=self.may_manage) for person in self.people],
            "counts": [(status, _ICONS[status], count) for status, count in live.by_status(self.people).items()],
            "free": sum(person.is_free for person in self.people),
            "more_calls": self.active_calls > len(self.calls),
        }


def _board(request: OrgRequest) -> SafeString:
    org, now = request.org, timezone.now()
    people, span = live.agents_now(org), today(org, now)
    calls, active_count = live.first_calls(org)
    waiting_lines, waiting = live.first_waiting(org)
    first_alerts, more_alerts = alerts.going_on(org, hidden=hidden_from(request.user))
    reader = request.user
    seen = _Seen(
        may_manage=reader.has_right(Right.MANAGE_AGENTS),
        people=tuple(people),
        calls=tuple(call_lines(calls, for_a_wall=True)),
        active_calls=active_count,
        waiting=waiting,
        waiting_lines=tuple(waiting_lines),
        figures=(
            *figures_of(org, span, Subject.CALLS, _CALLS, reader=reader),
            *figures_of(org, span, Subject.TEXTS, _TEXTS, reader=reader),
        ),
        alerts=tuple(alert_lines(first_alerts)),
        more_alerts=more_alerts,
    )
    return fill_times(draw_marked(f"{TEMPLATE}#board", seen, seen.values), now)


def _tile(person: AgentNow, *, may_manage: bool) -> SafeString:
    return draw(f"{TEMPLATE}#person", person=person, sign=_ICONS[person.status], may_manage=may_manage)


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
            reason=request.POST.get("reason") or None,  # The field is empty to begin with.
        )
    except services.UnknownAgent as error:  # Deleted since we looked.
        raise Http404 from error
    if not request.htmx:
        return redirect("analytics:supervisor")
    answer = HttpResponse(_board(request))
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
