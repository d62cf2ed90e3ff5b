"""What the providers report about calls: stored always, believed only forwards."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from calls import orders, placing, reading, recordings, routing, scripts, transcripts, transitions
from calls.addressing import Addressee, find
from calls.enums import (
    ENDED,
    RANK,
    AttemptState,
    CallDirection,
    CallErrorCode,
    CallReceiptKind,
    CallStatus,
    Placing,
)
from calls.models import Call, CallAttempt, CallEvent
from contactcenter.core import clock, receipts
from contactcenter.core.models import ProviderAccount, WebhookReceipt
from contactcenter.providers.voice import (
    AnyVoiceEvent,
    CallStatusEvent,
    CallWord,
    CostEvent,
    InboundCall,
    Leg,
    MessageTaken,
    Record,
    RecordingEvent,
    RingResult,
    StepDone,
    Transcribe,
    TranscriptEvent,
    VoiceEvent,
)

logger = logging.getLogger(__name__)

# How often the end of a call that seems unanswered is put off, because its answer may be reported after it.
_PATIENCE = 2
# How often where a message is recorded: the file is reported after the end, and `call.ended` says that there is one.
_PATIENCE_FOR_MESSAGE = 3
_LONGEST_CLOCK_ERROR = timedelta(hours=1)
_ASK_SOON = timedelta(seconds=10)


def process_due() -> int:
    """Process due webhooks about calls; return how many."""
    return receipts.process_due([CallReceiptKind.VOICE], handle, read=reading.event_of)


def handle(receipt: WebhookReceipt, event: AnyVoiceEvent) -> bool:
    """Apply one webhook. False when it is too early for it: its call is not known yet, or an earlier report is due."""
    if not isinstance(event, VoiceEvent):
        return True  # Genuine, but about nothing that we keep: the receipt itself is the record.
    if isinstance(event, InboundCall):
        return _inbound(receipt, event)
    to = find(receipt, event)
    if to is None:
        return False
    if isinstance(event, CallStatusEvent) and _may_be_early(receipt, event, to):
        return False
    stored = _store(receipt, event, to)
    if stored is None:
        return True
    for kind, take_over in _APPLY.items():
        if isinstance(event, kind) and take_over(event, to):
            CallEvent.all_orgs.filter(pk=stored.pk).update(changed_status=True)
    return True


def _inbound(receipt: WebhookReceipt, event: InboundCall) -> bool:
    account = ProviderAccount.all_orgs.get(pk=receipt.account_id)
    call = routing.receive(account, event)
    _store(receipt, event, Addressee(call, Leg.CUSTOMER))
    if not orders.voice_of(call).answers_with_document:
        routing.begin(call)
    return True


def _store(receipt: WebhookReceipt, event: VoiceEvent, to: Addressee) -> CallEvent | None:
    """Store the report; None when it was stored (and applied) before."""
    status = getattr(event, "status", None)
    stored, is_new = CallEvent.all_orgs.get_or_create(
        account_id=receipt.account_id,
        event_key=event.dedupe_key[:200],
        defaults={
            "organization_id": receipt.organization_id,
            "provider": receipt.provider,
            "receipt": receipt,
            "call": to.call,
            "leg": to.leg.value,
            "kind": type(event).__name__,
            "raw_status": event.raw_status[:60],
            "status": status.value if status else "",
            "sequence": event.sequence,
            "occurred_at": event.occurred_at,
        },
    )
    return stored if is_new else None


def _may_be_early(receipt: WebhookReceipt, event: CallStatusEvent, to: Addressee) -> bool:
    """Whether a report should wait a little for an earlier one.

    An end that says nothing about an answer waits for the report of one, or of a message; a hold for the answer.
    """
    call = to.call
    is_open_question = event.status == CallWord.COMPLETED and event.answered is None
    if not (is_open_question or event.status == CallWord.ON_HOLD) or call.answered_at is not None or call.is_over:
        return False
    if to.leg is Leg.CUSTOMER and orders.was_given(call, orders.VOICEMAIL_RECORD):
        return call.disposition != recordings.VOICEMAIL and receipt.attempts < _PATIENCE_FOR_MESSAGE
    return receipt.attempts < _PATIENCE


# --- The customer's leg ---------------------------------------------------------------------------------------
def _status(event: CallStatusEvent, to: Addressee) -> bool:
    if to.leg is Leg.AGENT:
        return _agent_status(event, to)
    if to.call.direction == CallDirection.OUTBOUND and not _prove_placed(event, to):
        return False
    if event.status is None:
        return False
    call = to.call
    if call.is_over:
        return _after_the_end(event, call)
    moved = apply(event, call)
    if moved and call.status == CallStatus.IN_PROGRESS:
        _play(call)
    if event.status == CallWord.IN_PROGRESS and not moved and orders.was_given(call, orders.ANSWER):
        orders.begin(call, scripts.nobody_is_there(call), key=orders.VOICEMAIL_SAY)
    return moved


def _prove_placed(event: CallStatusEvent, to: Addressee) -> bool:
    """That the provider reports at all proves that it has the call. False when the report is about another dial."""
    call = to.call
    if call.placing == Placing.PLACED and call.provider_call_id:
        return event.provider_call_id in ("", call.provider_call_id)
    if not event.provider_call_id:
        return True
    try:
        with transaction.atomic():
            if to.attempt is not None:
                CallAttempt.all_orgs.filter(pk=to.attempt.pk).update(
                    state=AttemptState.ACCEPTED, provider_call_id=event.provider_call_id[:128]
                )
            placing.prove_placed(
                call.pk,
                provider_call_id=event.provider_call_id[:128],
                leg_id=event.leg_id,
                session_id=event.session_id,
            )
    except IntegrityError:
        logger.error("a report names a dial that is not the call's living one", extra={"call_id": str(call.pk)})
        return False
    call.refresh_from_db()
    return True


def apply(event: CallStatusEvent, call: Call, *, is_asked: bool = False) -> bool:
    """Take over the status that a provider reports about the customer's leg. Must run in a transaction.

    `is_asked`: we asked. Such an answer knows nothing of holding, and only moves a call up.
    """
    target = _target(event, call)
    if target is None:
        return False
    newer = _newer(event)
    higher = Q(status__in=[status for status, rank in RANK.items() if rank < RANK[target]])
    same = Q(status__in=[status for status, rank in RANK.items() if rank == RANK[target]]) & newer
    at = _when(event, call)
    if target == CallStatus.COMPLETED and call.answered_at is None:
        _learn_answer(call, at - timedelta(seconds=event.duration or 0))
    from_where = higher if is_asked else higher | same
    moved = transitions.move(call, target, now=at, only_from=from_where, duration=event.duration, **_marks(event))
    if not moved and not is_asked and (marks := _marks(event)):
        # It says what we know, and what is older than it says nothing any more.
        Call.all_orgs.filter(newer, pk=call.pk, status=target).update(**marks)
    if moved and target == CallStatus.FAILED and event.error is not None:
        Call.all_orgs.filter(pk=call.pk).update(
            error_code=CallErrorCode.FINAL_FAILURE,
            provider_error_code=event.error.code[:40],
            error_message=event.error.title[:300],
        )
    return moved


def _target(event: CallStatusEvent, call: Call) -> str | None:
    """Return the status that the report means for our call; None when it means none."""
    word = CallStatus(event.status.value) if event.status else None
    answered = call.answered_at is not None or event.answered is True
    if call.direction == CallDirection.INBOUND:
        if word == CallStatus.IN_PROGRESS and not event.bridged and call.answered_at is None:
            return None  # A machine of ours took the call; nobody talks to anybody.
        answered = call.answered_at is not None
    if word == CallStatus.COMPLETED and not answered:
        return CallStatus.NO_ANSWER
    if word in ENDED and word != CallStatus.FAILED and call.answered_at is not None:
        return CallStatus.COMPLETED  # Who talked cannot have been busy.
    return word


def _learn_answer(call: Call, at: datetime) -> None:
    """An end that proves an answer came before the report of the answer."""
    Call.all_orgs.filter(pk=call.pk, answered_at__isnull=True).update(answered_at=max(at, call.started_at))


def _newer(event: VoiceEvent) -> Q:
    """Whether the report is newer than the last one that moved the call: by number where there is one, else by time."""
    if event.sequence is not None:
        return Q(last_sequence__isnull=True) | Q(last_sequence__lt=event.sequence)
    if event.occurred_at is not None:
        return Q(last_event_at__isnull=True) | Q(last_event_at__lt=event.occurred_at)
    return Q(pk__isnull=False)


def _marks(event: VoiceEvent) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    if event.sequence is not None:
        marks["last_sequence"] = event.sequence
    if event.occurred_at is not None:
        marks["last_event_at"] = event.occurred_at
    return marks


def _when(event: VoiceEvent, call: Call) -> datetime:
    """Return when it happened by the provider's clock, unless that clock cannot be right."""
    now = clock.now()
    at = event.occurred_at
    if at is None or at > now + _LONGEST_CLOCK_ERROR or at < call.started_at - _LONGEST_CLOCK_ERROR:
        return now
    return at


