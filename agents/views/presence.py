"""Presence: open pages tell that somebody is there, and people say what they are doing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agents import presence, selectors, services
from agents.enums import AgentStatus
from agents.models import Agent
from contactcenter.core.models import User
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page

TEMPLATE = "agents/presence.html"
# What the ids of the switches begin with, besides the one in the navigation: this page's, and that of "My day".
_PAGE = "page"
_NAMES = (_PAGE, "own")


@org_page(Right.SET_STATUS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: OrgRequest) -> HttpResponse:
    """Show the switch of one's own status; a POST says only that a page of this person is open."""
    if request.method != "POST":
        return _switch(request)
    answer = HttpResponse(status=204)
    if presence.see(request.org, request.user.pk, is_looking="hidden" not in request.POST):
        agent = selectors.agent_of(request.org, request.user.pk)
        if agent is not None:  # What this page shows of the status is old.
            answer["HX-Trigger"] = f"agents:changed-{agent.pk}"
    return answer


@org_page(Right.SET_STATUS)
@require_POST
def status(request: OrgRequest) -> HttpResponse:
    """Set one's own status."""
    agent, wanted = selectors.agent_of(request.org, request.user.pk), request.POST.get("status", "")
    if agent is None or wanted not in AgentStatus.values:
        return _switch(request, problem=gettext("Choose one of these."), code=422)
    reason = request.POST.get("reason")  # The switch in the navigation has no such field, and takes no reason away.
    if wanted != agent.status and reason == agent.status_reason:
        reason = None  # It still stood in the field, and was the last status's.
    try:
        services.set_status(
            org=request.org, actor=request.user, agent_id=agent.pk, status=AgentStatus(wanted), reason=reason
        )
    except services.UnknownAgent:  # Deleted since we looked.
        return _switch(request, problem=gettext("You are no agent any more."), code=422)
    presence.see(request.org, request.user.pk)
    return _switch(request) if request.htmx else redirect("agents:presence")


def _switch(request: OrgRequest, *, problem: str = "", code: int = 200) -> HttpResponse:
    agent = selectors.agent_of(request.org, request.user.pk)
    if agent is None and request.htmx:
        return HttpResponse(status=204)  # Nothing to switch, and nothing to show.
    with_reason = "reason" in request.GET or not request.htmx
    context: dict[str, Any] = {
        **switch_of(agent, request.user),
        "problem": problem,
        # Two switches can stand on one page, and no two things there have the same id.
        "name_of": name if (name := request.GET.get("reason")) in _NAMES else "" if request.htmx else _PAGE,
        "with_reason": with_reason,
        "reasons": selectors.status_reasons(request.org) if with_reason else (),
    }
    return render(request, f"{TEMPLATE}#switch" if request.htmx else TEMPLATE, context, status=code)


def switch_of(agent: Agent | None, user: User) -> dict[str, Any]:
    """Return what the switch shows: the status, its choices, and who else has set it."""
    setter = agent.status_by if agent is not None else None
    return {
        "agent": agent,
        "statuses": AgentStatus.choices,
        "set_by": setter.get_full_name() if setter is not None and setter.pk != user.pk else "",
    }
