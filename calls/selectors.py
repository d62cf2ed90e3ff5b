"""Reads of calls. The organization comes first, always."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from agents.models import Agent
from calls.models import Call, CallRecording, Campaign
from contactcenter.core.models import AddressKind, Contact, Organization, PhoneNumber, Provider, User
from contactcenter.core.roles import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet


def calls(org: Organization) -> "QuerySet[Call]":
    """Return the organization's calls that were not deleted, newest first."""
    return Call.objects.for_org(org).filter(deleted_at__isnull=True).order_by("-started_at", "-id")


def call(org: Organization, pk: UUID) -> Call | None:
    """Return one call of the organization."""
    return calls(org).filter(pk=pk).first()


def searched(rows: "QuerySet[Call]", text: str) -> "QuerySet[Call]":
    """Return the calls in whose numbers, contact's name, disposition or notes the text stands."""
    digits = "".join(char for char in text if char.isdigit())
    wanted = Q(contact__name__icontains=text) | Q(disposition__icontains=text) | Q(notes__icontains=text)
    if len(digits) >= 3:
        wanted |= Q(from_number__contains=digits) | Q(to_number__contains=digits)
    return rows.filter(wanted)


def lines(org: Organization) -> "QuerySet[PhoneNumber]":
    """Return the numbers that calls can be made from, the default sender first."""
    usable = Q(account__provider=Provider.TWILIO) | ~Q(account__connection_id="")
    return (
        PhoneNumber.objects.for_org(org)
        .filter(usable, kind=AddressKind.PHONE, is_active=True, account__is_active=True)
        .select_related("account")
        .order_by("-is_default", "created_at", "id")
    )


def member(org: Organization, pk: UUID) -> User | None:
    """Return a person of the organization who may hold or watch over calls."""
    people = User.objects.filter(organization=org, is_active=True).exclude(role=Role.CUSTOMER)
    return people.filter(pk=pk).first()


def is_agent(org: Organization, user: User) -> bool:
    """Whether the person has an agent's profile."""
    return Agent.objects.for_org(org).filter(user=user).exists()


def campaign(org: Organization, pk: UUID) -> Campaign | None:
    """Return one campaign of the organization."""
    return Campaign.objects.for_org(org).filter(pk=pk).first()


def contact(org: Organization, pk: UUID) -> Contact | None:
    """Return one contact of the organization."""
    return Contact.objects.for_org(org).filter(pk=pk).first()


def contact_of(org: Organization, number: str) -> Contact | None:
    """Return the contact that a number belongs to, if there is one."""
    return Contact.objects.for_org(org).filter(numbers__address=number).first()


def recording(org: Organization, call_id: UUID) -> CallRecording | None:
    """Return the recording of a call that was copied to us."""
    found: Any = call(org, call_id)
    if found is None or found.recording_id is None:
        return None
    return CallRecording.objects.for_org(org).filter(pk=found.recording_id).first()
