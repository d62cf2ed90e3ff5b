"""An agent's day: their status, who waits for them, today's figures, the call that is going on, the last ones."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agents import selectors as agents
from agents.models import Agent
from agents.views.presence import switch_of
from analytics.enums import Subject
from analytics.selectors import own
from analytics.selectors.live import ConversationRow
from analytics.views.call_lines import CallLine, call_lines
from analytics.views.today import Figure, figures_of, today
from analytics.written import fill_times
from calls import services
from calls.models import Call
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.drawn import draw_marked

TEMPLATE = "analytics/operator/page.html"
_CALLS = ("handled", "missed", "handle_time", "average_handle_time")
_TEXTS = ("replies", "first_responses", "first_response_time")


@org_page(Right.SET_STATUS)
@require_safe
@never_cache
def page(request: OrgRequest) -> HttpResponse:
    """Show one's own day; asked by htmx, what changes of it."""
    if request.htmx:
        return render(request, f"{TEMPLATE}#day", _day(request))
    agent = agents.agent_of(request.org, request.user.pk)
    return render(request, TEMPLATE, {**_day(request), **_switch(request, agent)})


def find_call(org: Organization, pk: UUID) -> Call:
    """Return one call of the organization. Raises Http404."""
    found = own.call(org, pk)
    if found is None:
        raise Http404
    return found


@org_page(Right.PLACE_CALLS, find=find_call)
@require_POST
def end_call(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Hang up a call of one's own; one that has ended stays as it is."""
    call = find_call(request.org, pk)
    if call.agent_id != request.user.pk:
        raise Http404
    services.end_call(org=request.org, actor=request.user, call=call)
    return render(request, f"{TEMPLATE}#day", _day(request)) if request.htmx else redirect("analytics:operator")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What stands below the call that is going on, but how long ago it was."""

    figures: tuple[Figure, ...]
    conversations: tuple[ConversationRow, ...]
    queue: tuple[ConversationRow, ...]
    recent_calls: tuple[CallLine, ...]

    def values(self) -> dict[str, Any]:
        """Return it by the names that the template knows."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def _day(request: OrgRequest) -> dict[str, Any]:
    org, me, now = request.org, request.user.pk, timezone.now()
    span = today(org, now)
    live_calls, recent_calls = own.calls(org, me)
    conversations, queue = own.conversations(org, me)
    seen = _Seen(
        figures=(
            *figures_of(org, span, Subject.CALLS, _CALLS, reader=request.user, only=me),
            *figures_of(org, span, Subject.TEXTS, _TEXTS, reader=request.user, only=me),
        ),
        conversations=tuple(conversations),
        queue=tuple(queue),
        recent_calls=tuple(call_lines(recent_calls, for_a_wall=False)),
    )
    return {
        "now": now,
        "live_calls": call_lines(live_calls, for_a_wall=False),
        "rest": fill_times(draw_marked(f"{TEMPLATE}#rest", seen, seen.values), now),
    }


def _switch(request: OrgRequest, agent: Agent | None) -> dict[str, Any]:
    return {
        **switch_of(agent, request.user),
        "with_reason": True,
        "reasons": agents.status_reasons(request.org),
    }
