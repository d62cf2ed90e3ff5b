"""Whether an agent is there: an open page of theirs tells so every half minute.

A status is what people say of themselves, and stays when they go home. Who is there has said something lately.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from agents.models import Agent
from contactcenter.core.models import Organization


def see(org: Organization, user_id: UUID) -> bool:
    """Write down that a page of the user is open; whether they have a profile at all."""
    return Agent.objects.for_org(org).filter(user_id=user_id).update(last_seen_at=Now()) == 1


def patience() -> timedelta:
    """Return for how long somebody counts as there after their page was heard of last."""
    return timedelta(seconds=settings.PRESENCE_SECONDS)


def is_there(agent: Agent, *, now: datetime | None = None) -> bool:
    """Whether a page of the agent is open."""
    return agent.last_seen_at is not None and agent.last_seen_at > (now or timezone.now()) - patience()
