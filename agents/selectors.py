"""Reads of the agents' room. The organization comes first."""

from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from agents.enums import AgentStatus
from agents.models import Agent, StatusReason, Team
from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Role
from contactcenter.core.written_once import written_once

FIELDS = (
    "id",
    "user_id",
    "user__is_active",
    "status",
    "max_capacity",
    "current_load",
    "skills",
    "language",
    "metadata",
    "created_at",
    "updated_at",
)
Row = dict[str, Any]


def agents(org: Organization, *, status: str | None = None) -> "QuerySet[Agent]":
    """Return the organization's profiles in the order in which they were made, which never changes."""
    rows = Agent.objects.for_org(org)
    return (rows.filter(status=status) if status else rows).order_by("id")


def available(org: Organization) -> "QuerySet[Agent]":
    """Return who can take one more call now. Whoever's account was closed cannot, whatever their status says."""
    rows = Agent.objects.for_org(org).filter(status=AgentStatus.AVAILABLE, current_load__lt=F("max_capacity"))
    return rows.filter(user__is_active=True)


def agent(org: Organization, pk: UUID) -> Agent | None:
    """Return one profile of the organization, or None."""
    return Agent.objects.for_org(org).filter(pk=pk).first()


def agent_of(org: Organization, user_id: UUID) -> Agent | None:
    """Return the profile of one of the organization's users, or None."""
    return next(iter(_agent_of(org.pk, user_id)), None)


@written_once
def _agent_of(org_id: UUID, user_id: UUID) -> "QuerySet[Agent]":
    return Agent.objects.for_org(org_id).select_related("status_by").filter(user_id=user_id)


def agent_row(org: Organization, pk: UUID) -> Row:
    """Return one profile as a row of FIELDS. Raises Agent.DoesNotExist."""
    row: Row = Agent.objects.for_org(org).values(*FIELDS).get(pk=pk)
    return row


def colleague(org: Organization, user_id: UUID) -> User | None:
    """Return the user if they work in the organization: active, and no customer."""
    return colleagues(org).filter(pk=user_id).first()


def colleagues(org: Organization) -> "QuerySet[User]":
    """Return who works in the organization, by name: every active user but customers."""
    people = User.objects.filter(organization=org, is_active=True).exclude(role=Role.CUSTOMER)
    return people.order_by("first_name", "last_name", "email")


def teams(org: Organization) -> "QuerySet[Team]":
    """Return the organization's teams by name."""
    return Team.objects.for_org(org).order_by("name", "id")


def status_reasons(org: Organization) -> list[str]:
    """Return the reasons that the organization offers for a status, by name."""
    return _status_reasons(org.pk)


@written_once
def _status_reasons(org_id: UUID) -> "QuerySet[StatusReason, str]":
    return StatusReason.objects.for_org(org_id).order_by("name").values_list("name", flat=True)
