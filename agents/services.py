"""What is done to agents' profiles: one use case, one transaction, named errors each."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from agents import moving, selectors
from agents.enums import AgentStatus, StatusSource
from agents.models import Agent
from contactcenter.core import events
from contactcenter.core.models import Organization, User


class UnknownUser(Exception):
    """The user is nobody who works in the organization."""


class AlreadyAnAgent(Exception):
    """The user has a profile."""


class UnknownAgent(Exception):
    """The organization has no such profile (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProfile:
    """What a new profile begins with."""

    user_id: UUID
    status: str = AgentStatus.OFFLINE
    max_capacity: int = 1
    skills: tuple[str, ...] = ()
    language: str = "en"
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanges:
    """What is to change in a profile; None leaves it."""

    status: str | None = None
    max_capacity: int | None = None
    skills: tuple[str, ...] | None = None
    language: str | None = None
    metadata: dict[str, Any] | None = None


def create_agent(*, org: Organization, actor: User | None, profile: NewProfile) -> Agent:
    """Make a user of the organization an agent. Raises UnknownUser, AlreadyAnAgent."""
    user = selectors.colleague(org, profile.user_id)
    if user is None:
        raise UnknownUser
    try:
        with transaction.atomic():
            agent = Agent.all_orgs.create(
                organization=org,
                user=user,
                status=profile.status,
                status_source=StatusSource.API,
                status_by=actor,
                max_capacity=profile.max_capacity,
                skills=list(profile.skills),
                language=profile.language,
                metadata=profile.metadata,
            )
            events.audit(org_id=org.pk, actor=actor, action="agent.created", target=agent)
            moving.tell(agent)
    except IntegrityError as error:
        if selectors.agent_of(org, user.pk) is not None:
            raise AlreadyAnAgent from error
        raise
    return agent


def change_agent(*, org: Organization, actor: User | None, agent_id: UUID, changes: ProfileChanges) -> None:
    """Change what is different. Raises UnknownAgent."""
    with transaction.atomic():
        agent = _locked(org, agent_id)
        wanted = {
            "max_capacity": changes.max_capacity,
            "skills": list(changes.skills) if changes.skills is not None else None,
            "language": changes.language,
            "metadata": changes.metadata,
        }
        changed = {name: value for name, value in wanted.items() if value is not None and getattr(agent, name) != value}
        if changed:
            moving.write(agent, changed)
            events.audit(
                org_id=org.pk, actor=actor, action="agent.changed", target=agent, detail={"fields": sorted(changed)}
            )
        moved = changes.status is not None and moving.move(
            agent, AgentStatus(changes.status), source=StatusSource.API, actor=actor
        )
        if changed or moved:
            moving.tell(agent)


def set_status(
    *,
    org: Organization,
    actor: User | None,
    agent_id: UUID,
    status: AgentStatus,
    reason: str | None = None,
    source: StatusSource | None = None,
) -> None:
    """Say what an agent does now; to say it again changes nothing but the reason, if one is given. Raises UnknownAgent.

    `source` says which way; without it, it is the agent themselves or, for another person, a supervisor.
    """
    with transaction.atomic():
        agent = _locked(org, agent_id)
        if source is None:
            is_own = actor is not None and actor.pk == agent.user_id
            source = StatusSource.SELF if is_own else StatusSource.SUPERVISOR
        if moving.move(agent, status, source=source, actor=actor, reason=reason):
            moving.tell(agent)


def _locked(org: Organization, agent_id: UUID) -> Agent:
    agent = Agent.objects.for_org(org).select_for_update(no_key=True).filter(pk=agent_id).first()
    if agent is None:
        raise UnknownAgent
    return agent
