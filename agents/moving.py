"""The only way to another status. PostgreSQL writes the history of it; here is who did it, why, and the audit."""

from datetime import datetime
from typing import Any

from agents.enums import AgentStatus, StatusSource
from agents.models import Agent, AgentStatusChange
from contactcenter.core import clock, doorbell, events
from contactcenter.core.models import User

CHANGED, EXPLAINED, PUT_AWAY, BROUGHT_BACK, FREED = (
    "agent.status_changed",
    "agent.reason_changed",
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
    reason: str | None = None,
    action: str = CHANGED,
    now: datetime | None = None,
) -> bool:
    """Set the status of an agent whose row is locked; return whether anything changed.

    To say the same status again changes nothing but its reason, if another one is given, and who gave it, if that is
    not the agent; but Offline over a watchdog's Offline is kept as said. None says nothing of a reason: a new status
    has none, and the same keeps its own. Must run in a transaction.
    """
    before, now = agent.status, now or clock.now()
    if before == status:
        if status == AgentStatus.OFFLINE and agent.status_source == StatusSource.WATCHDOG != source:
            _stay_away(agent, reason, source=source, actor=actor)
            return True
        if reason is None or _stored(reason) == agent.status_reason:
            return False
        _explain(agent, _stored(reason), source=source, actor=actor)
        return True
    since, reason = agent.status_changed_at, _stored(reason or "")
    values = {
        "status": status,
        "status_changed_at": now,
        "status_reason": reason,
        "status_source": source,
        "status_by": _colleague(agent, actor),
    }
    write(agent, values)
    detail: dict[str, Any] = {"from": before, "to": str(status)}
    if reason:
        detail["reason"] = reason
    if action == FREED:
        detail["after_seconds"] = round((now - since).total_seconds())
    events.audit(org_id=agent.organization_id, actor=actor, action=action, target=agent, detail=detail)
    return True


def _stay_away(agent: Agent, reason: str | None, *, source: StatusSource, actor: User | None) -> None:
    """Let somebody who is put away be Offline because a person or a program says so: no open page brings them back."""
    words = agent.status_reason if reason is None else _stored(reason)
    write(agent, {"status_reason": words, "status_source": source, "status_by": _colleague(agent, actor)})
    detail = {"from": agent.status, "to": agent.status, **({"reason": words} if words else {})}
    events.audit(org_id=agent.organization_id, actor=actor, action=CHANGED, target=agent, detail=detail)


def _stored(reason: str) -> str:
    """Return a reason as PostgreSQL can keep it: no NUL, and not too long."""
    return reason.replace("\x00", "").strip()[:_LONGEST_REASON]


def _explain(agent: Agent, reason: str, *, source: StatusSource, actor: User | None) -> None:
    """Say afterwards why: since when the status is what it is stays. Words of somebody else stand under their name."""
    before, by = agent.status_reason, _colleague(agent, actor)
    is_own = actor is not None and actor.pk == agent.user_id
    write(agent, {"status_reason": reason, **({} if is_own else {"status_source": source, "status_by": by})})
    changes = AgentStatusChange.objects.for_org(agent.organization_id).filter(agent=agent)
    newest = changes.order_by("-at", "-id").values("pk")[:1]
    row = AgentStatusChange.objects.for_org(agent.organization_id).filter(pk__in=newest)
    row.update(reason=reason, **({} if is_own else {"source": source, "by": by}))
    if not is_own:
        detail = {"status": agent.status, "from": before, "to": reason}
        events.audit(org_id=agent.organization_id, actor=actor, action=EXPLAINED, target=agent, detail=detail)


def _colleague(agent: Agent, actor: User | None) -> User | None:
    """A superuser of no organization is nobody's colleague; the audit names them."""
    return actor if actor is not None and actor.organization_id == agent.organization_id else None


def write(agent: Agent, values: dict[str, Any]) -> None:
    """Write these fields and nothing else: the load is the trigger's."""
    for name, value in values.items():
        setattr(agent, name, value)
    agent.save(update_fields=[*values, "updated_at"])


def tell(agent: Agent) -> None:
    """Ring at the organization's open pages, after the commit."""
    doorbell.ring(agent.organization_id, "agents:changed", agent_id=agent.pk)
