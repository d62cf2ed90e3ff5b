"""The sweep: what time alone decides. Runs often, in any worker, one at a time (advisory lock)."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from contactcenter.core import clock
from contactcenter.core.ids import first_id_of
from contactcenter.core.models import IdempotencyKey
from sms import history, policies, queue_signs, timetable, timing, transitions, uploads
from sms.enums import AttemptState, ConversationEventKind, ConversationState, ErrorCode, HoldReason, MessageStatus
from sms.models import Attempt, BusRequest, Conversation, Message

logger = logging.getLogger(__name__)

_LOCK = 7302
_BATCH = 500


@dataclass(slots=True)
class Swept:
    """How many messages one sweep moved, by reason; how many conversations it woke and files it forgot."""

    requeued: int = 0
    uncertain: int = 0
    released: int = 0
    held: int = 0
    expired: int = 0
    resumed: int = 0
    woken: int = 0
    forgotten: int = 0


def sweep() -> Swept | None:
    """Move what is due; None when another worker is sweeping now."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return None
        swept = Swept(
            requeued=_requeue_dead_claims(),
            uncertain=_doubt_dead_sends(),
            released=_release_scheduled(),
            held=_hold_old_doubts(),
            expired=_expire_unanswered(),
            resumed=_resume_after_breakers(),
            woken=_wake_sleepers(),
            forgotten=uploads.forget_unused(),
        )
        _forget_old_keys()
        queue_signs.swept()
    if swept != Swept():
        logger.info("sweep: %s", swept)
    return swept


def _requeue_dead_claims() -> int:
    """A claim whose lease ran out dialled nothing: always safe to take back."""
    dead = Message.all_orgs.filter(status=MessageStatus.CLAIMED, lease_until__lt=Now())
    return dead.update(status=MessageStatus.QUEUED, lease_token=None, lease_until=None, next_attempt_at=Now())


def _doubt_dead_sends() -> int:
    """A send whose lease ran out may have reached the provider: nobody knows, so nobody resends it."""
    dead = Message.all_orgs.select_for_update(skip_locked=True).filter(
        status=MessageStatus.SENDING, lease_until__lt=Now()
    )[:_BATCH]
    moved = 0
    for message in dead:
        Attempt.all_orgs.filter(message=message, state=AttemptState.SUBMITTING).update(
            state=AttemptState.UNKNOWN,
            finished_at=clock.now(),
            error_code=ErrorCode.UNKNOWN_OUTCOME,
            next_lookup_at=timetable.first_lookup(clock.now()),
        )
        moved += transitions.move(
            message,
            MessageStatus.UNCERTAIN,
            only_from=Q(status=MessageStatus.SENDING),
            uncertain_at=clock.now(),
            error_code=ErrorCode.UNKNOWN_OUTCOME,
        )
    return moved


def _release_scheduled() -> int:
    due = (
        Message.all_orgs.select_for_update(skip_locked=True, of=("self",))
        .filter(status=MessageStatus.SCHEDULED, send_at__lte=Now(), awaiting_until__isnull=True)
        .select_related("organization", "conversation__contact")
        .order_by("send_at", "id")[:_BATCH]
    )
    now = clock.now()
    rules = lru_cache(maxsize=None)(policies.of)
    return sum(timing.release(message, policy=rules(message.organization_id), now=now) for message in due)


def _hold_old_doubts() -> int:
    since = clock.now() - timedelta(seconds=settings.UNCERTAIN_GRACE_SECONDS)
    old = Message.all_orgs.select_for_update(skip_locked=True).filter(
        status=MessageStatus.UNCERTAIN, uncertain_at__lte=since
    )[:_BATCH]
    return sum(
        transitions.move(
            message,
            MessageStatus.HELD,
            only_from=Q(status=MessageStatus.UNCERTAIN),
            hold_reason=HoldReason.UNCERTAIN,
        )
        for message in old
    )


def _expire_unanswered() -> int:
    late = Message.all_orgs.select_for_update(skip_locked=True).filter(awaiting_until__lte=Now())[:_BATCH]
    return sum(transitions.expire(message) for message in late)


# Those that waited for exactly the trial that need not come any more.
_RESUME = """
UPDATE sms_message AS m SET next_attempt_at = now()
FROM core_providercircuit AS c
WHERE c.state = 'closed' AND c.probe_at > now() AND m.account_id = c.account_id
    AND m.status = 'queued' AND m.next_attempt_at = c.probe_at
"""


def _resume_after_breakers() -> int:
    """Let texts go at once whose account is used again before its pause was over."""
    with connection.cursor() as cursor:
        cursor.execute(_RESUME)
        return int(cursor.rowcount)


def _wake_sleepers() -> int:
    """Open the conversations whose snooze has ended."""
    due = (
        Conversation.all_orgs.select_for_update(skip_locked=True)
        .filter(state=ConversationState.SNOOZED, snoozed_until__lte=Now())
        .order_by("snoozed_until")[:_BATCH]
    )
    sleepers = list(due.values_list("pk", "organization_id"))
    Conversation.all_orgs.filter(pk__in=[pk for pk, _org in sleepers]).update(
        state=ConversationState.OPEN, snoozed_until=None
    )
    for pk, org_id in sleepers:
        history.record(org_id=org_id, conversation_id=pk, kind=ConversationEventKind.WOKEN)
        transitions.announce(org_id, pk)
    return len(sleepers)


def _forget_old_keys() -> None:
    now = clock.now()
    IdempotencyKey.objects.filter(created_at__lt=now - timedelta(days=1)).delete()
    # Ids are in the order of their time.
    handled = now - timedelta(days=settings.EVENT_RETENTION_DAYS)
    BusRequest.all_orgs.filter(pk__lt=first_id_of(handled)).delete()
