"""What the providers report about our texts: stored always, believed only forwards."""

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from contactcenter.core import circuits, clock, receipts
from contactcenter.core.models import WebhookReceipt
from contactcenter.providers.base import (
    DeliveryStatus,
    ProviderError,
    ProviderName,
    StatusEvent,
    StatusReport,
    WebhookEvent,
)
from contactcenter.providers.enums import ContactEffect, Taxonomy
from sms import consent, failover, reachability, reading, timetable, transitions
from sms.enums import RANK, AttemptState, CostSource, ErrorCode, MessageStatus, ReceiptKind
from sms.models import Attempt, Message, ProviderEvent

logger = logging.getLogger(__name__)

# The provider's normalised words in the words of a message. Its early words all mean: it has the text.
STATUS_OF: dict[DeliveryStatus, MessageStatus] = {
    DeliveryStatus.SCHEDULED: MessageStatus.ACCEPTED,
    DeliveryStatus.ACCEPTED: MessageStatus.ACCEPTED,
    DeliveryStatus.QUEUED: MessageStatus.ACCEPTED,
    DeliveryStatus.SENDING: MessageStatus.ACCEPTED,
    DeliveryStatus.SENT: MessageStatus.SENT,
    DeliveryStatus.DELIVERED: MessageStatus.DELIVERED,
    DeliveryStatus.UNDELIVERED: MessageStatus.UNDELIVERED,
    DeliveryStatus.FAILED: MessageStatus.FAILED,
    DeliveryStatus.CANCELED: MessageStatus.CANCELED,
    DeliveryStatus.READ: MessageStatus.READ,
}


def process_due() -> int:
    """Process due status webhooks; return how many."""
    return receipts.process_due([ReceiptKind.STATUS], handle, read=reading.event_of)


def handle(receipt: WebhookReceipt, event: WebhookEvent) -> bool:
    """Apply one status webhook. False when its message is not known (yet)."""
    if not isinstance(event, StatusEvent):
        return True  # Genuine, but about nothing that we keep: the receipt itself is the record.
    attempt = _attempt_of(receipt, event)
    stored, is_new = _store(receipt, event, attempt)
    if attempt is None:
        return False
    if is_new or stored.message_id is None:
        ProviderEvent.all_orgs.filter(pk=stored.pk).update(message=attempt.message_id, attempt=attempt.pk)
    if apply(attempt, event):
        ProviderEvent.all_orgs.filter(pk=stored.pk).update(changed_status=True)
    return True


def _attempt_of(receipt: WebhookReceipt, event: StatusEvent) -> Attempt | None:
    """Find the attempt by the id in our callback URL, else by the provider's id; only within the organization."""
    attempts = Attempt.objects.for_org(receipt.organization_id).filter(account_id=receipt.account_id)
    found: Attempt | None = None
    if (attempt_id := attempt_id_in(receipt.path)) is not None:
        found = attempts.select_for_update().filter(pk=attempt_id).first()
    if found is not None and found.provider_message_id in ("", event.provider_message_id):
        return found
    return attempts.select_for_update().filter(provider_message_id=event.provider_message_id).first()


def attempt_id_in(path: str) -> UUID | None:
    """Return the id that our callback addresses carry, None where there is none."""
    values = parse_qs(urlsplit(path).query).get("m", [])
    try:
        return UUID(values[0]) if values else None
    except ValueError:
        return None


def _store(receipt: WebhookReceipt, event: StatusEvent, attempt: Attempt | None) -> tuple[ProviderEvent, bool]:
    return ProviderEvent.all_orgs.get_or_create(
        account_id=receipt.account_id,
        event_key=event.dedupe_key[:200],
        defaults={
            "organization_id": receipt.organization_id,
            "provider": receipt.provider,
            "receipt": receipt,
            "message_id": attempt.message_id if attempt else None,
            "attempt": attempt,
            "provider_message_id": event.provider_message_id[:64],
            "raw_status": event.raw_status[:60],
            "status": event.status.value if event.status else "",
            "error_code": event.error.code[:40] if event.error else "",
            "occurred_at": event.occurred_at,
        },
    )


def apply(attempt: Attempt, report: StatusReport, *, is_asked: bool = False) -> bool:
    """Take over what the provider reports about an attempt; return whether the message's status changed.

    That the provider reports at all proves that it accepted the text. `is_asked`: it answers a question, and so is
    what is true now. Must run in a transaction.
    """
    message = Message.all_orgs.select_for_update().get(pk=attempt.message_id)
    if failover.is_of_the_first_way(attempt, message):
        return failover.late_report(message, attempt, report)
    _prove_accepted(attempt, message, report.provider_message_id)
    _take_price(message, report)
    if report.error is not None and report.error.facts.contact is ContactEffect.OPTED_OUT:
        consent.write_block_of_provider(message)
    if report.error is not None:
        _tell_breaker(attempt, report.error)
    if failover.after_report(message, attempt, report):
        return True
    # A word that we do not know is kept in the event, never a failure; it still proves acceptance.
    to = STATUS_OF[report.status] if report.status else MessageStatus.ACCEPTED
    if _move(message, to, report, is_asked=is_asked):
        _judge_number(message, to, report)
        return True
    if not is_asked and message.rank == RANK[to] and message.status != to:
        # Two ends that exclude each other: the provider shall say which of them is true.
        transitions.fill_in(message, next_check_at=Now())
    return False


