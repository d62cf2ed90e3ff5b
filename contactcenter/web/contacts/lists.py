"""The list of contacts, and the same contacts as a file."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from contactcenter.core import contact_search, events
from contactcenter.core.models import Contact, Label
from contactcenter.core.phone import pretty
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.contacts.forms import read_uuid
from contactcenter.web.contacts.page import name_of

TEMPLATE = "contacts/list.html"
# The parts that htmx asks for, by the element that they replace.
_PARTS = {"contact-rows": "found", "more-contacts": "more"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    url: str
    name: str
    initial: str
    line: str
    labels: list[Label]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What part of the list is asked for. The search comes in a form: no address may hold a phone number."""

    search: str
    label: UUID | None
    before: UUID | None

    @classmethod
    def of(cls, request: OrgRequest) -> "Wanted":
        """Read it; nonsense is read as nothing."""
        return cls(
            search=request.POST.get("q", "").replace("\x00", "").strip()[:80],
            label=read_uuid(request.GET.get("label")),
            before=read_uuid(request.GET.get("before")),
        )

    def url(self, before: UUID | None = None) -> str:
        """Return the address of the list with this label, or of what follows behind a contact."""
        pairs = {"label": self.label, "before": before}
        query = urlencode({name: value.hex for name, value in pairs.items() if value})
        return reverse("contacts:list") + (f"?{query}" if query else "")


@org_page(Right.READ_CONTACTS)
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
@never_cache
def contacts(request: OrgRequest) -> HttpResponse:
    """Show the list. POST only reads as well: it brings a search past the address."""
    wanted = Wanted.of(request)
    page = contact_search.page(request.org, search=wanted.search, label=wanted.label, before=wanted.before)
    context = {
        "wanted": wanted,
        "url": wanted.url(),
        "rows": [_row(contact) for contact in page.rows],
        "next_url": wanted.url(page.rows[-1].pk) if page.has_more else "",
        "may_move": request.user.has_right(Right.MOVE_CONTACTS),
    }
    part = _PARTS.get(request.htmx.target or "", "") if request.htmx else ""
    if part:
        return render(request, f"{TEMPLATE}#{part}", context)
    context["labels"] = contact_search.labels(request.org)
    context["may_edit"] = request.user.has_right(Right.EDIT_CONTACTS)
    return render(request, TEMPLATE, context)


@org_page(Right.MOVE_CONTACTS)
@require_POST
@never_cache
def export(request: OrgRequest) -> HttpResponseBase:
    """Send the contacts that the list shows, or all of them, as CSV."""
    wanted = Wanted.of(request)
    rows = contact_search.found(request.org, search=wanted.search, label=wanted.label)
    events.audit(org_id=request.org.pk, actor=request.user, action="contacts.exported", target=request.org)
    answer = StreamingHttpResponse(contact_search.csv_lines(request.org, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="contacts-{timezone.localdate():%Y-%m-%d}.csv"'
    return answer


def _row(contact: Contact) -> Row:
    name = name_of(contact)
    numbers = [pretty(number.address) for number in contact.numbers.all()]
    told = [*numbers, contact.email] if contact.name else [*numbers[1:], contact.email]
    return Row(
        url=reverse("contacts:contact", kwargs={"pk": contact.pk}),
        name=name,
        initial=next((char for char in name if char.isalnum()), "#").upper(),
        line=" · ".join(part for part in told if part and part != name),
        labels=[row.label for row in contact.labels.all()],
    )
