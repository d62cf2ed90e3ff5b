"""Taking a text to the other account: after a certain failure, once; before any attempt, when its account is not used.

Never from a doubt. The rules: docs/decisions/0016.
"""

import logging
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from contactcenter.core import circuits, clock, doorbell
from contactcenter.core.models import CircuitReason, PhoneNumber, ProviderAccount
from contactcenter.providers.base import DeliveryStatus, ProviderError, StatusReport
from sms import carriable, consent, prices, routing, transitions
from sms.enums import AlarmKind, AttemptState, CostSource, ErrorCode, MessageStatus, RerouteKind
from sms.models import Alarm, Attempt, Message, Reroute
from sms.next_steps import Step, may_fail_over_after_report, next_step

logger = logging.getLogger(__name__)

_LIVING = (AttemptState.SUBMITTING, AttemptState.UNKNOWN, AttemptState.ACCEPTED)


def after_refusal(message: Message, error: ProviderError, *, retry_after: float | None, only_from: Q) -> bool:
    """Fail over after an answer that certainly refused `message`, if the decision table says so and a way exists.

    Must run in the transaction that closes the attempt.
    """
    step = next_step(error, retries=message.retries, retry_after=retry_after, has_route=True)
    if step is not Step.FAIL_OVER:
        return False
    return _fail_over(message, error, RerouteKind.REFUSED, only_from=only_from)


def after_report(message: Message, attempt: Attempt, report: StatusReport) -> bool:
    """Fail over after a report that `attempt` did not arrive, before `message` takes its final state.

    Must run in the transaction that stores the report, under the lock of `message`.
    """
    is_undelivered = report.status in (DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED)
    if not is_undelivered or report.error is None or not may_fail_over_after_report(report.error):
        return False
    # While a sender may still write an answer, the report stays what it is.
    settled = Q(status__in=[MessageStatus.ACCEPTED, MessageStatus.SENT, MessageStatus.UNCERTAIN, MessageStatus.HELD])
    if not _fail_over(message, report.error, RerouteKind.RETURNED, only_from=settled):
        return False
    Attempt.all_orgs.filter(pk=attempt.pk).update(
        state=AttemptState.RETURNED, finished_at=clock.now(), **transitions.words_of(report.error)
    )
    return True


def _fail_over(message: Message, error: ProviderError, kind: RerouteKind, *, only_from: Q) -> bool:
    if message.failovers or consent.is_opted_out(message.organization, message.to_address):
        return False
    sender = _way_around(message)
    if sender is None:
        return False
    words = transitions.words_of(error)
    return _reroute(message, sender, kind, words, only_from=only_from & Q(failovers=0), failovers=1)


def _way_around(message: Message) -> PhoneNumber | None:
    if message.answers_id is not None:  # It answers from the number that was written to.
        return None
    sender = routing.around(message)
    if sender is not None and carriable.problem_of(sender, carriable.load_of(message)) is not None:
        return None  # Only its own account can carry its files.
    pinned = consent.pinned_account(message.organization, message.to_address)
    # Where the person did not take the opt-out back, the provider may block the number still.
    return None if sender is not None and pinned is not None and pinned.pk != sender.account_id else sender


def _reroute(
    message: Message, sender: PhoneNumber, kind: RerouteKind, words: dict[str, str], *, only_from: Q, **fields: Any
) -> bool:
    """Queue `message` for `sender`'s account. It stays in its conversation, which belongs to the contact."""
    before = {"from_account_id": message.account_id, "from_address": message.from_address}
    new: dict[str, Any] = {"account_id": sender.account_id, "provider": sender.provider, "from_address": sender.address}
    fresh: dict[str, Any] = {"provider_message_id": "", "retries": 0, "sent_at": None, "uncertain_at": None}
    fresh |= {"is_unconfirmed": False, "hold_reason": "", "next_attempt_at": Now(), "next_check_at": None}
    if message.cost_source != CostSource.FINAL:
        fresh |= prices.as_fields(
            prices.estimate(
                message.organization,
                provider=sender.provider,
                to_address=message.to_address,
                segments=message.segments,
                at=clock.now(),
                has_files=message.media_count > 0,
            )
        )
    shown = {**words, "error_code": ErrorCode.RETRYING}
    if not transitions.move(message, MessageStatus.QUEUED, only_from=only_from, **new, **fresh, **shown, **fields):
        return False
    Reroute.all_orgs.create(
        organization_id=message.organization_id,
        message=message,
        kind=kind,
        to_account_id=sender.account_id,
        to_address=sender.address,
        **before,
        **words,
    )
    doorbell.wake("sms.tasks.send_due")
    logger.info("a text goes through another account: %s", kind.value, extra={"message_id": str(message.pk)})
    return True