def _after_the_end(event: CallStatusEvent, call: Call) -> bool:
    """A report about a call that has ended here: late, or a sign that it goes on at the provider."""
    is_answer = event.status == CallWord.IN_PROGRESS and call.direction == CallDirection.OUTBOUND
    reported = CallEvent.all_orgs.filter(call=call, leg=Leg.CUSTOMER.value, status__in=ENDED).exists()
    if event.status is not None and event.status.value not in ENDED and not reported:
        orders.hang_up(call)
    return is_answer and transitions.correct_to_completed(call, answered_at=_when(event, call), is_reported=reported)


def _play(call: Call) -> None:
    """Begin what a customer hears who answered, where commands do it. The document did it elsewhere."""
    if call.direction != CallDirection.OUTBOUND or orders.voice_of(call).answers_with_document:
        return
    for step in scripts.when_customer_answers(call):
        if not isinstance(step, Record | Transcribe):  # Those are part of the dial.
            orders.begin(call, step, key=f"{orders.ANSWERED}{type(step).__name__}")


# --- The agent's leg ------------------------------------------------------------------------------------------
def _agent_status(event: CallStatusEvent, to: Addressee) -> bool:
    call = to.call
    is_talking = event.status == CallWord.IN_PROGRESS
    if is_talking and call.direction == CallDirection.INBOUND and not call.is_over:
        moved = routing.connect(call, offer_id=to.offer_id, now=_when(event, call))
        _listen(call)
        return moved
    if event.status is None or event.status.value not in ENDED or orders.voice_of(call).answers_with_document:
        return False  # Where documents rule, the provider asks by itself what comes next.
    return _agent_leg_ended(to)


