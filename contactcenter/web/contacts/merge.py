"""Making one contact of two: choosing the other one, then which values stay."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contactcenter.core import attributes, contact_search, merging
from contactcenter.core.models import Contact, ContactAttribute
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from contactcenter.web.contacts.forms import read_uuid
from contactcenter.web.contacts.page import card_of, find_contact, name_of

TEMPLATE = "contacts/merge.html"


@dataclass(frozen=True, slots=True)
class Choice:
    """A field about which the two say different things."""

    field: str
    title: str
    kept: str
    other: str


@org_page(Right.MOVE_CONTACTS, find=find_contact)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def merge(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Look for the other contact (POST only brings the search), or compare with the one of `?with=`."""
    kept = find_contact(request.org, pk)
    own = attributes.definitions(request.org)
    context: dict[str, Any] = {"kept": card_of(kept, own)}
    if (other_id := read_uuid(request.GET.get("with"))) is not None and other_id != pk:
        other = find_contact(request.org, other_id)
        context |= {"other": card_of(other, own), "choices": _choices(kept, other, own)}
    elif search := request.POST.get("q", "").replace("\x00", "").strip()[:80]:
        page = contact_search.page(request.org, search=search)
        context |= {"search": search, "found": [card_of(row, own) for row in page.rows if row.pk != pk][:20]}
    return render(request, TEMPLATE, context)


@org_page(Right.MOVE_CONTACTS, find=find_contact)
@require_POST
def confirm(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Merge the two."""
    kept, other_id = find_contact(request.org, pk), read_uuid(request.POST.get("other"))
    if other_id is None:
        return redirect("contacts:merge", pk=pk)
    take = frozenset(field for field, whose in request.POST.items() if whose == "other" and field != "other")
    try:
        merged = merging.merge(org=request.org, actor=request.user, kept_id=kept.pk, gone_id=other_id, take=take)
    except merging.NotTwoContacts as error:
        raise Http404 from error
    name = merged.name or name_of(find_contact(request.org, pk))
    messages.success(request, gettext("Both are one contact now: %(name)s.") % {"name": name})
    return redirect("contacts:contact", pk=pk)


def _choices(kept: Contact, other: Contact, own: list[ContactAttribute]) -> list[Choice]:
    titles = {
        "name": pgettext("person", "Name"),
        "email": gettext("E-mail address"),
        "language": gettext("Language"),
        "time_zone": gettext("Time zone"),
    }
    rows = [Choice(name, titles[name], getattr(kept, name), getattr(other, name)) for name in merging.PLAIN_FIELDS]
    for one in own:
        values = (str(contact.attributes.get(one.key, "")) for contact in (kept, other))
        rows.append(Choice(f"{merging.ATTRIBUTE}{one.key}", one.name, *values))
    return [row for row in rows if row.kept and row.other and row.kept != row.other]