def _judge_number(message: Message, to: MessageStatus, report: StatusReport) -> None:
    if to in (MessageStatus.DELIVERED, MessageStatus.READ):
        reachability.restore(message.organization_id, message.to_address)
    elif to in (MessageStatus.FAILED, MessageStatus.UNDELIVERED) and report.error is not None:
        reachability.note(message, report.error)


def note(attempt: Attempt, report: StatusReport) -> None:
    """Keep what the provider answered to a question, and that changed the message, beside its own reports."""
    ProviderEvent.all_orgs.get_or_create(
        account_id=attempt.account_id,
        event_key=f"asked:{report.provider_message_id}:{report.raw_status}"[:200],
        defaults={
            "organization_id": attempt.organization_id,
            "provider": attempt.provider,
            "message_id": attempt.message_id,
            "attempt": attempt,
            "provider_message_id": report.provider_message_id[:64],
            "raw_status": report.raw_status[:60],
            "status": report.status.value if report.status else "",
            "error_code": report.error.code[:40] if report.error else "",
            "changed_status": True,
            "occurred_at": report.occurred_at,
        },
    )


def _tell_breaker(attempt: Attempt, error: ProviderError) -> None:
    """A report that the account has no access any more opens its breaker; other reports say nothing about it."""
    if error.facts.taxonomy is Taxonomy.AUTH_ERROR:
        provider = ProviderName(attempt.provider)
        circuits.note_failure(
            org_id=attempt.organization_id, account_id=attempt.account_id, error=error, provider=provider
        )


def _move(message: Message, to: MessageStatus, report: StatusReport, *, is_asked: bool) -> bool:
    fields: dict[str, Any] = {"is_unconfirmed": report.unconfirmed}
    if to == MessageStatus.SENT and report.occurred_at:
        fields["sent_at"] = report.occurred_at
    if to in (MessageStatus.DELIVERED, MessageStatus.READ):
        fields |= {
            "delivered_at": report.occurred_at or clock.now(),
            "error_code": "",
            "error_message": "",
        }
        fields["provider_error_code"] = ""
    if to in (MessageStatus.FAILED, MessageStatus.UNDELIVERED):
        fields |= _failure(report)
    elif message.rank == 0:
        fields |= {"error_code": "", "provider_error_code": "", "error_message": ""}
    # Among the final words "delivered" wins: it is the only one that nothing can make untrue later.
    overruled = Q(status__in=[MessageStatus.UNDELIVERED, MessageStatus.FAILED])
    higher = Q(rank__lt=RANK[to])
    is_final_word = to == MessageStatus.DELIVERED or (is_asked and RANK[to] == RANK[MessageStatus.DELIVERED])
    allowed = higher | (overruled & ~Q(status=to)) if is_final_word else higher
    if to == MessageStatus.CANCELED:
        allowed = Q(rank__lt=RANK[MessageStatus.DELIVERED])
    if RANK[to] >= RANK[MessageStatus.DELIVERED] and message.cost_source == CostSource.FINAL:
        fields["next_check_at"] = None  # Nothing is missing any more.
    return transitions.move(message, to, only_from=allowed, next_attempt_at=None, hold_reason="", **fields)


def _failure(report: StatusReport) -> dict[str, Any]:
    if report.error is None:
        return {"error_code": ErrorCode.FINAL_FAILURE, "provider_error_code": "", "error_message": ""}
    words = transitions.words_of(report.error)
    # A report of non-delivery is certain, whatever class its code has in an answer.
    is_doubt = words["error_code"] == ErrorCode.UNKNOWN_OUTCOME
    return words | {
        "error_code": ErrorCode.FINAL_FAILURE.value if is_doubt else words["error_code"],
    }


def _prove_accepted(attempt: Attempt, message: Message, provider_message_id: str) -> None:
    if attempt.provider_message_id and attempt.state == AttemptState.ACCEPTED and message.provider_message_id:
        return
    try:
        with transaction.atomic():
            Attempt.all_orgs.filter(pk=attempt.pk).update(
                state=AttemptState.ACCEPTED, provider_message_id=provider_message_id[:64]
            )
            check_at = message.next_check_at or attempt.dialled_at + timetable.FIRST_CHECK
            transitions.fill_in(message, provider_message_id=provider_message_id[:64], next_check_at=check_at)
    except IntegrityError:
        logger.error(
            "a report names an attempt that is not the message's living one",
            extra={"message_id": str(message.pk)},
        )


def _take_price(message: Message, report: StatusReport) -> None:
    if report.cost is not None and report.currency:
        transitions.fill_in(message, cost=report.cost, cost_currency=report.currency, cost_source=CostSource.FINAL)
    if report.segments:
        transitions.fill_in(message, segments=report.segments)
