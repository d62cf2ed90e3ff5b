"""After a restore from a backup: what the database calls unsent may have been sent after the backup was made.

Nobody but a person (or the provider's own books) can tell, so everything that could go twice waits for one.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from contactcenter.core import clock, events
from contactcenter.core.models import Organization
from sms import transitions
from sms.enums import AttemptState, ErrorCode, HoldReason, MessageStatus
from sms.models import Attempt, Message

_BATCH = 500
# Nothing of these was dialled as far as the backup knows.
_UNDIALLED = (MessageStatus.QUEUED, MessageStatus.CLAIMED)
# Of these an attempt is known: their doubt can still be settled by a report or by asking the provider.
_DIALLED = (MessageStatus.SENDING, MessageStatus.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Hold:
    """How many texts were held (or would be), by what is known of them."""

    restored: int = 0
    uncertain: int = 0


def hold_outbound(
    *,
    org: Organization | None = None,
    since: datetime | None = None,
    dry_run: bool = False,
    now: datetime | None = None,
) -> Hold:
    """Hold every text that is not certainly sent and could have been due before `now`; return how many.

    Texts scheduled for later than `now` cannot have been sent and stay. `since`: leave texts alone that were accepted
    earlier. Those never dialled wait for a person because of the restore, those dialled as doubts. Safe while workers
    run: a claim that was taken away is not dialled, and a send that comes back is still recorded.
    """
    now = now or clock.now()
    scheduled = Q(status=MessageStatus.SCHEDULED) & (Q(send_at__lte=now) | Q(send_at__isnull=True))
    undialled = _of(Q(status__in=_UNDIALLED) | scheduled, org, since)
    dialled = _of(Q(status__in=_DIALLED), org, since)
    if dry_run:
        return Hold(undialled.count(), dialled.count())
    return Hold(_hold(undialled, _as_restored), _hold(dialled, _as_doubt))


def _of(condition: Q, org: Organization | None, since: datetime | None) -> QuerySet[Message]:
    rows = Message.all_orgs.filter(condition)
    if org is not None:
        rows = rows.filter(organization=org)
    if since is not None:
        rows = rows.filter(created_at__gte=since)
    return rows


def _hold(rows: QuerySet[Message], hold_one: Callable[[Message], bool]) -> int:
    total = 0
    while True:
        with transaction.atomic():
            batch = list(rows.select_for_update().order_by("pk")[:_BATCH])
            if not batch:
                return total
            held = Counter(message.organization_id for message in batch if hold_one(message))
            for org in Organization.objects.filter(pk__in=held):
                _audit(org, held[org.pk])
            total += held.total()


def _audit(org: Organization, count: int) -> None:
    action = "messages.held_after_restore"
    events.audit(org_id=org.pk, actor=None, action=action, target=org, detail={"messages": count})


def _as_restored(message: Message) -> bool:
    return transitions.move(
        message,
        MessageStatus.HELD,
        only_from=Q(status=message.status),
        hold_reason=HoldReason.RESTORED,
        error_code=ErrorCode.UNKNOWN_OUTCOME,
        next_attempt_at=None,
    )


def _as_doubt(message: Message) -> bool:
    Attempt.all_orgs.filter(message=message, state=AttemptState.SUBMITTING).update(
        state=AttemptState.UNKNOWN, finished_at=clock.now(), error_code=ErrorCode.UNKNOWN_OUTCOME
    )
    return transitions.move(
        message,
        MessageStatus.HELD,
        only_from=Q(status=message.status),
        hold_reason=HoldReason.UNCERTAIN,
        uncertain_at=message.uncertain_at or clock.now(),
        error_code=ErrorCode.UNKNOWN_OUTCOME,
        next_attempt_at=None,
    )
