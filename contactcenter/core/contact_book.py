"""Writes about contacts: one use case, one transaction, named errors."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from contactcenter.core import events, merging
from contactcenter.core.models import (
    AddressKind,
    Contact,
    ContactLabel,
    ContactNote,
    ContactNumber,
    Label,
    Organization,
    User,
)
from contactcenter.core.phone import InvalidNumber, is_possible, to_e164

MOST_NOTE_CHARACTERS = 4000
MOST_NUMBERS = 20


class NumberTaken(Exception):
    """Another contact has the number: `contact_id`."""

    def __init__(self, contact_id: UUID) -> None:
        super().__init__("another contact has the number")
        self.contact_id = contact_id


class NumberInUse(Exception):
    """There are conversations or calls with the number: it stays with its contact."""


class ContactInUse(Exception):
    """There are conversations or calls with the contact: it cannot be deleted."""


class TooManyNumbers(Exception):
    """The contact has as many numbers as one may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactData:
    """What people write down about a contact. Values of own fields are as `attributes.read_value` gives them."""

    name: str = ""
    email: str = ""
    language: str = ""
    time_zone: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    label_ids: frozenset[UUID] = frozenset()


def read_number(org: Organization, typed: str) -> str:
    """Return the number in E.164. Raises InvalidNumber, also for one that its country cannot give out."""
    address = to_e164(typed, country=org.default_country)
    if not is_possible(address):
        raise InvalidNumber("not a number that its country gives out")
    return address


@transaction.atomic
def create(*, org: Organization, actor: User, data: ContactData, number: str = "") -> Contact:
    """Make a contact. Raises InvalidNumber, NumberTaken."""
    contact = Contact(organization=org)
    _write(contact, data)
    contact.save(force_insert=True)
    _set_labels(org, contact, data.label_ids)
    if number:
        _attach(org, contact, read_number(org, number))
    events.audit(org_id=org.pk, actor=actor, action="contact.added", target=contact)
    return contact


@transaction.atomic
def change(*, org: Organization, actor: User, contact: Contact, data: ContactData) -> None:
    """Write down what is known now; own fields that `data` does not name stay as they are."""
    locked = Contact.objects.for_org(org).select_for_update().get(pk=contact.pk)
    before = {name: getattr(locked, name) for name in (*merging.PLAIN_FIELDS, "attributes")}
    _write(locked, data)
    locked.save()
    _set_labels(org, locked, data.label_ids)
    fields = sorted(name for name, value in before.items() if getattr(locked, name) != value)
    events.audit(org_id=org.pk, actor=actor, action="contact.changed", target=locked, detail={"fields": fields})


@transaction.atomic
def add_number(*, org: Organization, actor: User, contact: Contact, typed: str) -> ContactNumber:
    """Add a number; one that the contact has already is returned.

    Raises InvalidNumber, NumberTaken, TooManyNumbers.
    """
    address = read_number(org, typed)
    if ContactNumber.objects.for_org(org).filter(contact=contact).count() >= MOST_NUMBERS:
        raise TooManyNumbers
    number = _attach(org, contact, address)
    events.audit(org_id=org.pk, actor=actor, action="contact.number_added", target=contact)
    return number


@transaction.atomic
def remove_number(*, org: Organization, actor: User, contact: Contact, number_id: UUID) -> None:
    """Take a number from a contact; one that is gone already is fine. Raises NumberInUse."""
    number = ContactNumber.objects.for_org(org).filter(contact=contact, pk=number_id).first()
    if number is None:
        return
    if merging.is_used(org, number.address):
        raise NumberInUse
    number.delete()
    events.audit(org_id=org.pk, actor=actor, action="contact.number_removed", target=contact)


@transaction.atomic
def add_note(*, org: Organization, actor: User, contact: Contact, body: str) -> ContactNote | None:
    """Keep a note; None when nothing was written. Longer than `MOST_NOTE_CHARACTERS` is cut off."""
    text = body.replace("\x00", "").strip()[:MOST_NOTE_CHARACTERS]
    if not text:
        return None
    return ContactNote.objects.for_org(org).create(organization=org, contact=contact, author=actor, body=text)


def delete(*, org: Organization, actor: User, contact: Contact) -> None:
    """Delete a contact with its notes and numbers. Raises ContactInUse."""
    numbers = ContactNumber.objects.for_org(org).filter(contact=contact)
    if any(merging.is_used(org, number.address) for number in numbers):
        raise ContactInUse
    try:
        with transaction.atomic():
            events.audit(org_id=org.pk, actor=actor, action="contact.deleted", target=contact)
            contact.delete()
    except (ProtectedError, IntegrityError) as error:
        raise ContactInUse from error


def _write(contact: Contact, data: ContactData) -> None:
    for name in merging.PLAIN_FIELDS:
        setattr(contact, name, getattr(data, name))
    merged = {**contact.attributes, **data.attributes}
    contact.attributes = {key: value for key, value in merged.items() if value}


def _attach(org: Organization, contact: Contact, address: str) -> ContactNumber:
    number, _is_new = ContactNumber.objects.for_org(org).get_or_create(
        organization=org, address=address, defaults={"contact": contact, "kind": AddressKind.PHONE}
    )
    if number.contact_id != contact.pk:
        raise NumberTaken(number.contact_id)
    return number


def _set_labels(org: Organization, contact: Contact, wanted: frozenset[UUID]) -> None:
    rows = ContactLabel.objects.for_org(org).filter(contact=contact)
    rows.exclude(label_id__in=wanted).delete()
    there = set(rows.values_list("label_id", flat=True))
    own = Label.objects.for_org(org).filter(pk__in=wanted - there).values_list("pk", flat=True)
    new = [ContactLabel(organization=org, contact=contact, label_id=pk) for pk in own]
    ContactLabel.objects.for_org(org).bulk_create(new, ignore_conflicts=True)
