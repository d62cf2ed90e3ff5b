"""The names of those that figures and rows are about."""

from uuid import UUID

from calls.models import Campaign
from contactcenter.core.models import Organization, User


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
