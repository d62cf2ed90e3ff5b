"""Whether an agent is there: an open page of theirs tells so every twenty seconds.

A status is what people say of themselves. Who is there has said something lately; whoever goes silent is put away by
the watchdog (agents/watching.py), and brought back here, when a page of theirs is heard again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from agents import moving
from agents.enums import AgentStatus, StatusSource
from agents.models import Agent, AgentStatusChange
from contactcenter.core import clock
from contactcenter.core.models import Organization

# What somebody did before they went silent yesterday says nothing about today.
_SAME_SHIFT = timedelta(hours=12)


def see(org: Organization, user_id: UUID, *, is_looking: bool = True) -> bool:
    """Write down that a page of the user is open, and whether it is looked at; return whether that brought them back.

    Somebody whom the watchdog put away gets the status back that they had before.
    """
    heard = {"last_heard_at": Now(), **({"last_seen_at": Now()} if is_looking else {})}
    Agent.objects.for_org(org).filter(user_id=user_id).update(**heard)
    away = Agent.objects.for_org(org).filter(
        user_id=user_id, status=AgentStatus.OFFLINE, status_source=StatusSource.WATCHDOG
    )
    return away.exists() and _bring_back(org, user_id)


def _bring_back(org: Organization, user_id: UUID) -> bool:
    with transaction.atomic():
        agent = Agent.objects.for_org(org).select_for_update(no_key=True).filter(user_id=user_id).first()
        if agent is None or (agent.status, agent.status_source) != (AgentStatus.OFFLINE, StatusSource.WATCHDOG):
            return False  # Another tab was faster, or somebody has decided meanwhile.
        changes = AgentStatusChange.objects.for_org(org).filter(agent=agent).order_by("-at", "-id")
        away, *before = changes[:2]
        if clock.now() - away.at > _SAME_SHIFT:
            return False
        moving.move(
            agent,
            AgentStatus(away.from_status),
            source=StatusSource.WATCHDOG,
            reason=before[0].reason if before else "",
            action=moving.BROUGHT_BACK,
        )
        moving.tell(agent)
    return True


def patience() -> timedelta:
    """Return for how long somebody counts as there after their page was looked at last."""
    return timedelta(seconds=settings.PRESENCE_SECONDS)


def is_there(agent: Agent, *, now: datetime | None = None) -> bool:
    """Whether a page of the agent is open and looked at."""
    return agent.last_seen_at is not None and agent.last_seen_at > (now or clock.now()) - patience()
