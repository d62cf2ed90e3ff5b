"""What is going on at this moment: who does what, who waits, which calls are active."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, DateTimeField, Min, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from agents.enums import AgentStatus
from agents.models import Agent
from analytics.selectors.names import full_name
from calls.enums import ACTIVE
from calls.models import Call
from contactcenter.core.models import Organization
from contactcenter.core.statements import Row
from contactcenter.core.written_once import written_once
from sms.enums import ConversationState
from sms.models import Conversation

# More than one organization has: a bound, not a page.
MOST_AGENTS = 1000
_MOST_CALLS, _MOST_WAITING = 10, 5
_NEVER = Cast(Value("infinity"), DateTimeField())
# As the indexes have it (sms/models/conversation.py): who does not wait comes last.
WAITS_SINCE = Coalesce("waiting_since", _NEVER)
_OF_AGENT = (
    *("id", "user_id", "user__first_name", "user__last_name", "user__email"),
    *("status", "status_reason", "status_changed_at", "current_load", "max_capacity"),
)
OF_CALL = (
    *("pk", "status", "direction", "from_number", "to_number", "started_at", "answered_at", "duration"),
    *("contact__name", "agent__first_name", "agent__last_name", "agent__email"),
)
OF_CONVERSATION = ("pk", "contact__name", "last_preview", "waiting_since")
# As people look for them: who can help now, who will soon, who will not.
_ORDER = (
    AgentStatus.AVAILABLE,
    AgentStatus.BUSY,
    AgentStatus.WRAP_UP,
    AgentStatus.BREAK,
    AgentStatus.TRAINING,
    AgentStatus.OFFLINE,
)


@dataclass(frozen=True, slots=True)
class AgentNow:
    """One agent: their status since when, and how many calls they hold of how many they can."""

    id: UUID
    user_id: UUID
    name: str
    status: AgentStatus
    reason: str
    since: datetime
    load: int
    capacity: int

    @property
    def is_free(self) -> bool:
        """Whether one more call may ring here."""
        return self.status == AgentStatus.AVAILABLE and self.load < self.capacity


@dataclass(frozen=True, slots=True)
class CallRow:
    """What a line about a call shows of it; the name of whoever has none is empty."""

    pk: UUID
    status: str
    direction: str
    from_number: str
    to_number: str
    started_at: datetime
    answered_at: datetime | None
    duration: int | None
    contact_name: str
    agent_name: str


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """What a line about a conversation shows of it."""

    pk: UUID
    contact_name: str
    preview: str
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many customers wait for an answer to a text, and since when the first of them does."""

    count: int
    longest_since: datetime | None

    def longest_seconds(self, now: datetime) -> int:
        """Return how long the first of them has waited; 0 when nobody waits."""
        return max(0, int((now - self.longest_since).total_seconds())) if self.longest_since else 0


def agents_now(org: Organization) -> list[AgentNow]:
    """Return every agent with an open account: by status, in each whoever has been in it for the longest time first."""
    found = [
        AgentNow(pk, user_id, full_name(*names), AgentStatus(status), reason, since, load, capacity)
        for pk, user_id, *names, status, reason, since, load, capacity in _agents_now(org.pk)
    ]
    return sorted(found, key=lambda one: _ORDER.index(one.status))


@written_once
def _agents_now(org_id: UUID) -> "QuerySet[Agent, Row]":
    rows = Agent.objects.for_org(org_id).filter(user__is_active=True).order_by("status_changed_at", "id")
    return rows.values_list(*_OF_AGENT)[:MOST_AGENTS]


def by_status(agents: Sequence[AgentNow]) -> dict[AgentStatus, int]:
    """Return how many agents are in each status, also in those that nobody is in."""
    return {status: sum(agent.status == status for agent in agents) for status in _ORDER}


def active_calls(org: Organization | UUID) -> "QuerySet[Call]":
    """Return the calls that ring, are talked in or are on hold, the oldest first."""
    rows = Call.objects.for_org(org).filter(status__in=ACTIVE, deleted_at__isnull=True)
    return rows.order_by("started_at", "id")


def waiting_conversations(org: Organization | UUID, *, of: UUID | None = None) -> "QuerySet[Conversation]":
    """Return the open conversations whose customer waits, the longest first; `of` is a person who has them."""
    rows = Conversation.objects.for_org(org).alias(waits_since=WAITS_SINCE)
    rows = rows.filter(state=ConversationState.OPEN, waits_since__lt=_NEVER)
    if of is not None:
        rows = rows.filter(assignee_id=of)
    return rows.order_by("waits_since", "id")


def call_rows(calls: "QuerySet[Call]") -> list[CallRow]:
    """Return these calls as lines show them, in one query for no more than that."""
    return [call_row(*found) for found in calls.values_list(*OF_CALL)]


def first_calls(org: Organization) -> tuple[list[CallRow], int]:
    """Return the first of the active calls, and how many there are altogether, in one query."""
    found = _first_calls(org.pk)
    return [call_row(*one) for _count, *one in found], _altogether(found)


@written_once
def _first_calls(org_id: UUID) -> "QuerySet[Call, Row]":
    rows = active_calls(org_id)
    return rows.annotate(altogether=_count_of(rows)).values_list("altogether", *OF_CALL)[:_MOST_CALLS]


def first_waiting(org: Organization) -> tuple[list[ConversationRow], Waiting]:
    """Return the first of the waiting conversations, and how many there are altogether, in one query."""
    found = _first_waiting(org.pk)
    rows = [ConversationRow(*one) for _count, *one in found]
    return rows, Waiting(_altogether(found), rows[0].waiting_since if rows else None)


@written_once
def _first_waiting(org_id: UUID) -> "QuerySet[Conversation, Row]":
    rows = waiting_conversations(org_id)
    return rows.annotate(altogether=_count_of(rows)).values_list("altogether", *OF_CONVERSATION)[:_MOST_WAITING]


def _count_of(rows: "QuerySet[Any]") -> Subquery:
    """Return what counts the rows beside them: counted along with them, all would have to be read and joined."""
    counted = rows.order_by().values("organization_id").annotate(count=Count("pk"))
    return Subquery(counted.values("count"))


def _altogether(found: list[Row]) -> int:
    return found[0][0] if found else 0


def call_row(*found: Any) -> CallRow:
    """Return a call from what OF_CALL names."""
    pk, status, direction, calling, called, started_at, answered_at, duration, name, first, last, email = found
    agent = full_name(first, last, email) if email else ""
    return CallRow(pk, status, direction, calling, called, started_at, answered_at, duration, name or "", agent)


def waiting(org: Organization, *, of: UUID | None = None) -> Waiting:
    """Return how many customers wait, in one query."""
    found: dict[str, Any] = (
        waiting_conversations(org, of=of).order_by().aggregate(count=Count("id"), first=Min("waiting_since"))
    )
    return Waiting(found["count"], found["first"])
