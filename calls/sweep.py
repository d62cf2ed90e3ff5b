"""The sweep: what time alone decides about calls. Runs often, in any worker, one at a time (advisory lock)."""

import logging
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models.functions import Now

from calls import checks, placing, transcripts
from calls.enums import AttemptState, CallErrorCode, Placing
from calls.models import Call, CallAttempt
from contactcenter.core import clock

logger = logging.getLogger(__name__)

_LOCK = 7303
_BATCH = 500
# Far more than repeats after refusals need: what keeps workers from dialling a call would keep them for ever.
_MOST_CLAIMS = 12


@dataclass(slots=True)
class Swept:
    """How many calls one sweep moved, by reason."""

    requeued: int = 0
    uncertain: int = 0
    given_up: int = 0
    transcribed: int = 0
    freed: int = 0


def sweep() -> Swept | None:
    """Move what is due; None when another worker is sweeping now."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return None
        swept = Swept(
            requeued=_requeue_dead_claims(),
            uncertain=_doubt_dead_dials(),
            transcribed=transcripts.complete_due(),
        )
    swept.given_up = checks.give_up_old_doubts()
    swept.freed = checks.free_stuck()
    if swept != Swept():
        logger.info("sweep of calls: %s", swept)
    return swept


def _requeue_dead_claims() -> int:
    """A claim whose lease ran out dialled nothing: always safe to take back, but not for ever."""
    dead = Call.all_orgs.filter(placing=Placing.CLAIMED, lease_until__lt=Now())
    for call in dead.select_for_update(skip_locked=True).filter(claims__gte=_MOST_CLAIMS)[:1]:
        logger.error("a call was claimed many times and never dialled", extra={"call_id": str(call.pk)})
        placing.refuse(call, {"error_code": CallErrorCode.FINAL_FAILURE})
    return dead.filter(claims__lt=_MOST_CLAIMS).update(
        placing=Placing.DUE, lease_token=None, lease_until=None, next_attempt_at=Now()
    )


def _doubt_dead_dials() -> int:
    """A dial whose lease ran out may have reached the provider: nobody knows, so nobody dials again."""
    dead = Call.all_orgs.select_for_update(skip_locked=True).filter(placing=Placing.DIALLING, lease_until__lt=Now())
    moved = 0
    for call in dead[:_BATCH]:
        CallAttempt.all_orgs.filter(call=call, state=AttemptState.SUBMITTING).update(
            state=AttemptState.UNKNOWN, finished_at=clock.now(), error_code=CallErrorCode.UNKNOWN_OUTCOME
        )
        moved += placing.doubt(call.pk, error_code=CallErrorCode.UNKNOWN_OUTCOME)
    return moved
