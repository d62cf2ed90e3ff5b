"""Sending one text: claim, write ahead, fence, one POST, record.

Three short transactions around one network call, so that whatever dies in between, the table says what may have
happened: claimed = nothing was dialled, sending = the provider may have it. Only `claimed` is ever taken back.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from contactcenter.core import circuits, clock
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.ids import new_id
from contactcenter.core.models import ProviderAccount
from contactcenter.core.provider_requests import measured
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
from contactcenter.providers.enums import ContactEffect
from contactcenter.providers.errors import RESET_OR_GARBAGE, UnsupportedChannel, describe
from sms import attempts, claiming, consent, failover, file_links, reachability, timetable, timing, transitions, uploads
from sms.claiming import Claim
from sms.enums import AttemptState, ErrorCode, MessageStatus
from sms.models import Attempt, Message
from sms.next_steps import pause_after

logger = logging.getLogger(__name__)

_FENCE_MARGIN = 1.0
_LONGEST_ID = 64
_NO_LIMIT = nullcontext()
_RECORD_PAUSES = (0.2, 1.0, 3.0)
_STATUS_PATH = {ProviderName.TWILIO: "/hooks/twilio/sms/status", ProviderName.TELNYX: "/hooks/telnyx/sms"}


@dataclass(frozen=True, slots=True)
class Dial:
    """Everything the network call needs, so that it touches no table."""

    message: Message
    attempt_id: UUID
    adapter: SmsProvider
    credentials: Credentials
    wire: dict[str, Any]
    # The one text that tries an account whose breaker was open.
    is_trial: bool = False


def claim(limit: int, *, providers: Sequence[str] = tuple(ProviderName)) -> list[Claim]:
    """Lease up to `limit` due messages of `providers`."""
    return claiming.look(limit, providers=providers).taken


def send_claimed(claimed: Claim, *, line: AbstractContextManager[object] = _NO_LIMIT) -> None:
    """Send one claimed message and record what became of it. Never sends when the lease is no longer surely ours.

    `line` is held while the text is on the wire: there are fewer lines than threads that claim and write down.
    """
    dial = _write_ahead(claimed)
    if dial is None:
        return
    timeouts = Timeouts(connect=settings.PROVIDER_CONNECT_TIMEOUT, total=settings.PROVIDER_TIMEOUT)
    with line:
        age = time.monotonic() - claimed.taken
        budget = settings.PROVIDER_TIMEOUT + _FENCE_MARGIN
        if age > settings.SENDER_LEASE_SECONDS - budget:
            _hand_back(dial, claimed)
            return
        outcome = measured(dial.adapter.name, "sms", lambda: dial.adapter.send(dial.credentials, dial.wire, timeouts))
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
        is_trial = taken.is_out_of_use
        if is_trial and not failover.may_try(message):
            return None
        credentials = _usable_credentials(account)
        if account is None or credentials is None:
            if is_trial and account is not None:
                circuits.give_up_trial(account.pk)
            if not failover.divert(message, taken.account):
                _end(message, MessageStatus.FAILED, ErrorCode.AUTH_ERROR)
            return None
        return _begin_attempt(message, account, credentials, is_trial=is_trial)


def _usable_credentials(account: ProviderAccount | None) -> Credentials | None:
    if account is None or not account.is_active:
        return None
    try:
        return account.credentials()
    except CredentialsUnreadable:
        logger.error("the credentials of a provider account cannot be decrypted: check CREDENTIAL_KEYS")
        return None


def _begin_attempt(
    message: Message, account: ProviderAccount, credentials: Credentials, *, is_trial: bool
) -> Dial | None:
    adapter = registry.get(ProviderName(account.provider))
    attempt_id = new_id()
    request = SmsRequest(
        to=message.to_address,
        sender=message.from_address,
        body=message.body,
        media_urls=_addresses(message),
        # Telnyx needs its profile for alphanumeric senders; a Twilio service would choose another number of its pool.
        messaging_service_id=credentials.messaging_service_id if adapter.name is ProviderName.TELNYX else "",
        idempotency_key=str(attempt_id) if settings.TELNYX_IDEMPOTENT_REPOST else "",
        callback_url=f"{settings.PUBLIC_BASE_URL}{_STATUS_PATH[adapter.name]}?m={attempt_id}",
    )
    try:
        wire = adapter.wire_request(request)
    except UnsupportedChannel:
        if is_trial:
            circuits.give_up_trial(account.pk)
        _end(message, MessageStatus.FAILED, ErrorCode.VALIDATION_ERROR)
        return None
    attempts.begin(message, account, attempt_id, wire)
    return Dial(message, attempt_id, adapter, credentials, wire, is_trial)


def _addresses(message: Message) -> tuple[str, ...]:
    """Where the provider fetches the files from: ours by links that are made now, so that they last."""
    return (*(file_links.make(pk) for pk in uploads.ids_of(message)), *message.media_urls)


def _hand_back(dial: Dial, claimed: Claim) -> None:
    """Nothing was dialled and the lease is nearly over: put the message back for whoever is quicker."""
    with transaction.atomic():
        ours = Q(status=MessageStatus.SENDING, lease_token=claimed.token)
        doubted = Q(status__in=[MessageStatus.UNCERTAIN, MessageStatus.HELD])  # The reaper was quicker; we know better.
        cleared = {"error_code": "", "uncertain_at": None, "next_attempt_at": Now()}
        if transitions.move(dial.message, MessageStatus.QUEUED, only_from=ours | doubted, **cleared):
            _finish(dial, AttemptState.NOT_SENT)
        if dial.is_trial and dial.message.account_id is not None:
            circuits.give_up_trial(dial.message.account_id)


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
    ids = {"message_id": str(dial.message.pk), "attempt_id": str(dial.attempt_id)}
    ids["organization_id"] = str(dial.message.organization_id)
    logger.info("attempt finished: %s", type(outcome).__name__.lower(), extra=ids)


def _record_accepted(dial: Dial, outcome: Accepted) -> None:
    if len(outcome.provider_message_id) > _LONGEST_ID:  # No id of theirs: whoever answered, we do not know what it did.
        _record_unknown(dial, describe(dial.adapter.name, RESET_OR_GARBAGE, certain=False))
        return
    try:
        if dial.is_trial:
            _accept_trial(dial, outcome)
        elif not attempts.accept(dial.message, dial.attempt_id, outcome):
            _fill_in(dial, outcome)
    except IntegrityError:  # The provider gave an id that another message has: we cannot tell which of them it sent.
        logger.error("the provider answered with the id of another message", extra={"message_id": str(dial.message.pk)})
        _record_unknown(dial, describe(dial.adapter.name, RESET_OR_GARBAGE, certain=False))


def _accept_trial(dial: Dial, outcome: Accepted) -> None:
    with transaction.atomic():
        if not attempts.accept(dial.message, dial.attempt_id, outcome):
            _fill_in(dial, outcome)
        _tell_breaker(dial, None)


def _fill_in(dial: Dial, outcome: Accepted) -> None:
    """Add what the answer says to what a callback said before, unless the text has gone to another account since."""
    if not Attempt.all_orgs.filter(pk=dial.attempt_id, state=AttemptState.RETURNED).exists():
        transitions.fill_in(dial.message, provider_message_id=outcome.provider_message_id)
        transitions.fill_in_estimate(dial.message, cost=outcome.cost, currency=outcome.currency)


def _tell_breaker(dial: Dial, error: ProviderError | None) -> datetime | None:
    """Count a failure; end a trial. Returns when the account may be tried again, if it is not in use now."""
    account_id = dial.message.account_id
    if account_id is None:
        return None
    if dial.is_trial:
        return circuits.end_trial(account_id, error=error, provider=dial.adapter.name)
    if error is not None:
        org_id = dial.message.organization_id
        circuits.note_failure(org_id=org_id, account_id=account_id, error=error, provider=dial.adapter.name)
    return None


def _record_refused(dial: Dial, outcome: Refused) -> None:
    error, message = outcome.error, dial.message
    state = AttemptState.NOT_SENT if error.http_status is None else AttemptState.REJECTED
    with transaction.atomic():
        if not _finish(dial, state, error=error):
            return  # A callback has proved more than this answer says.
        next_trial = _tell_breaker(dial, error)
        if error.facts.contact is ContactEffect.OPTED_OUT:
            consent.write_block_of_provider(message)
        _go_on_after_refusal(message, outcome, next_trial)
        # Last: whoever takes in a report has locked the text before the number, too.
        reachability.note(message, error)


def _go_on_after_refusal(message: Message, outcome: Refused, next_trial: datetime | None) -> None:
    """Fail over, wait or end, by the table of next steps. `next_trial`: when the account is tried again."""
    error = outcome.error
    open_statuses = [MessageStatus.SENDING, MessageStatus.UNCERTAIN, MessageStatus.HELD]
    still_ours = Q(status__in=open_statuses, account_id=message.account_id)
    if failover.after_refusal(message, error, retry_after=outcome.retry_after, only_from=still_ours):
        return
    words = transitions.words_of(error)
    waiting = {**words, "error_code": ErrorCode.RETRYING}
    pause = pause_after(error, retries=message.retries, retry_after=outcome.retry_after)
    if next_trial is not None:  # It was the trial's bad luck: it waits with the others.
        transitions.move(message, MessageStatus.QUEUED, only_from=still_ours, next_attempt_at=next_trial, **waiting)
    elif pause is not None:
        transitions.move(
            message,
            MessageStatus.QUEUED,
            only_from=still_ours,
            next_attempt_at=Now() + timedelta(seconds=pause),
            retries=F("retries") + 1,
            **waiting,
        )
    else:
        transitions.move(message, MessageStatus.FAILED, only_from=still_ours, **words)


def _record_unknown(dial: Dial, error: ProviderError) -> None:
    with transaction.atomic():
        if not _finish(dial, AttemptState.UNKNOWN, error=error):
            return
        _tell_breaker(dial, error)
        transitions.move(
            dial.message,
            MessageStatus.UNCERTAIN,
            only_from=Q(status=MessageStatus.SENDING, account_id=dial.message.account_id),
            uncertain_at=clock.now(),
            **{**transitions.words_of(error), "error_code": ErrorCode.UNKNOWN_OUTCOME},
        )


def _finish(dial: Dial, state: AttemptState, *, error: ProviderError | None = None) -> bool:
    """Close the attempt. What a callback has proved (accepted, returned) stays proved: then False."""
    fields: dict[str, Any] = {"state": state, "finished_at": clock.now()}
    if error is not None:
        fields |= {"http_status": error.http_status, **transitions.words_of(error)}
    if state == AttemptState.UNKNOWN:
        fields["next_lookup_at"] = timetable.first_lookup(clock.now())
    open_states = [AttemptState.SUBMITTING, AttemptState.UNKNOWN]
    return Attempt.all_orgs.filter(pk=dial.attempt_id, state__in=open_states).update(**fields) == 1


def _end(message: Message, status: MessageStatus, code: ErrorCode) -> None:
    transitions.move(message, status, only_from=Q(status=MessageStatus.CLAIMED), error_code=code, next_attempt_at=None)
