"""How much waits to be sent, and for how long: for administrators, operators and their monitoring."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from contactcenter.core import clock
from contactcenter.core.models import Organization
from sms.enums import MessageStatus
from sms.models import Message

WAITING = (
    MessageStatus.SCHEDULED,
    MessageStatus.QUEUED,
    MessageStatus.CLAIMED,
    MessageStatus.SENDING,
    MessageStatus.UNCERTAIN,
    MessageStatus.HELD,
)
# One arm for each partial index (message_due, message_leased, message_waiting), so that the finished rows are not read.
_UNFINISHED = (
    Q(status=MessageStatus.QUEUED)
    | Q(status__in=[MessageStatus.CLAIMED, MessageStatus.SENDING])
    | Q(status__in=[MessageStatus.SCHEDULED, MessageStatus.UNCERTAIN, MessageStatus.HELD])
)


def unfinished(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Narrow to the texts in one of the states `WAITING`."""
    return messages.filter(_UNFINISHED)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Texts without an end, by state. `oldest_due_seconds`: how long the first of the due ones has waited."""

    counts: dict[str, int] = field(default_factory=dict)
    oldest_due_seconds: float | None = None

    @property
    def uncertain(self) -> int:
        """How many may or may not have arrived."""
        return self.counts[MessageStatus.UNCERTAIN]

    @property
    def held(self) -> int:
        """How many wait for a person."""
        return self.counts[MessageStatus.HELD]


def of(org: Organization | None, *, now: datetime | None = None) -> Backlog:
    """Return the backlog of one organization, or of the installation."""
    now = now or clock.now()
    rows = unfinished(Message.all_orgs.all())
    if org is not None:
        rows = rows.filter(organization=org)
    counted = rows.values_list("status").annotate(Count("pk"))
    due = rows.filter(Q(status=MessageStatus.QUEUED, next_attempt_at__lte=now))
    oldest = due.aggregate(oldest=Min("next_attempt_at"))["oldest"]
    return Backlog(
        counts={status.value: 0 for status in WAITING} | dict(counted.order_by()),
        oldest_due_seconds=(now - oldest).total_seconds() if oldest else None,
    )
