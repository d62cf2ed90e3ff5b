"""How long agents were in which status: what reports of adherence are made of.

In whole seconds, from the beginning of the second in which a status began to that in which the next one did. So what a
day is made of adds up to its sums, and all statuses to the whole, however many changes there were.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import floor
from uuid import UUID

from django.db import connection

from agents.enums import AgentStatus
from contactcenter.core.models import Organization

# For each agent: the status that the stretch begins with (the last change before it; without one, what the first change
# began from, or else what is so now), and every change in it, each until the next one.
_PARTS = """
SELECT a.user_id, s.status, s.reason, s.since, s.until
FROM agents_agent AS a
CROSS JOIN LATERAL (
    SELECT e.status, e.reason, e.since,
        lead(e.since, 1, %(until)s) OVER (ORDER BY e.since, e.place NULLS FIRST) AS until
    FROM (
        (
            SELECT c.to_status AS status, c.reason, %(start)s::timestamptz AS since, NULL::uuid AS place
            FROM agents_agentstatuschange AS c WHERE c.agent_id = a.id AND c.at < %(start)s
            ORDER BY c.at DESC, c.id DESC LIMIT 1
        )
        UNION ALL
        SELECT coalesce(f.from_status, a.status), '', greatest(%(start)s, a.created_at), NULL
        FROM (SELECT) AS one
        LEFT JOIN LATERAL (
            SELECT c.from_status FROM agents_agentstatuschange AS c
            WHERE c.agent_id = a.id ORDER BY c.at, c.id LIMIT 1
        ) AS f ON true
        WHERE coalesce(f.from_status, a.status) <> '' AND a.created_at < %(until)s
            AND NOT EXISTS (SELECT 1 FROM agents_agentstatuschange AS c WHERE c.agent_id = a.id AND c.at < %(start)s)
        UNION ALL
        SELECT c.to_status, c.reason, c.at, c.id
        FROM agents_agentstatuschange AS c
        WHERE c.agent_id = a.id AND c.at >= %(start)s AND c.at < %(until)s
    ) AS e
) AS s
WHERE a.organization_id = %(org)s AND (%(only)s::uuid IS NULL OR a.user_id = %(only)s)
    AND s.until > s.since
"""
_SECONDS = f"""
SELECT p.user_id, p.status, sum(floor(extract(epoch FROM p.until)) - floor(extract(epoch FROM p.since)))::bigint
FROM ({_PARTS}) AS p GROUP BY 1, 2
"""  # noqa: S608 - all ours
_IN_ORDER = f"{_PARTS} ORDER BY s.since, s.until"


@dataclass(frozen=True, slots=True)
class StatusPart:
    """How long an agent was in one status without a break."""

    status: AgentStatus
    reason: str
    since: datetime
    until: datetime

    @property
    def seconds(self) -> int:
        """How many whole seconds of the clock it lasted."""
        return floor(self.until.timestamp()) - floor(self.since.timestamp())


@dataclass(frozen=True, slots=True)
class Adherence:
    """Whole seconds of one agent in each status; a status without any is not there."""

    seconds: Mapping[str, int] = field(default_factory=dict)

    def of(self, status: AgentStatus) -> int:
        """Return how many seconds the agent was in a status."""
        return self.seconds.get(status, 0)

    @property
    def signed_in(self) -> int:
        """How many seconds the agent was in any status but OFFLINE."""
        return sum(seconds for status, seconds in self.seconds.items() if status != AgentStatus.OFFLINE)


def adherence(
    org: Organization, start: datetime, until: datetime, *, now: datetime, only: UUID | None = None
) -> dict[UUID, Adherence]:
    """Return how long each agent, by user id, was in which status from `start` on and before `until`, in one query.

    What has not come yet does not count: the stretch ends `now` at the latest. `only` is one agent's user id.
    """
    until = min(until, now)
    if start >= until:
        return {}
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_SECONDS, {"org": org.pk, "start": start, "until": until, "only": only})
        for user_id, status, seconds in cursor.fetchall():
            found[user_id] |= {status: seconds} if seconds else {}
    return {user_id: Adherence(seconds) for user_id, seconds in found.items()}


def adding_up(parts: Iterable[StatusPart]) -> Adherence:
    """Return what the parts of one agent's stretch come to."""
    found: dict[str, int] = defaultdict(int)
    for part in parts:
        found[part.status] += part.seconds
    return Adherence({status: seconds for status, seconds in found.items() if seconds})


def parts(org: Organization, user_id: UUID, start: datetime, until: datetime, *, now: datetime) -> list[StatusPart]:
    """Return what one agent's adherence is made of, the oldest first, in one query."""
    until = min(until, now)
    if start >= until:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_IN_ORDER, {"org": org.pk, "start": start, "until": until, "only": user_id})
        return [
            StatusPart(AgentStatus(status), reason, since, end)
            for _user_id, status, reason, since, end in cursor.fetchall()
        ]
