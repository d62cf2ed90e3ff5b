"""From the end of a text to its history: the attempts that must have been, and the reports that came."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from contactcenter.core.ids import id_at
from contactcenter.core.models import Provider, WebhookReceipt
from contactcenter.providers.enums import DeliveryStatus, Phase, ProviderName
from contactcenter.providers.errors import ProviderError, describe
from sms.demo import webhooks
from sms.demo.script import Line
from sms.enums import AttemptState, ErrorCode, MessageStatus
from sms.models import Attempt, Message, ProviderEvent

NEVER_DIALLED = {MessageStatus.SCHEDULED, MessageStatus.BLOCKED, MessageStatus.CANCELED, MessageStatus.EXPIRED}
DOUBTED = {MessageStatus.UNCERTAIN, MessageStatus.HELD}
# A scheduled text of the demo must never go out by itself.
FAR_FUTURE = timedelta(days=3650)

# Status of the message → the reports that led there: (word of the simulator, Telnyx's word, normalised, seconds later).
_SENT = ("sent", "sent", DeliveryStatus.SENT, 2)
_REPORTS: dict[str, tuple[tuple[str, str, DeliveryStatus, int], ...]] = {
    MessageStatus.SENT: (_SENT,),
    MessageStatus.DELIVERED: (_SENT, ("delivered", "delivered", DeliveryStatus.DELIVERED, 4)),
    MessageStatus.READ: (
        _SENT,
        ("delivered", "delivered", DeliveryStatus.DELIVERED, 4),
        ("read", "read", DeliveryStatus.READ, 40),
    ),
    MessageStatus.UNDELIVERED: (_SENT, ("undelivered", "delivery_failed", DeliveryStatus.UNDELIVERED, 9)),
    MessageStatus.FAILED: (("failed", "sending_failed", DeliveryStatus.FAILED, 3),),
}
_RATES = {Provider.TWILIO: Decimal("0.0083"), Provider.TELNYX: Decimal("0.0051")}
_BAD = {DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED}


@dataclass(slots=True)
class History:
    """What is stored beside a message."""

    attempts: list[Attempt] = field(default_factory=list)
    events: list[ProviderEvent] = field(default_factory=list)
    receipts: list[WebhookReceipt] = field(default_factory=list)


def write_history(message: Message, line: Line, provider_message_id: str, *, with_receipts: bool) -> History:
    """Fill in the fields of an outbound `message` and return its history."""
    if line.status in NEVER_DIALLED:
        _never_dialled(message)
        return History()
    history = History()
    dialled_at = message.created_at + timedelta(milliseconds=240)
    message.claims = 1
    if line.retried:
        refused = describe(ProviderName(message.provider), _too_fast(message), http_status=429)
        history.attempts.append(_attempt(message, dialled_at, AttemptState.REJECTED, refused))
        message.claims, message.retries = 2, 1
        dialled_at += timedelta(seconds=3)
    if line.status in DOUBTED:
        history.attempts.append(_doubted(message, line, dialled_at))
    elif line.by_answer:
        history.attempts.append(_refused(message, line, dialled_at))
    else:
        attempt = _attempt(message, dialled_at, AttemptState.ACCEPTED, None)
        attempt.provider_message_id = message.provider_message_id = provider_message_id
        history.attempts.append(attempt)
        _reports(message, line, attempt, history, with_receipts=with_receipts)
    return history


def _never_dialled(message: Message) -> None:
    if message.status == MessageStatus.SCHEDULED:
        message.send_at = message.next_attempt_at = message.created_at + FAR_FUTURE
    elif message.status == MessageStatus.BLOCKED:  # Waited for its time, and meanwhile the person opted out.
        message.send_at = message.created_at + timedelta(hours=2)
        message.error_code, message.claims = ErrorCode.OPTED_OUT, 1
    else:
        message.send_at = message.created_at + timedelta(days=1)


def _too_fast(message: Message) -> str:
    return "20429" if message.provider == Provider.TWILIO else "10011"


def _attempt(message: Message, at: datetime, state: AttemptState, error: ProviderError | None) -> Attempt:
    attempt_id = id_at(at, f"attempt {message.pk}")
    finished_at = at + timedelta(milliseconds=310)
    fields: dict[str, Any] = {} if error is None else {"http_status": error.http_status, **_words(error)}
    return Attempt(
        id=attempt_id,
        organization_id=message.organization_id,
        message=message,
        account=message.account,
        provider=message.provider,
        state=state,
        request=_request(message, attempt_id),
        dialled_at=at,
        finished_at=finished_at,
        **fields,
    )


def _request(message: Message, attempt_id: UUID) -> dict[str, Any]:
    if message.provider == Provider.TWILIO:
        callback = f"{settings.PUBLIC_BASE_URL}/hooks/twilio/sms/status?m={attempt_id}#rc=3&rp=all"
        names = ("To", "From", "Body", "StatusCallback")
    else:
        callback = f"{settings.PUBLIC_BASE_URL}/hooks/telnyx/sms?m={attempt_id}"
        names = ("to", "from", "text", "webhook_url")
    return dict(zip(names, (message.to_address, message.from_address, message.body, callback), strict=True))


def _doubted(message: Message, line: Line, at: datetime) -> Attempt:
    error = describe(ProviderName(message.provider), line.code, certain=False)
    for name, value in _words(error).items():
        setattr(message, name, value)
    message.uncertain_at = at + timedelta(seconds=15)
    return _attempt(message, at, AttemptState.UNKNOWN, error)


def _refused(message: Message, line: Line, at: datetime) -> Attempt:
    error = describe(ProviderName(message.provider), line.code, http_status=400)
    for name, value in _words(error).items():
        setattr(message, name, value)
    return _attempt(message, at, AttemptState.REJECTED, error)


def _words(error: ProviderError) -> dict[str, str]:
    return {
        "error_code": error.taxonomy.value,
        "provider_error_code": error.code[:40],
        "error_message": error.title[:300],
    }


def _reports(message: Message, line: Line, attempt: Attempt, history: History, *, with_receipts: bool) -> None:
    message.cost = _RATES[Provider(message.provider)] * message.segments
    message.cost_currency = "USD"
    message.cost_source = "final" if message.provider == Provider.TELNYX and _REPORTS.get(line.status) else "estimated"
    message.is_unconfirmed = line.is_unconfirmed
    for word, telnyx_word, status, seconds in _REPORTS.get(line.status, ()):
        at = attempt.dialled_at + timedelta(seconds=seconds)
        raw = word if message.provider == Provider.TWILIO else telnyx_word
        event = _event(message, attempt, raw, status, at)
        if status in _BAD:
            _report_failure(message, line, event)
        history.events.append(event)
        if with_receipts:
            receipt = webhooks.status_receipt(message, event, word, at)
            event.receipt = receipt
            history.receipts.append(receipt)
        if status == DeliveryStatus.SENT:
            message.sent_at = at
        elif status == DeliveryStatus.DELIVERED:
            message.delivered_at = at


def _event(message: Message, attempt: Attempt, raw: str, status: DeliveryStatus, at: datetime) -> ProviderEvent:
    return ProviderEvent(
        id=id_at(at, f"event {message.pk} {raw}"),
        organization_id=message.organization_id,
        account=message.account,
        provider=message.provider,
        event_key=webhooks.status_key(message, raw),
        message=message,
        attempt=attempt,
        provider_message_id=message.provider_message_id,
        raw_status=raw,
        status=status.value,
        changed_status=True,
        occurred_at=at,
    )


def _report_failure(message: Message, line: Line, event: ProviderEvent) -> None:
    error = describe(ProviderName(message.provider), line.code, phase=Phase.DLR)
    for name, value in _words(error).items():
        setattr(message, name, value)
    if message.error_code == ErrorCode.UNKNOWN_OUTCOME:  # A report of non-delivery is certain.
        message.error_code = ErrorCode.FINAL_FAILURE
    event.error_code = line.code
