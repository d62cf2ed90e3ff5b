"""Gathers what the pages of a contact show. One query for each kind of thing, however many rows there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from contactcenter.core import attributes, contact_search, facts, timeline
from contactcenter.core.models import Contact, ContactAttribute, Delivery, Label, Organization
from contactcenter.core.phone import pretty
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest
from contactcenter.web.contacts.forms import LANGUAGES

_LANGUAGE_NAMES = dict(LANGUAGES)
_TIMELINE_PAGE = 30


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A number as people of its country write it, and what the providers say of it, when that is bad."""

    pk: UUID
    shown: str
    warning: str


@dataclass(frozen=True, slots=True)
class Card:
    """A contact as its page and the panel show it."""

    pk: UUID
    name: str
    initial: str
    numbers: list[NumberLine]
    details: list[tuple[str, str]]
    labels: list[Label]


def find_contact(org: Organization, pk: UUID) -> Contact:
    """Return the organization's contact. Raises Http404, for another organization's as well."""
    contact = contact_search.contact(org, pk)
    if contact is None:
        raise Http404
    return contact


def name_of(contact: Contact) -> str:
    """Return the name, or the first number, or the e-mail address, where there is no name."""
    first = next((pretty(number.address) for number in contact.numbers.all()), "")
    return contact.name or first or contact.email or gettext("Unnamed contact")


def card_of(contact: Contact, own: list[ContactAttribute]) -> Card:
    """Return what is shown of a contact; `own` are the organization's own fields."""
    name = name_of(contact)
    return Card(
        pk=contact.pk,
        name=name,
        initial=next((char for char in name if char.isalnum()), "#").upper(),
        numbers=[
            NumberLine(
                number.pk,
                pretty(number.address),
                str(number.get_delivery_state_display()) if number.delivery_state != Delivery.OK else "",
            )
            for number in contact.numbers.all()
        ],
        details=[(title, value) for title, value in _details(contact, own) if value],
        labels=[row.label for row in contact.labels.all()],
    )


def _details(contact: Contact, own: list[ContactAttribute]) -> list[tuple[str, str]]:
    return [
        (gettext("E-mail address"), contact.email),
        (gettext("Language"), _LANGUAGE_NAMES.get(contact.language, contact.language)),
        (gettext("Time zone"), contact.time_zone.replace("_", " ")),
        *((one.name, str(contact.attributes.get(one.key, ""))) for one in own),
    ]


def contact_context(request: OrgRequest, contact: Contact, **more: Any) -> dict[str, Any]:
    """Return what the page of one contact shows; `?before=` pages its timeline."""
    before = _moment(request.GET.get("before", ""))
    entries = timeline.of_contact(request.org, contact.pk, before=before, limit=_TIMELINE_PAGE)
    return {
        **panel_context(request, contact),
        "entries": entries,
        "earlier": entries[-1].at.isoformat() if len(entries) == _TIMELINE_PAGE else "",
        "may_move": request.user.has_right(Right.MOVE_CONTACTS),
        **more,
    }


def panel_context(request: OrgRequest, contact: Contact) -> dict[str, Any]:
    """Return the essentials, for the panel beside a conversation."""
    return {
        "card": card_of(contact, attributes.definitions(request.org)),
        "facts": facts.of_contact(request.org, contact.pk),
        "notes": contact_search.notes(request.org, contact.pk),
        "may_edit": request.user.has_right(Right.EDIT_CONTACTS),
    }


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
