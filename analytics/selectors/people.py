"""Figures about people: who handled how many calls, and who is there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from agents.enums import AgentStatus
from analytics.enums import Dimension, Presence, Subject
from analytics.metric import words
from analytics.selectors import report
from analytics.selectors.report import Span
from analytics.values import Values
from calls.enums import ACTIVE
from contactcenter.core import statements
from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Role

# At work, whatever they are doing there; whether they talk right now stands beside it.
_PRESENCE: dict[str | None, Presence] = {
    AgentStatus.AVAILABLE: Presence.AVAILABLE,
    AgentStatus.BUSY: Presence.AVAILABLE,
    AgentStatus.WRAP_UP: Presence.AVAILABLE,
    AgentStatus.BREAK: Presence.BREAK,
    AgentStatus.TRAINING: Presence.BREAK,
    AgentStatus.OFFLINE: Presence.OFFLINE,
    None: Presence.OFFLINE,
}
_NAMED = ("id", "email", "first_name", "last_name")


@dataclass(frozen=True, slots=True)
class Handled:
    """The calls that one user handled."""

    user_id: UUID
    name: str
    figures: Values


@dataclass(frozen=True, slots=True)
class Member:
    """One person who works in the organization; `updated_at` is the last change of account or profile."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    role: str
    department: str
    phone_extension: str
    presence: Presence
    is_on_call: bool
    updated_at: datetime
    last_login_at: datetime | None


def ranking(org: Organization, span: Span, *, only: UUID | None) -> list[tuple[UUID, Values]]:
    """Return (user id, figures) of everybody who has a call of this time, most calls first."""
    found = report.by_key(org, span, Subject.CALLS, Dimension.AGENT, only=only)
    return sorted(found.items(), key=lambda pair: (-pair[1].count("total"), pair[0]))


def agents(org: Organization, span: Span, *, only: UUID | None) -> list[Handled]:
    """Return every agent, also those without a call, and whoever else has one; most calls first."""
    found = dict(ranking(org, span, only=only))
    wanted = Q(agent__isnull=False, is_active=True) | Q(pk__in=list(found))
    people = {row["id"]: row for row in _users(org, only=only).filter(wanted).values(*_NAMED)}
    handled = [Handled(pk, _name(row), found.get(pk, Values(Subject.CALLS))) for pk, row in people.items()]
    return sorted(handled, key=lambda one: (-one.figures.count("total"), one.name.casefold(), one.user_id))


def members(org: Organization, *, only: UUID | None) -> list[Member]:
    """Return who works in the organization, by name, in one plain statement."""
    whose = " AND u.id = %(only)s" if only is not None else ""
    sql = f"""
    SELECT u.id, u.email, u.first_name, u.last_name, u.role, u.department, u.phone_extension,
        greatest(u.updated_at, a.updated_at) AS updated_at, u.last_login AS last_login_at, a.status,
        EXISTS (
            SELECT FROM calls_call AS c
            WHERE c.organization_id = %(org)s AND c.deleted_at IS NULL AND c.status IN ({words(*ACTIVE)})
                AND c.agent_id = u.id
        ) AS is_on_call
    FROM core_user AS u LEFT JOIN agents_agent AS a ON a.user_id = u.id
    WHERE u.organization_id = %(org)s AND u.is_active AND NOT u.is_superuser AND u.role <> '{Role.CUSTOMER}'{whose}
    ORDER BY u.first_name, u.last_name, u.email
    """  # noqa: S608 - every part is ours.
    found = statements.answer(sql, {"org": org.pk, "only": only})
    return [
        Member(user_id, email, first, last, role, department, extension, _PRESENCE[status], on_call, updated, seen)
        for user_id, email, first, last, role, department, extension, updated, seen, status, on_call in found
    ]


def _users(org: Organization, *, only: UUID | None) -> "QuerySet[User]":
    rows = User.objects.filter(organization=org)
    return rows if only is None else rows.filter(pk=only)


def _name(row: dict[str, str]) -> str:
    return f"{row['first_name']} {row['last_name']}".strip() or row["email"]
