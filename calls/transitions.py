"""The only way a stored call changes its status: one conditional UPDATE whose row count is looked at."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Greatest, Least, Now

from calls.enums import ENDED, FOLLOWS, CallStatus, OfferState, Outcome, Placing
from calls.models import Call, CallOffer, CallTranscript
from contactcenter.core import doorbell, events
from contactcenter.core.models import User

CALL_CHANGED = "calls:changed"
_NOT_DIALLED = (Placing.DUE, Placing.CLAIMED)
_CALLBACK_WORDS = frozenset({"callback_requested", "callback requested", "callback"})
_VOICEMAIL = "voicemail"


class ForbiddenTransition(Exception):
    """The call cannot go from `status` to `to`."""

    def __init__(self, status: str, to: str) -> None:
        super().__init__(f"{status} to {to}")
        self.status = status
        self.to = to


def before(to: str) -> list[str]:
    """Return the statuses that `to` may follow."""
    return [status for status, following in FOLLOWS.items() if to in following]


def move(
    call: Call,
    to: str,
    *,
    now: datetime,
    actor: User | None = None,
    only_from: Q | None = None,
    duration: int | None = None,
    **fields: Any,
) -> bool:
    """Move `call` to `to` and return whether that happened. Must run in a transaction.

    `only_from` narrows what FOLLOWS allows. `now` is when it happened; `duration` what the provider says, in seconds.
    `fields` are written in the same UPDATE. An end takes the call out of the queue of what is to be dialled, writes
    `call.ended`, and happens once.
    """
    fields = {**fields, "status": to}
    if to == CallStatus.IN_PROGRESS:
        # A provider's clock may be behind ours: nobody answers before it began.
        fields["answered_at"] = Coalesce(F("answered_at"), Greatest(Value(now), F("started_at")))
    if to in ENDED:
        fields |= _ending(now)
    allowed = Q(status__in=before(to), deleted_at__isnull=True)
    if only_from is not None:
        allowed &= only_from
    if Call.all_orgs.filter(allowed, pk=call.pk).update(**fields) != 1:
        return False
    call.refresh_from_db()
    if to in ENDED:
        _close(call, now, duration=duration, actor=actor)
    announce(call.organization_id, call.pk)
    return True


def _ending(now: datetime) -> dict[str, Any]:
    """What ends with the call. A dial that was not begun will not be; one that was keeps its lease and its doubt."""
    return {
        "ended_at": now,
        "placing": Case(When(placing__in=_NOT_DIALLED, then=Value(Placing.NONE)), default=F("placing")),
        "lease_token": Case(When(placing=Placing.CLAIMED, then=None), default=F("lease_token")),
        "lease_until": Case(When(placing=Placing.CLAIMED, then=None), default=F("lease_until")),
    }


def _close(call: Call, now: datetime, *, duration: int | None, actor: User | None) -> None:
    talked = call.status == CallStatus.COMPLETED or call.answered_at is not None
    seconds = duration if duration is not None and talked else talk_seconds(call)
    # A provider's clock may be ahead of ours: nothing ends before it began.
    ended_at = max(now, call.answered_at or call.started_at)
    Call.all_orgs.filter(pk=call.pk).update(duration=seconds, ended_at=ended_at)
    call.duration, call.ended_at = seconds, ended_at
    CallOffer.all_orgs.filter(call=call, state=OfferState.RINGING).update(state=OfferState.WITHDRAWN, ended_at=Now())
    transcript = CallTranscript.all_orgs.filter(call=call).first()
    events.record(
        org_id=call.organization_id,
        type="call.ended",
        object_id=call.pk,
        data={
            "call_id": str(call.pk),
            "duration": call.duration,
            "outcome": outcome_of(call),
            "transcript": (transcript.text or None) if transcript else None,
            "disposition": call.disposition or None,
        },
        actor=actor,
    )


def talk_seconds(call: Call) -> int:
    """Return the whole seconds between answer and end; 0 for a call that nobody answered."""
    if call.answered_at is None or call.ended_at is None:
        return 0
    return max(0, round((call.ended_at - call.answered_at).total_seconds()))


def outcome_of(call: Call) -> str:
    """Return the contract's word for what came of an ended call."""
    disposition = call.disposition.strip().lower()
    if disposition == _VOICEMAIL:
        return Outcome.VOICEMAIL.value
    if disposition in _CALLBACK_WORDS:
        return Outcome.CALLBACK_REQUESTED.value
    return Outcome.COMPLETED.value if call.status == CallStatus.COMPLETED else Outcome.FAILED.value


def correct_to_completed(call: Call, *, answered_at: datetime, is_reported: bool) -> bool:
    """Repair a call that was called unanswered because the report of its answer came after that of its end.

    So is one that we ended before we knew of the answer, or whose end was all that told of one. `is_reported`: the
    provider has told of its end. `call.ended` was published and stays the only one.
    """
    unknown = Q(answered_at__isnull=True) | Q(answered_at=F("ended_at"))
    wrong = unknown & Q(status=CallStatus.COMPLETED, ended_at__gt=answered_at)
    if is_reported:
        wrong |= Q(status=CallStatus.NO_ANSWER, answered_at__isnull=True)
    rows = Call.all_orgs.filter(wrong, pk=call.pk)
    answer = Greatest(Least(Value(answered_at), F("ended_at")), F("started_at"))
    if rows.update(status=CallStatus.COMPLETED, answered_at=answer) != 1:
        return False
    call.refresh_from_db()
    Call.all_orgs.filter(pk=call.pk).update(duration=talk_seconds(call))
    announce(call.organization_id, call.pk)
    return True


def record_started(call: Call, *, actor: User | None) -> None:
    """Write `call.started`, in the transaction that stores the call."""
    events.record(
        org_id=call.organization_id,
        type="call.started",
        object_id=call.pk,
        data={
            "call_id": str(call.pk),
            "from_number": call.from_number,
            "to_number": call.to_number,
            "campaign_id": str(call.campaign_id) if call.campaign_id else None,
        },
        actor=actor,
    )


def announce(org_id: UUID, call_id: UUID) -> None:
    """Ring at the organization's open pages, after the commit."""
    doorbell.ring(org_id, CALL_CHANGED, call_id=call_id)
