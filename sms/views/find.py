"""Conversations for the command palette, by name or digits. POST, because no address may hold a phone number."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from contactcenter.core.phone import pretty
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import searching
from sms.views.inbox import private

_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One conversation that fits."""

    pk: UUID
    url: str
    name: str
    initial: str


@org_page(Right.READ_SMS)
@require_POST
@private
def find(request: OrgRequest) -> HttpResponse:
    """Show the newest conversations that fit `q`; none for less than two characters."""
    wanted = request.POST.get("q", "").replace("\x00", "").strip()[:80]
    found = (
        searching.search(request.org, wanted, reader=request.user.pk).conversations if len(wanted) >= _SHORTEST else []
    )
    names = [(line.id, line.name or pretty(line.address)) for line in found]
    lines = [FoundLine(pk, reverse("sms:conversation", kwargs={"pk": pk}), name, name[0].upper()) for pk, name in names]
    return render(request, "sms/find.html", {"lines": lines})
