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
    return {pk: full_name(*names) for pk, *names in found}


def full_name(first: str, last: str, email: str) -> str:
    """Return a person's name as `User.get_full_name` writes it."""
    return f"{first} {last}".strip() or email


def campaigns(org: Organization) -> dict[UUID, str]:
    """Return the names of the organization's campaigns, in one query."""
    return dict(Campaign.objects.for_org(org).values_list("pk", "name"))


def numbers(org: Organization) -> dict[UUID, str]:
    """Return the organization's numbers as people read them, in one query."""
    return {pk: pretty(address) for pk, address in PhoneNumber.objects.for_org(org).values_list("pk", "address")}
