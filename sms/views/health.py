"""The administrators' page about the state of sending: what waits, what is broken, since when and why.

Every panel is a template with the context that its function returns; a panel reads, and changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import backlog
from sms.enums import MessageStatus
from sms.views import circuits, health_budget, health_doubts, health_senders

TEMPLATE = "sms/health.html"


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of the page."""

    template: str
    context_of: Callable[[Organization], dict[str, Any]]


def _queue(org: Organization) -> dict[str, Any]:
    found = backlog.of(org)
    queued = found.counts[MessageStatus.QUEUED] + found.counts[MessageStatus.CLAIMED]
    shown = {MessageStatus(word): count for word, count in found.counts.items() if word != MessageStatus.CLAIMED}
    shown[MessageStatus.QUEUED] = queued
    return {
        "counts": [(status.label, count) for status, count in shown.items()],
        "oldest_due_seconds": found.oldest_due_seconds,
    }


PANELS: tuple[Panel, ...] = (
    Panel("sms/health/alarms.html", circuits.alarms_of),
    Panel("sms/health/circuits.html", circuits.panel_of),
    Panel("sms/health/queue.html", _queue),
    Panel("sms/health/senders.html", health_senders.senders),
    Panel("sms/health/budget.html", health_budget.panel),
    Panel("sms/health/doubts.html", health_doubts.doubts),
    Panel("sms/health/reconciliation.html", health_doubts.reconciliation),
)


@org_page(Right.ADMINISTER)
@require_safe
@never_cache
def health(request: OrgRequest) -> HttpResponse:
    """Show the state of sending of the own organization."""
    panels = [(panel.template, panel.context_of(request.org)) for panel in PANELS]
    return render(request, TEMPLATE, {"panels": panels})
