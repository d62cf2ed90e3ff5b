"""The contacts that the rows of one batch are about: those that are there, those that become, and what is written."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models.functions import Lower
from django.utils import timezone

from contactcenter.core.imports.rows import RowRefused, Wanted
from contactcenter.core.merging import PLAIN_FIELDS
from contactcenter.core.models import (
    AddressKind,
    Contact,
    ContactLabel,
    ContactNumber,
    Duplicates,
    Label,
    Organization,
    Refusal,
)


class Book:
    """Takes rows over in memory, and writes all of them at once."""

    def __init__(self, org: Organization, rows: Iterable[Wanted]) -> None:
        self._org = org
        listed = list(rows)
        self._by_number = self._owners({address for row in listed for address in row.numbers})
        self._by_email = self._writers({row.email.lower() for row in listed if row.email})
        self._contacts = self._locked(
            {*self._by_number.values(), *(pk for own in self._by_email.values() for pk in own)}
        )
        self._labels = {label.name.casefold(): label for label in Label.objects.for_org(org)}
        self._new: dict[UUID, Contact] = {}
        self._changed: dict[UUID, Contact] = {}
        self._new_numbers: list[ContactNumber] = []
        self._new_labels: list[Label] = []
        self._labeled: dict[tuple[UUID, UUID], None] = {}

    def take(self, row: Wanted, duplicates: Duplicates) -> str:
        """Take one row over and return the count that it belongs to. Raises RowRefused."""
        there = self._find(row)
        if there is None:
            contact = Contact(organization=self._org)
            self._new[contact.pk] = self._contacts[contact.pk] = contact
            self._fill(contact, row)
            return "created_count"
        if duplicates is Duplicates.REFUSE:
            raise RowRefused(Refusal.EXISTS)
        if duplicates is Duplicates.SKIP:
            return "skipped_count"
        if there.pk not in self._new:
            self._changed[there.pk] = there
        self._fill(there, row)
        return "updated_count"

    def write(self) -> None:
        """Write what was taken over. Raises IntegrityError when somebody else was faster with a number."""
        Contact.objects.for_org(self._org).bulk_create(self._new.values())
        now = timezone.now()
        for contact in self._changed.values():
            contact.updated_at = now
        fields = [*PLAIN_FIELDS, "attributes", "updated_at"]
        Contact.objects.for_org(self._org).bulk_update(self._changed.values(), fields, batch_size=100)
        ContactNumber.objects.for_org(self._org).bulk_create(self._new_numbers)
        Label.objects.for_org(self._org).bulk_create(self._new_labels)
        labeled = [
            ContactLabel(organization=self._org, contact_id=contact, label_id=label) for contact, label in self._labeled
        ]
        ContactLabel.objects.for_org(self._org).bulk_create(labeled, ignore_conflicts=True)

    def _owners(self, addresses: set[str]) -> dict[str, UUID]:
        rows = ContactNumber.objects.for_org(self._org).filter(address__in=addresses)
        return dict(rows.values_list("address", "contact_id"))

    def _writers(self, emails: set[str]) -> dict[str, set[UUID]]:
        rows = Contact.objects.for_org(self._org).exclude(email="").annotate(lowered=Lower("email"))
        found: dict[str, set[UUID]] = {}
        for email, pk in rows.filter(lowered__in=emails).values_list("lowered", "pk"):
            found.setdefault(email, set()).add(pk)
        return found

    def _locked(self, pks: set[UUID]) -> dict[UUID, Contact]:
        rows = Contact.objects.for_org(self._org).filter(pk__in=pks).order_by("pk").select_for_update()
        return {contact.pk: contact for contact in rows}

    def _find(self, row: Wanted) -> Contact | None:
        """A number says more than an e-mail address, which a household may share."""
        found = {self._by_number[address] for address in row.numbers if address in self._by_number}
        found = found or self._by_email.get(row.email.lower(), set()) if row.email else found
        if len(found) > 1:
            raise RowRefused(Refusal.SEVERAL)
        return next((self._contacts[pk] for pk in found if pk in self._contacts), None)

    def _fill(self, contact: Contact, row: Wanted) -> None:
        for name in PLAIN_FIELDS:
            setattr(contact, name, getattr(row, name) or getattr(contact, name))
        contact.attributes = {**contact.attributes, **row.attributes}
        for address in row.numbers:
            if address not in self._by_number:
                self._by_number[address] = contact.pk
                self._new_numbers.append(
                    ContactNumber(organization=self._org, contact=contact, address=address, kind=AddressKind.PHONE)
                )
        if row.email:
            self._by_email.setdefault(row.email.lower(), set()).add(contact.pk)
        for name in row.labels:
            self._labeled[contact.pk, self._label(name).pk] = None

    def _label(self, name: str) -> Label:
        label = self._labels.get(name.casefold())
        if label is None:
            label = self._labels[name.casefold()] = Label(organization=self._org, name=name)
            self._new_labels.append(label)
        return label
