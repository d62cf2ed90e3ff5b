"""Reads of contacts. The organization comes first, always; lists are paged by key."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Reverse
from django.utils.translation import gettext

from contactcenter.core import attributes, spreadsheets
from contactcenter.core.models import Contact, ContactLabel, ContactNote, ContactNumber, Label, Organization
from contactcenter.core.timeline import Entry

PAGE = 50
_MOST_NOTES = 100
_CHUNK = 500
# Fewer last digits than that would find half of all numbers.
_FEWEST_DIGITS = 3
_COLUMNS = ("name", "numbers", "email", "language", "time_zone", "labels", "created_at")


@dataclass(frozen=True, slots=True)
class Page:
    """Some contacts, newest first, with numbers and labels at hand, and whether there are more behind the last."""

    rows: list[Contact]
    has_more: bool


def contact(org: Organization, pk: UUID) -> Contact | None:
    """Return one contact of the organization with numbers and labels, or None."""
    return _with_rows(org, Contact.objects.for_org(org).filter(pk=pk)).first()


def found(org: Organization, *, search: str = "", label: UUID | None = None) -> QuerySet[Contact]:
    """Return the contacts in whose name or e-mail address the words stand, or whose numbers end with the digits."""
    rows = Contact.objects.for_org(org)
    if label is not None:
        with_it = ContactLabel.objects.for_org(org).filter(label_id=label)
        rows = rows.filter(pk__in=with_it.values("contact"))
    if search:
        wanted = Q(name__icontains=search) | Q(email__icontains=search)
        digits = "".join(char for char in search if char in "0123456789")
        if len(digits) >= _FEWEST_DIGITS:
            numbers = ContactNumber.objects.for_org(org).annotate(backwards=Reverse("address"))
            wanted |= Q(pk__in=numbers.filter(backwards__startswith=digits[::-1]).values("contact"))
        rows = rows.filter(wanted)
    return rows.order_by("-id")


def page(org: Organization, *, search: str = "", label: UUID | None = None, before: UUID | None = None) -> Page:
    """Return one page; `before` is the id of the last contact that is already shown."""
    rows = found(org, search=search, label=label)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    listed = list(_with_rows(org, rows)[: PAGE + 1])
    return Page(listed[:PAGE], len(listed) > PAGE)


def labels(org: Organization) -> list[Label]:
    """Return the organization's labels in alphabetical order."""
    return list(Label.objects.for_org(org).order_by("name"))


def notes(org: Organization, contact_id: UUID) -> list[ContactNote]:
    """Return the newest notes about a contact, with their authors."""
    rows = ContactNote.objects.for_org(org).filter(contact=contact_id).select_related("author")
    return list(rows.order_by("-created_at", "-id")[:_MOST_NOTES])


def entries(org: Organization, contact_id: UUID, before: datetime | None, limit: int) -> list[Entry]:
    """Return the newest notes about a contact as lines of its history."""
    rows = ContactNote.objects.for_org(org).filter(contact=contact_id).select_related("author")
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    listed = rows.order_by("-created_at", "-id")[:limit]
    return [
        Entry(row.created_at, "sticky-note", gettext("Note written"), row.author.get_full_name() if row.author else "")
        for row in listed
    ]


def csv_lines(org: Organization, rows: QuerySet[Contact]) -> Iterator[str]:
    """Return contacts as the lines of a file, header first; it is read as it is sent."""
    own = attributes.definitions(org)
    columns = (*_COLUMNS, *(attribute.key for attribute in own))
    keys = [attribute.key for attribute in own]
    contacts = _with_rows(org, rows).iterator(chunk_size=_CHUNK)
    return spreadsheets.lines(columns, (_cells(row, keys) for row in contacts))


def _cells(row: Contact, keys: list[str]) -> list[str]:
    return [
        row.name,
        ", ".join(spreadsheets.phone_cell(number.address) for number in row.numbers.all()),
        row.email,
        row.language,
        row.time_zone,
        ", ".join(on_it.label.name for on_it in row.labels.all()),
        row.created_at.isoformat(timespec="seconds"),
        *(str(row.attributes.get(key, "")) for key in keys),
    ]


def _with_rows(org: Organization, rows: QuerySet[Contact]) -> QuerySet[Contact]:
    return rows.prefetch_related(
        Prefetch("numbers", queryset=ContactNumber.objects.for_org(org).order_by("id")),
        Prefetch("labels", queryset=ContactLabel.objects.for_org(org).select_related("label").order_by("label__name")),
    )
