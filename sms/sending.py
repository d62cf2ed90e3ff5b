"""Sending one text: claim, write ahead, fence, one POST, record.

Three short transactions around one network call, so that whatever dies in between, the table says what may have
happened: claimed = nothing was dialled, sending = the provider may have it. Only `claimed` is ever taken back.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.ids import new_id
from contactcenter.core.models import ProviderAccount
from contactcenter.providers import registry
from contactcenter.providers.base import (
    Accepted,
    Credentials,
    ProviderError,
    ProviderName,
    Refused,
    SendOutcome,
    SmsProvider,
    SmsRequest,
    Timeouts,
    Unknown,
)
from contactcenter.providers.enums import ContactEffect, Retry
from contactcenter.providers.errors import RESET_OR_GARBAGE, UnsupportedChannel, describe
from sms import attempts, consent, reachability, timetable, timing, transitions
from sms.enums import AttemptState, ConsentSource, ConsentState, ErrorCode, MessageStatus
from sms.models import Attempt, Message

logger = logging.getLogger(__name__)

# Seconds after the n-th definite refusal; the provider's own Retry-After wins when it is longer.
BACKOFF = (2, 10, 60, 300, 900, 3600)
# The least pause in seconds, by what the error table says of a repeat at the same provider.
_PAUSES = {Retry.BACKOFF: 0.0, Retry.LATER: 3600.0}
_FENCE_MARGIN = 1.0
_LONGEST_ID = 64
_RECORD_PAUSES = (0.2, 1.0, 3.0)
_STATUS_PATH = {ProviderName.TWILIO: "/hooks/twilio/sms/status", ProviderName.TELNYX: "/hooks/telnyx/sms"}

_CLAIM = """
WITH due AS (
    SELECT id FROM sms_message
    WHERE status = 'queued' AND next_attempt_at <= now() AND awaiting_until IS NULL AND provider = ANY(%s)
    ORDER BY next_attempt_at, id
    LIMIT %s
    FOR UPDATE SKIP LOCKED
)
UPDATE sms_message AS m
SET status = 'claimed', lease_token = gen_random_uuid(),
    lease_until = now() + make_interval(secs => %s), claims = claims + 1
FROM due WHERE m.id = due.id
RETURNING m.id, m.lease_token
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One message that is ours until the lease ends. `taken` is this process's monotonic clock before the claim."""

    message_id: UUID
    token: UUID
    taken: float


@dataclass(frozen=True, slots=True)
class Dial:
    """Everything the network call needs, so that it touches no table."""

    message: Message
    attempt_id: UUID
    adapter: SmsProvider
    credentials: Credentials
    wire: dict[str, Any]


def claim(limit: int, *, providers: Sequence[str] = tuple(ProviderName)) -> list[Claim]:
    """Lease up to `limit` due messages of `providers`, in one statement, by the database's clock."""
    taken = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [[str(name) for name in providers], limit, settings.SENDER_LEASE_SECONDS])
        return [Claim(message_id, token, taken) for message_id, token in cursor.fetchall()]


def send_claimed(claimed: Claim) -> None:
    """Send one claimed message and record what became of it. Never sends when the lease is no longer surely ours."""
    dial = _write_ahead(claimed)
    if dial is None:
        return
    age = time.monotonic() - claimed.taken
    budget = settings.PROVIDER_TIMEOUT + _FENCE_MARGIN
    if age > settings.SENDER_LEASE_SECONDS - budget:
        _hand_back(dial, claimed)
        return
    timeouts = Timeouts(connect=settings.PROVIDER_CONNECT_TIMEOUT, total=settings.PROVIDER_TIMEOUT)
    outcome = dial.adapter.send(dial.credentials, dial.wire, timeouts)
    _record_stubbornly(dial, outcome)


def _write_ahead(claimed: Claim) -> Dial | None:
    """Commit the attempt before the network is touched; None when there is nothing to dial (any more)."""
    with transaction.atomic():
        taken = attempts.take(claimed.message_id, claimed.token)
        if taken is None:
            return None
        message, account = taken.message, taken.account
        if taken.is_opted_out:
            _end(message, MessageStatus.BLOCKED, ErrorCode.OPTED_OUT)
            return None
        if taken.is_quiet and timing.put_off(message):
            return None
        credentials = _usable_credentials(account)
        if account is None or credentials is None:
            _end(message, MessageStatus.FAILED, ErrorCode.AUTH_ERROR)
            return None
        return _begin_attempt(message, account, credentials)


def _usable_credentials(account: ProviderAccount | None) -> Credentials | None:
    if account is None or not account.is_active:
        return None
    try:
        return account.credentials()
    except CredentialsUnreadable:
        logger.error("the credentials of a provider account cannot be decrypted: check CREDENTIAL_KEYS")
        return None


def _begin_attempt(message: Message, account: ProviderAccount, credentials: Credentials) -> Dial | None:
    adapter = registry.get(ProviderName(account.provider))
    attempt_id = new_id()
    request = SmsRequest(
        to=message.to_address,
        sender=message.from_address,
        body=message.body,
        media_urls=tuple(message.media_urls),
        # Telnyx needs its profile for alphanumeric senders; a Twilio service would choose another number of its pool.
        messaging_service_id=credentials.messaging_service_id if adapter.name is ProviderName.TELNYX else "",
        idempotency_key=str(attempt_id) if settings.TELNYX_IDEMPOTENT_REPOST else "",
        callback_url=f"{settings.PUBLIC_BASE_URL}{_STATUS_PATH[adapter.name]}?m={attempt_id}",
    )
    try:
        wire = adapter.wire_request(request)
    except UnsupportedChannel:
        _end(message, MessageStatus.FAILED, ErrorCode.VALIDATION_ERROR)
        return None
    attempts.begin(message, account, attempt_id, wire)
    return Dial(message, attempt_id, adapter, credentials, wire)


