"""How an agent's day went: every status with its times, which add up to the figures of that day."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agents.adherence import adding_up, parts
from agents.enums import AgentStatus
from analytics.enums import Dimension, Subject
from analytics.metrics import by_key
from analytics.questions import RowsQuestion
from analytics.selectors import occupancy
from analytics.shown import rows_url
from analytics.stretches import FIRST_YEAR, LAST_YEAR, midnight
from analytics.views.supervisor import find_agent
from analytics.written import duration
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page

TEMPLATE = "analytics/wall/agent_day.html"


@org_page(Right.READ_ALL_ANALYTICS, find=find_agent)
@require_safe
@never_cache
def page(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show one day (`?day=2026-03-14`, today unless said otherwise) of one agent."""
    org, agent, now = request.org, find_agent(request.org, pk), timezone.now()
    day = _day(request.GET.get("day", ""), now.astimezone(org.zone).date())
    since, until = midnight(day, org.zone), midnight(day + timedelta(days=1), org.zone)
    found = parts(org, agent.user_id, since, until, now=now)
    sums = adding_up(found)
    share = occupancy.of(org, since, until, now=now, only=agent.user_id).get(agent.user_id)
    calls = by_key(Subject.CALLS)["handled"]
    asked = RowsQuestion(Subject.CALLS, since, until, calls, Dimension.AGENT, agent.user_id)
    context: dict[str, Any] = {
        "agent": agent,
        "name": agent.user.get_full_name(),
        "day": day,
        "parts": [
            (part, _shown(part.since, org.zone), _shown(part.until, org.zone), duration(part.seconds)) for part in found
        ],
        "sums": [(one.label, duration(sums.of(one))) for one in AgentStatus if sums.of(one)],
        "occupancy": share.percent if share is not None else None,
        "calls_url": rows_url(asked),
    }
    return render(request, TEMPLATE, context)


def _shown(at: datetime, zone: ZoneInfo) -> str:
    return date_format(at.astimezone(zone), "H:i:s")


def _day(word: str, today: date) -> date:
    """Return the day that is asked for. Raises Http404."""
    if not word:
        return today
    try:
        found = date.fromisoformat(word)
    except ValueError as error:
        raise Http404 from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Http404
    return found