def may_try(message: Message) -> bool:
    """Whether a claimed `message` is the one that tries its account, whose breaker is not closed.

    Otherwise it has gone to the other account, or waits for the next trial. Must run in a transaction.
    """
    account_id = message.account_id
    if account_id is None or circuits.begin_trial(account_id, seconds=settings.SENDER_LEASE_SECONDS):
        return True
    if not divert(message, message.account):
        circuit = circuits.of_account(account_id)
        transitions.move(
            message,
            MessageStatus.QUEUED,
            only_from=Q(status=MessageStatus.CLAIMED, lease_token=message.lease_token),
            next_attempt_at=circuit.probe_at if circuit else Now(),
            error_code=ErrorCode.RETRYING,
        )
    return False


def divert(message: Message, account: ProviderAccount | None) -> bool:
    """Let a claimed `message` go through the other account because its own is not used; False when there is no way.

    One that was refused before counts this as its failover; one that has had its failover stays.
    """
    if account is None or message.failovers:
        return False
    sender = _way_around(message)
    if sender is None:
        return False
    was_refused = message.retries > 0
    words = {"error_code": ErrorCode.AUTH_ERROR.value}
    if circuit := circuits.of_account(account.pk):
        words = {"provider_error_code": circuit.provider_error_code, "error_message": circuit.error_message}
        words["error_code"] = _code_of(circuit.reason)
    return _reroute(
        message,
        sender,
        RerouteKind.REFUSED if was_refused else RerouteKind.CIRCUIT,
        words,
        only_from=Q(status=MessageStatus.CLAIMED, lease_token=message.lease_token, failovers=0),
        failovers=1 if was_refused else 0,
    )


def _code_of(reason: str) -> str:
    is_access = reason in (CircuitReason.ACCESS, CircuitReason.SUSPENDED)
    return (ErrorCode.AUTH_ERROR if is_access else ErrorCode.PROVIDER_ERROR).value


def is_of_the_first_way(attempt: Attempt, message: Message) -> bool:
    """Whether `attempt` is one that `message` left behind by a failover."""
    return message.failovers > 0 and attempt.account_id != message.account_id


def late_report(message: Message, attempt: Attempt, report: StatusReport) -> bool:
    """Take in what the first provider says after a failover. Returns whether the message's status changed.

    Only a delivery matters: it calls the failover off if nothing was dialled (or nothing taken) at the second one, else
    it raises an alarm. Must run in a transaction, under the lock of `message`.
    """
    if report.status not in (DeliveryStatus.DELIVERED, DeliveryStatus.READ):
        return False
    if _call_off(message, attempt, report):
        return True
    _alarm, is_new = Alarm.all_orgs.get_or_create(
        message=message,
        kind=AlarmKind.DELIVERED_TWICE,
        defaults={"organization_id": message.organization_id, "attempt": attempt},
    )
    if is_new:
        logger.error("a text may have arrived twice, through both providers", extra={"message_id": str(message.pk)})
    return False


def _call_off(message: Message, attempt: Attempt, report: StatusReport) -> bool:
    if Attempt.all_orgs.filter(message=message, state__in=_LIVING).exists():
        return False
    first = Reroute.all_orgs.filter(message=message, from_account_id=attempt.account_id).order_by("-id").first()
    if first is None:
        return False
    moved = transitions.move(
        message,
        MessageStatus.DELIVERED,
        only_from=Q(status__in=[MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.FAILED]),
        account_id=attempt.account_id,
        provider=attempt.provider,
        from_address=first.from_address,
        provider_message_id=attempt.provider_message_id,
        delivered_at=report.occurred_at or clock.now(),
        next_attempt_at=None,
        **{"error_code": "", "provider_error_code": "", "error_message": ""},
    )
    if moved:
        Attempt.all_orgs.filter(pk=attempt.pk).update(state=AttemptState.ACCEPTED)
    return moved
