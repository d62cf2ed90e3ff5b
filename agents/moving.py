"""The only way to another status. PostgreSQL writes the history of it; here is who did it, why, and the audit."""

from datetime import datetime
from typing import Any

from agents.enums import AgentStatus, StatusSource
from agents.models import Agent, AgentStatusChange
from contactcenter.core import clock, doorbell, events
from contactcenter.core.models import User

CHANGED, PUT_AWAY, BROUGHT_BACK, FREED = (
    "agent.status_changed",
    "agent.put_away",
    "agent.brought_back",
    "agent.status_freed",
)
_LONGEST_REASON = 80


def move(
    agent: Agent,
    status: AgentStatus,
    *,
    source: StatusSource,
    actor: User | None = None,
    reason: str = "",
    action: str = CHANGED,
    now: datetime | None = None,
) -> bool:
    """Set the status of an agent whose row is locked; return whether anything changed.

    To say the same status again changes nothing but its reason, if another one is given. Must run in a transaction.
    """
    reason, before, now = reason.strip()[:_LONGEST_REASON], agent.status, now or clock.now()
    if before == status:
        return bool(reason) and reason != agent.status_reason and _explain(agent, reason)
    since = agent.status_changed_at
    values = {
        "status": status,
        "status_changed_at": now,
        "status_reason": reason,
        "status_source": source,
        # A superuser of no organization is nobody's colleague; the audit below names them.
        "status_by": actor if actor is not None and actor.organization_id == agent.organization_id else None,
    }
    write(agent, values)
    detail: dict[str, Any] = {"from": before, "to": str(status)}
    if reason:
        detail["reason"] = reason
    if action == FREED:
        detail["after_seconds"] = round((now - since).total_seconds())
    events.audit(org_id=agent.organization_id, actor=actor, action=action, target=agent, detail=detail)
    return True


def _explain(agent: Agent, reason: str) -> bool:
    """Say afterwards why: since when the status is what it is stays."""
    write(agent, {"status_reason": reason})
    changes = AgentStatusChange.objects.for_org(agent.organization_id).filter(agent=agent)
    newest = changes.order_by("-at", "-id").values("pk")[:1]
    AgentStatusChange.objects.for_org(agent.organization_id).filter(pk__in=newest).update(reason=reason)
    return True


def write(agent: Agent, values: dict[str, Any]) -> None:
    """Write these fields and nothing else: the load is the trigger's."""
    for name, value in values.items():
        setattr(agent, name, value)
    agent.save(update_fields=[*values, "updated_at"])


def tell(agent: Agent) -> None:
    """Ring at the organization's open pages, after the commit."""
    doorbell.ring(agent.organization_id, "agents:changed", agent_id=agent.pk)
