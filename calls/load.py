"""Proof of the agents' load: what PostgreSQL's trigger keeps, compared with the calls that each agent holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from agents.models import Agent
from calls.enums import LIVE
from calls.models import Call
from contactcenter.core.models import Organization


@dataclass(frozen=True, slots=True)
class Difference:
    """An agent whose `stored` load is not the number of calls they `hold`."""

    agent_id: UUID
    stored: int
    held: int


def differences(org: Organization) -> list[Difference]:
    """Return which loads are wrong, in one look; a call that moves meanwhile may appear here, and is right already."""
    held = _held(org)
    rows = Agent.objects.for_org(org).order_by("id").values_list("id", "user_id", "current_load")
    return [
        Difference(pk, stored, held.get(user_id, 0)) for pk, user_id, stored in rows if stored != held.get(user_id, 0)
    ]


def repair(org: Organization, agent_ids: Iterable[UUID]) -> list[Difference]:
    """Set the loads of these agents to what they hold; return those that were wrong."""
    mended = [_mend(org, pk) for pk in agent_ids]
    return [one for one in mended if one is not None]


def _mend(org: Organization, agent_id: UUID) -> Difference | None:
    # The lock comes first, the count after it: a call whose trigger has run is committed and counted then, and one
    # whose trigger waits for the lock is added, or taken away, when we are gone.
    with transaction.atomic():
        agents = Agent.objects.for_org(org).select_for_update(no_key=True)
        agent = agents.only("id", "user_id", "current_load").filter(pk=agent_id).first()
        if agent is None:
            return None
        held = _held_calls(org).filter(agent_id=agent.user_id).count()
        if held == agent.current_load:
            return None
        Agent.objects.for_org(org).filter(pk=agent_id).update(current_load=held)
    return Difference(agent_id, agent.current_load, held)


def _held(org: Organization) -> dict[UUID, int]:
    rows = _held_calls(org).filter(agent__isnull=False).values_list("agent_id").annotate(Count("id")).order_by()
    return dict(rows)


def _held_calls(org: Organization) -> "QuerySet[Call]":
    return Call.objects.for_org(org).filter(status__in=LIVE, deleted_at__isnull=True)
