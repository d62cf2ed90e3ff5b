"""Figures about people: who handled how many calls, and who is there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from agents.enums import AgentStatus
from analytics.enums import Dimension, Presence, Subject
from analytics.selectors import report
from analytics.selectors.report import Span
from analytics.selectors.rows import calls
from analytics.values import Values
from calls.enums import ACTIVE
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person who works in the organization; `updated_at` is the last change of account or profile."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    role: str
    presence: Presence
    department: str
    phone_extension: str
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
    """Return who works in the organization, by name, in one query."""
    on_call = calls(org, only=only).filter(status__in=ACTIVE, agent_id=OuterRef("pk")).order_by()
    people = _users(org, only=only).filter(is_active=True, is_superuser=False).exclude(role=Role.CUSTOMER)
    rows = people.order_by("first_name", "last_name", "email").values(
        *_NAMED,
        "role",
        "department",
        "phone_extension",
        "updated_at",
        last_login_at=F("last_login"),
        status=F("agent__status"),
        profile_updated_at=F("agent__updated_at"),
        is_on_call=Exists(on_call),
    )
    return [_member(row) for row in rows]


def _users(org: Organization, *, only: UUID | None) -> "QuerySet[User]":
    rows = User.objects.filter(organization=org)
    return rows if only is None else rows.filter(pk=only)


def _member(row: dict[str, object]) -> Member:
    values: dict[str, object] = dict(row)
    status, profile_at = values.pop("status"), values.pop("profile_updated_at")
    values["updated_at"] = max(filter(None, (values["updated_at"], profile_at)))  # type: ignore[type-var]
    return Member(**values, presence=_PRESENCE[status])  # type: ignore[arg-type,index]


def _name(row: dict[str, str]) -> str:
    return f"{row['first_name']} {row['last_name']}".strip() or row["email"]
