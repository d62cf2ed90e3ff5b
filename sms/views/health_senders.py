"""The panel of the page of sending about our numbers: how well they deliver, which of them rest, and until when."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from contactcenter.core.models import Organization, PhoneNumber
from contactcenter.core.phone import pretty
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import sender_health
from sms.models import SenderPause
from sms.sender_health import DAY, HOUR, Figures


def senders(org: Organization) -> dict[str, Any]:
    """Return every active number with its figures of the last hour and day, and its pause."""
    hour, day = sender_health.of(org, window=HOUR), sender_health.of(org, window=DAY)
    pauses = sender_health.current_pauses(org)
    numbers = PhoneNumber.objects.for_org(org).filter(is_active=True).order_by("-is_default", "label", "address")
    return {"rows": [_row(number, hour, day, pauses.get(number.pk)) for number in numbers]}


def _row(
    number: PhoneNumber, hour: dict[UUID, Figures], day: dict[UUID, Figures], pause: SenderPause | None
) -> dict[str, Any]:
    return {
        "address": pretty(number.address),
        "label": number.label,
        "windows": [_shown(found.get(number.pk, Figures())) for found in (hour, day)],
        "pause": pause,
        "since": timezone.localtime(pause.began_at) if pause else None,
        "until": timezone.localtime(pause.until) if pause else None,
    }


def _shown(figures: Figures) -> dict[str, Any]:
    return {
        "texts": figures.texts,
        "arrived": figures.percent(figures.arrived),
        "failed": figures.percent(figures.failed),
        "blamed": figures.percent(figures.failures),
    }


def find_pause(org: Organization, pk: UUID) -> SenderPause:
    """Return the organization's pause. Raises Http404, for another organization's as well."""
    pause = SenderPause.objects.for_org(org).filter(pk=pk).first()
    if pause is None:
        raise Http404
    return pause


@org_page(Right.ADMINISTER, find=find_pause)
@require_POST
def resume(request: OrgRequest, pk: UUID) -> HttpResponse:
    """End a pause, and show the page again: also when it was over already."""
    sender_health.resume(find_pause(request.org, pk), actor=request.user)
    return redirect("sms:health")
