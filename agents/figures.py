"""The figure of agents for operators: how many look at a page of ours."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from agents.models import Agent
from contactcenter.core import metrics
from contactcenter.core.metrics import Figure, gauge

# A page that is looked at says so every 20 seconds. Shorter than VoiceNobodyListens waits, so that nobody is called
# because everybody has gone home; and not a setting, for the same reason.
LOOKING = timedelta(seconds=60)


def register() -> None:
    """Show this figure at /metrics."""
    metrics.register("agents", _agents)


def _agents(now: datetime) -> Iterator[Figure]:
    looking = Agent.all_orgs.filter(last_seen_at__gt=now - LOOKING).count()
    yield gauge("voice_agents_looking", "Agents who looked at an open page within the last minute.", looking)
