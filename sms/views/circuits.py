"""The breakers of the provider accounts on the page of the state of sending, and closing one by hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from contactcenter.core import circuits
from contactcenter.core.models import CircuitReason, CircuitState, Organization, ProviderCircuit
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms.models import Alarm

_MOST_ALARMS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One account's breaker in words."""

    pk: UUID
    account: str
    state: str
    reason: str
    code: str
    words: str
    since: datetime
    next_trial: datetime | None
    is_open: bool


def panel_of(org: Organization) -> dict[str, Any]:
    """Return the accounts that ever failed, those not in use first."""
    return {"circuits": [_line(circuit) for circuit in circuits.of(org)]}


def alarms_of(org: Organization) -> dict[str, Any]:
    """Return the newest alarms."""
    rows = Alarm.objects.for_org(org).select_related("message").order_by("-created_at")
    return {"alarms": list(rows[:_MOST_ALARMS])}


def _line(circuit: ProviderCircuit) -> Line:
    is_open = circuit.state != CircuitState.CLOSED
    return Line(
        pk=circuit.pk,
        account=str(circuit.account),
        state=str(CircuitState(circuit.state).label),
        reason=str(CircuitReason(circuit.reason).label),
        code=circuit.provider_error_code if is_open else "",
        words=circuit.error_message,
        since=circuit.changed_at,
        next_trial=circuit.probe_at if is_open else None,
        is_open=is_open,
    )


def find_circuit(org: Organization, pk: UUID) -> ProviderCircuit:
    """Return the organization's breaker. Raises Http404, for another organization's as well."""
    circuit = ProviderCircuit.objects.for_org(org).filter(pk=pk).first()
    if circuit is None:
        raise Http404
    return circuit


@org_page(Right.ADMINISTER, find=find_circuit)
@require_POST
def close_circuit(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Put the account into use again."""
    if circuits.close(find_circuit(request.org, pk), actor=request.user):
        messages.success(request, gettext("This account is used again from now on."))
    return redirect("sms:health")
