"""Finding, or beginning, the contact that a number belongs to."""

from typing import Any

from contactcenter.core.models import AddressKind, Contact, ContactNumber
from contactcenter.core.phone import address_kind


def contact_for(*, org_id: Any, address: str) -> Contact:
    """Return the contact with this address, or a new one without a name."""
    number = ContactNumber.all_orgs.filter(organization_id=org_id, address=address).select_related("contact").first()
    if number is not None:
        return number.contact
    contact = Contact.all_orgs.create(organization_id=org_id)
    number, created = ContactNumber.all_orgs.get_or_create(
        organization_id=org_id,
        address=address,
        defaults={"contact": contact, "kind": address_kind(address) or AddressKind.ALPHANUMERIC},
    )
    if not created:  # Another worker was first: its contact is the one.
        contact.delete()
    return number.contact