def _agent_leg_ended(to: Addressee) -> bool:
    """Telnyx: the phone that rang is silent again; the caller is still there."""
    call = to.call
    if to.offer_id is not None and routing.miss(to.offer_id, call=call):
        routing.begin(call)
    elif to.offer_id is None and call.direction == CallDirection.OUTBOUND and not call.is_over:
        if CallEvent.all_orgs.filter(call=call, leg=Leg.AGENT.value, status=CallStatus.IN_PROGRESS).exists():
            orders.hang_up(call)  # They have talked, and the agent hung up.
        else:
            orders.begin(call, scripts.agent_did_not_answer(call)[0], key=orders.SORRY)
    return False


def _listen(call: Call) -> None:
    """Record and write down a caller's call from where both talk, where commands do it."""
    if not orders.voice_of(call).answers_with_document:
        for step in scripts.listening(call):
            orders.begin(call, step, key=type(step).__name__)


# --- Everything else ------------------------------------------------------------------------------------------
def _ring_result(event: RingResult, to: Addressee) -> bool:
    """Twilio: the ringing is over. The web process has answered; this is the half that must not be lost."""
    return ring_is_over(to.call, event, to)


def ring_is_over(call: Call, event: RingResult, to: Addressee) -> bool:
    """Take over how the ringing of an agent's phone ended; twice is as once. Must run in a transaction."""
    now = clock.now()
    if not event.bridged:
        if event.caller_is_gone and call.direction == CallDirection.INBOUND:
            return transitions.move(call, CallStatus.NO_ANSWER, now=now)
        if to.offer_id is not None:
            routing.miss(to.offer_id, call=call)
        return False
    if call.direction == CallDirection.OUTBOUND:
        # The report of the call's own end knows how long it was; should it be lost, we ask soon.
        Call.all_orgs.filter(pk=call.pk, placing=Placing.PLACED).update(next_attempt_at=now + _ASK_SOON)
        return False
    if not call.is_over and call.answered_at is None:
        routing.connect(call, offer_id=to.offer_id, now=now - timedelta(seconds=event.duration or 0))
    return transitions.move(call, CallStatus.COMPLETED, now=now, duration=event.duration)


def _message_taken(event: MessageTaken, to: Addressee) -> bool:
    return message_is_taken(to.call, event)


def message_is_taken(call: Call, event: MessageTaken) -> bool:
    """The caller has left a message (or nothing but silence): nobody answered. Must run in a transaction."""
    if event.recording_id and event.duration != 0:
        # The recording itself is reported later, and `call.ended` has to say by then what became of the call.
        recordings.mark_voicemail(call)
    return transitions.move(call, CallStatus.NO_ANSWER, now=clock.now())


def _step_done(_event: StepDone, to: Addressee) -> bool:
    """Telnyx: a sentence has been spoken. What follows it depends on why it was spoken."""
    call = to.call
    if call.is_over or to.leg is Leg.AGENT:
        return False
    if orders.was_given(call, orders.SORRY):
        orders.hang_up(call)
    elif orders.was_given(call, orders.VOICEMAIL_SAY):
        orders.begin(call, scripts.take_message(call), key=orders.VOICEMAIL_RECORD)
    return False


def _recording(event: RecordingEvent, to: Addressee) -> bool:
    is_voicemail = to.is_voicemail or orders.was_given(to.call, orders.VOICEMAIL_RECORD)
    stored = recordings.store(to.call, event, is_voicemail=is_voicemail)
    if is_voicemail and not orders.voice_of(to.call).answers_with_document:
        orders.hang_up(to.call)
    if stored and is_voicemail:
        transitions.announce(to.call.organization_id, to.call.pk)
    return False


def _transcript(event: TranscriptEvent, to: Addressee) -> bool:
    transcripts.add(to.call, event)
    return False


def _cost(event: CostEvent, to: Addressee) -> bool:
    """Add up what both legs cost; each is told once."""
    if event.cost is not None and event.currency:
        rows = Call.all_orgs.filter(pk=to.call.pk, cost_currency__in=["", event.currency])
        rows.update(cost=Coalesce(F("cost"), Decimal(0)) + event.cost, cost_currency=event.currency)
    return False


_APPLY: dict[type[VoiceEvent], Callable[[Any, Addressee], bool]] = {
    CallStatusEvent: _status,
    RingResult: _ring_result,
    MessageTaken: _message_taken,
    StepDone: _step_done,
    RecordingEvent: _recording,
    TranscriptEvent: _transcript,
    CostEvent: _cost,
}