def _hand_back(dial: Dial, claimed: Claim) -> None:
    """Nothing was dialled and the lease is nearly over: put the message back for whoever is quicker."""
    with transaction.atomic():
        ours = Q(status=MessageStatus.SENDING, lease_token=claimed.token)
        doubted = Q(status__in=[MessageStatus.UNCERTAIN, MessageStatus.HELD])  # The reaper was quicker; we know better.
        cleared = {"error_code": "", "uncertain_at": None, "next_attempt_at": Now()}
        if transitions.move(dial.message, MessageStatus.QUEUED, only_from=ours | doubted, **cleared):
            _finish(dial, AttemptState.NOT_SENT)


def _record_stubbornly(dial: Dial, outcome: SendOutcome) -> None:
    """Write the outcome, also when the database is away for a moment: what is not written becomes uncertain."""
    for pause in _RECORD_PAUSES:
        try:
            return record(dial, outcome)
        except (OperationalError, InterfaceError):
            logger.warning("an outcome could not be written; trying again", extra={"message_id": str(dial.message.pk)})
            connection.close()
            time.sleep(pause)
    return record(dial, outcome)


def record(dial: Dial, outcome: SendOutcome) -> None:
    """Write down what became of the attempt. The status only moves forward: a callback may have been quicker."""
    match outcome:
        case Accepted():
            _record_accepted(dial, outcome)
        case Refused():
            _record_refused(dial, outcome)
        case Unknown():
            _record_unknown(dial, outcome.error)
    logger.info("attempt finished: %s", type(outcome).__name__.lower(), extra={"message_id": str(dial.message.pk)})


def _record_accepted(dial: Dial, outcome: Accepted) -> None:
    if len(outcome.provider_message_id) > _LONGEST_ID:  # No id of theirs: whoever answered, we do not know what it did.
        _record_unknown(dial, describe(dial.adapter.name, RESET_OR_GARBAGE, certain=False))
        return
    try:
        if not attempts.accept(dial.message, dial.attempt_id, outcome):
            transitions.fill_in(dial.message, provider_message_id=outcome.provider_message_id)
            transitions.fill_in_estimate(dial.message, cost=outcome.cost, currency=outcome.currency)
    except IntegrityError:  # The provider gave an id that another message has: we cannot tell which of them it sent.
        logger.error("the provider answered with the id of another message", extra={"message_id": str(dial.message.pk)})
        _record_unknown(dial, describe(dial.adapter.name, RESET_OR_GARBAGE, certain=False))


def _record_refused(dial: Dial, outcome: Refused) -> None:
    error = outcome.error
    message = dial.message
    words = _error_fields(error)
    still_ours = Q(status__in=[MessageStatus.SENDING, MessageStatus.UNCERTAIN, MessageStatus.HELD])
    with transaction.atomic():
        _finish(dial, AttemptState.NOT_SENT if error.http_status is None else AttemptState.REJECTED, error=error)
        if error.facts.contact is ContactEffect.OPTED_OUT:
            consent.write(
                org_id=message.organization_id,
                address=message.to_address,
                state=ConsentState.OPTED_OUT,
                source=ConsentSource.PROVIDER,
                message=message,
                now=timezone.now(),
            )
        if error.facts.retry in _PAUSES and message.retries < len(BACKOFF):
            pause = max(float(BACKOFF[message.retries]), _PAUSES[error.facts.retry], outcome.retry_after or 0.0)
            transitions.move(
                message,
                MessageStatus.QUEUED,
                only_from=still_ours,
                next_attempt_at=Now() + timedelta(seconds=pause),
                retries=F("retries") + 1,
                **{**words, "error_code": ErrorCode.RETRYING},
            )
        else:
            transitions.move(message, MessageStatus.FAILED, only_from=still_ours, **words)
        reachability.note(message, error)


def _record_unknown(dial: Dial, error: ProviderError) -> None:
    with transaction.atomic():
        _finish(dial, AttemptState.UNKNOWN, error=error)
        transitions.move(
            dial.message,
            MessageStatus.UNCERTAIN,
            only_from=Q(status=MessageStatus.SENDING),
            uncertain_at=timezone.now(),
            **{**_error_fields(error), "error_code": ErrorCode.UNKNOWN_OUTCOME},
        )


def _finish(dial: Dial, state: AttemptState, *, error: ProviderError | None = None) -> None:
    """Close the attempt. What a callback has proved (accepted) stays proved."""
    fields: dict[str, Any] = {"state": state, "finished_at": timezone.now()}
    if error is not None:
        fields |= {"http_status": error.http_status, **_error_fields(error)}
    if state == AttemptState.UNKNOWN:
        fields["next_lookup_at"] = timetable.first_lookup(timezone.now())
    open_states = [AttemptState.SUBMITTING, AttemptState.UNKNOWN]
    Attempt.all_orgs.filter(pk=dial.attempt_id, state__in=open_states).update(**fields)


def _error_fields(error: ProviderError) -> dict[str, Any]:
    return {
        "error_code": error.taxonomy.value,
        "provider_error_code": error.code[:40],
        "error_message": error.title[:300],
    }


def _end(message: Message, status: MessageStatus, code: ErrorCode) -> None:
    transitions.move(message, status, only_from=Q(status=MessageStatus.CLAIMED), error_code=code, next_attempt_at=None)
