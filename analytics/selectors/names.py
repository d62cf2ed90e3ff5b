"""The names of those that figures and rows are about."""

from uuid import UUID

from django.db.models import QuerySet

from calls.models import Campaign
from contactcenter.core.models import Organization, PhoneNumber, User
from contactcenter.core.phone import pretty
from contactcenter.core.statements import Row
from contactcenter.core.written_once import written_once


def people(org: Organization, *, only: UUID | None = None) -> dict[UUID, str]:
    """Return the names of everybody who is or was in the organization, in one query."""
    found = _people(org.pk) if only is None else _person(org.pk, only)
    return {pk: full_name(*names) for pk, *names in found}


@written_once
def _people(org_id: UUID) -> "QuerySet[User, Row]":
    return User.objects.filter(organization_id=org_id).values_list("pk", "first_name", "last_name", "email")


@written_once
def _person(org_id: UUID, only: UUID) -> "QuerySet[User, Row]":
    rows = User.objects.filter(organization_id=org_id, pk=only)
    return rows.values_list("pk", "first_name", "last_name", "email")


def full_name(first: str, last: str, email: str) -> str:
    """Return a person's name as `User.get_full_name` writes it."""
    return f"{first} {last}".strip() or email


def campaigns(org: Organization) -> dict[UUID, str]:
    """Return the names of the organization's campaigns, in one query."""
    return dict(_campaigns(org.pk))


@written_once
def _campaigns(org_id: UUID) -> "QuerySet[Campaign, tuple[UUID, str]]":
    return Campaign.objects.for_org(org_id).values_list("pk", "name")


def numbers(org: Organization) -> dict[UUID, str]:
    """Return the organization's numbers as people read them, in one query."""
    return {pk: pretty(address) for pk, address in PhoneNumber.objects.for_org(org).values_list("pk", "address")}
