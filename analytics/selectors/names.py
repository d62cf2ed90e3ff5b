"""The names of those that figures and rows are about."""

from uuid import UUID

from calls.models import Campaign
from contactcenter.core.models import Organization, PhoneNumber, User
from contactcenter.core.phone import pretty


def people(org: Organization, *, only: UUID | None = None) -> dict[UUID, str]:
    """Return the names of everybody who is or was in the organization, in one query."""
    rows = User.objects.filter(organization=org)
    if only is not None:
        rows = rows.filter(pk=only)
    found = rows.values_list("pk", "first_name", "last_name", "email")
    return {pk: f"{first} {last}".strip() or email for pk, first, last, email in found}


def campaigns(org: Organization) -> dict[UUID, str]:
    """Return the names of the organization's campaigns, in one query."""
    return dict(Campaign.objects.for_org(org).values_list("pk", "name"))


def numbers(org: Organization) -> dict[UUID, str]:
    """Return the organization's numbers as people read them, in one query."""
    return {pk: pretty(address) for pk, address in PhoneNumber.objects.for_org(org).values_list("pk", "address")}
