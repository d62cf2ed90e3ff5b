"""The watchdog: whoever went silent is put away, and who is stuck in a status is freed, with a report of it.

Runs often, in any worker, one at a time (advisory lock). It watches only those who are known to work with a page open:
a status that another system sets over the API, while no page is open, is that system's business.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, Q, QuerySet
from django.db.models.functions import Now

from agents import moving
from agents.enums import AgentStatus, StatusSource
from agents.models import Agent

logger = logging.getLogger(__name__)

_LOCK = 7310
_BATCH = 200

_calls_ended_within: list[Callable[[timedelta], Exists]] = []


def register_calls(ended_within: Callable[[timedelta], Exists]) -> None:
    """Learn how to ask of an agent's row whether a call of theirs ended lately; done when the calls' app is ready."""
    _calls_ended_within.append(ended_within)


@dataclass(slots=True)
class Watched:
    """How many agents one look moved, by reason."""

    put_away: int = 0
    freed: int = 0


def watch() -> Watched | None:
    """Put away who went silent, and free who is stuck; None when another worker looks now."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return None
        watched = Watched(put_away=_put_away_silent(), freed=_free_stuck())
    if watched != Watched():
        logger.info("watchdog of agents: %s", watched)
    return watched


def _put_away_silent() -> int:
    """A page that was open says nothing any more: its laptop is closed. Whoever holds a call is there all the same."""
    since = Now() - timedelta(seconds=settings.AWAY_SECONDS)
    # Just before its page falls silent, somebody may set their status over the API as well: their page was still there.
    silent_at = F("last_heard_at") + timedelta(seconds=settings.AWAY_SECONDS)
    elsewhere = Q(status_source=StatusSource.API, status_changed_at__gt=silent_at)
    silent = _idle().filter(last_heard_at__lt=since, status_changed_at__lt=since)
    silent = silent.exclude(status=AgentStatus.OFFLINE).exclude(elsewhere)
    return _move(silent, AgentStatus.OFFLINE, action=moving.PUT_AWAY)


def _free_stuck() -> int:
    """Wrap-up that never ended, and being busy for hours without a call: forgotten, not meant.

    Both may have been chosen during a long call, so the time counts from its end.
    """
    limits = {AgentStatus.WRAP_UP: settings.WRAP_UP_SECONDS, AgentStatus.BUSY: settings.STUCK_BUSY_SECONDS}
    freed = 0
    for status, seconds in limits.items():
        if seconds > 0:
            limit = timedelta(seconds=seconds)
            stuck = _idle().filter(status=status, status_changed_at__lt=Now() - limit)
            for ended_within in _calls_ended_within:
                stuck = stuck.filter(~ended_within(limit))
            freed += _move(stuck, AgentStatus.AVAILABLE, action=moving.FREED)
    return freed


def _idle() -> "QuerySet[Agent]":
    return Agent.all_orgs.select_for_update(skip_locked=True, no_key=True).filter(current_load=0).order_by("id")


def _move(agents: "QuerySet[Agent]", status: AgentStatus, *, action: str) -> int:
    moved = 0
    for agent in agents[:_BATCH]:
        if moving.move(agent, status, source=StatusSource.WATCHDOG, action=action):
            moving.tell(agent)
            logger.info("%s", action, extra={"agent_id": str(agent.pk)})
            moved += 1
    return moved
