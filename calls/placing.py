"""Dialling one call: claim, write ahead, fence, one POST, record. The rules are those of a text (`sms.sending`).

Three short transactions around one network call, so that whatever dies in between, the table says what may have
happened: claimed = nothing was dialled, dialling = the provider may have it. Only `claimed` is ever taken back.
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

from calls import failover, orders, scripts, transitions
from calls.enums import AttemptState, CallErrorCode, CallStatus, Placing
from calls.models import Call, CallAttempt
from contactcenter.core import circuits, clock
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.ids import new_id
from contactcenter.core.models import ProviderAccount
from contactcenter.core.provider_requests import measured
from contactcenter.providers import registry
from contactcenter.providers.base import Credentials, ProviderError, ProviderName, Refused, Timeouts, Unknown
from contactcenter.providers.enums import Retry
from contactcenter.providers.errors import RESET_OR_GARBAGE, UNUSABLE_CREDENTIALS, InstructionsTooLong, describe
from contactcenter.providers.voice import Dialled, DialOutcome, DialRequest, VoiceProvider

logger = logging.getLogger(__name__)

# Seconds after the n-th definite refusal that is worth a repeat. A person waits for this call: few and short.
BACKOFF = (1, 3, 10)
_FENCE_MARGIN = 1.0
_LONGEST_ID = 128
_RECORD_PAUSES = (0.2, 1.0, 3.0)
_WAITING = Q(placing__in=[Placing.DIALLING, Placing.UNCERTAIN])

_CLAIM = """
WITH due AS (
    SELECT id FROM calls_call
    WHERE dial_state = 'due' AND next_attempt_at <= now() AND status = 'QUEUED' AND provider = ANY(%s)
    ORDER BY next_attempt_at, id
    LIMIT %s
    FOR UPDATE SKIP LOCKED
)
UPDATE calls_call AS c
SET dial_state = 'claimed', lease_token = gen_random_uuid(),
    lease_until = now() + make_interval(secs => %s), claims = claims + 1
FROM due WHERE c.id = due.id
RETURNING c.id, c.lease_token
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One call that is ours until the lease ends. `taken` is this process's monotonic clock before the claim."""

    call_id: UUID
    token: UUID
    taken: float


@dataclass(frozen=True, slots=True)
class Dial:
    """Everything the network call needs, so that it touches no table."""

    call: Call
    attempt_id: UUID
    adapter: VoiceProvider
    credentials: Credentials
    wire: dict[str, Any]
    # The one call that tries an account whose breaker was open.
    is_trial: bool = False


def claim(limit: int, *, providers: Sequence[str] = tuple(ProviderName)) -> list[Claim]:
    """Lease up to `limit` calls that are due, in one statement, by the database's clock."""
    taken = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [[str(name) for name in providers], limit, settings.SENDER_LEASE_SECONDS])
        return [Claim(call_id, token, taken) for call_id, token in cursor.fetchall()]


def place_claimed(claimed: Claim) -> None:
    """Dial one claimed call and record what became of it. Never dials when the lease is no longer surely ours."""
    dial = _write_ahead(claimed)
    if dial is None:
        return
    if time.monotonic() - claimed.taken > settings.SENDER_LEASE_SECONDS - settings.PROVIDER_TIMEOUT - _FENCE_MARGIN:
        _hand_back(dial, claimed)
        return
    timeouts = Timeouts(connect=settings.PROVIDER_CONNECT_TIMEOUT, total=settings.PROVIDER_TIMEOUT)
    outcome = measured(dial.adapter.name, "voice", lambda: dial.adapter.dial(dial.credentials, dial.wire, timeouts))
    _record_stubbornly(dial, outcome)


def _write_ahead(claimed: Claim) -> Dial | None:
    """Commit the attempt before the network is touched; None when there is nothing to dial (any more)."""
    with transaction.atomic():
        ours = Call.all_orgs.filter(pk=claimed.call_id, placing=Placing.CLAIMED, lease_token=claimed.token)
        call = ours.select_for_update(of=("self",)).select_related("account", "organization").first()
        if call is None:
            return None
        way = failover.way_of(call)
        if way is failover.Way.ELSEWHERE:
            return None
        return _begin_or_refuse(call, is_trial=way is failover.Way.TRIAL)


def _begin_or_refuse(call: Call, *, is_trial: bool) -> Dial | None:
    """Begin the dial; None when the call cannot be dialled, which is settled then. A trial is given up first."""
    account, credentials = call.account, _usable_credentials(call.account)
    if account is None or credentials is None:
        _give_up_trial(call, is_trial=is_trial)
        _refuse_unusable(call)
        return None
    try:
        return _begin(call, account, credentials, is_trial=is_trial)
    except InstructionsTooLong:
        logger.error("the instructions of a call are too long: PUBLIC_BASE_URL is", extra={"call_id": str(call.pk)})
        _give_up_trial(call, is_trial=is_trial)
        refuse(call, {"error_code": CallErrorCode.FINAL_FAILURE})
        return None


def _usable_credentials(account: ProviderAccount | None) -> Credentials | None:
    if account is None or not account.is_active:
        return None
    try:
        return account.credentials()
    except CredentialsUnreadable:
        logger.error("the credentials of a provider account cannot be decrypted: check CREDENTIAL_KEYS")
        return None


def _refuse_unusable(call: Call) -> None:
    """End a call that its account cannot dial, unless another one can."""
    words: dict[str, Any] = {"error_code": CallErrorCode.AUTH_ERROR}
    if call.account is not None:
        error = describe(ProviderName(call.account.provider), UNUSABLE_CREDENTIALS)
        words = _error_fields(error)
        if failover.after_refusal(call, error, words, pause=None):
            return
    refuse(call, words)


def _begin(call: Call, account: ProviderAccount, credentials: Credentials, *, is_trial: bool) -> Dial:
    adapter = registry.voice(account.provider)
    attempt_id = new_id()
    wire = adapter.dial_request(
        DialRequest(
            to=call.to_number,
            sender=call.from_number,
            dial_id=str(attempt_id),
            callback_url=scripts.status_url(account.provider, attempt_id),
            seconds=settings.CALL_RING_SECONDS,
            connection_id=account.connection_id,
            steps=tuple(scripts.when_customer_answers(call)),
        )
    )
    CallAttempt.all_orgs.create(
        id=attempt_id,
        organization_id=call.organization_id,
        call=call,
        account=account,
        provider=account.provider,
        request=wire,
        dialled_at=clock.now(),
    )
    Call.all_orgs.filter(pk=call.pk).update(placing=Placing.DIALLING, next_attempt_at=None)
    return Dial(call, attempt_id, adapter, credentials, wire, is_trial)


def _hand_back(dial: Dial, claimed: Claim) -> None:
    """Nothing was dialled and the lease is nearly over: put the call back for whoever is quicker, if it lives."""
    with transaction.atomic():
        ours = Q(placing=Placing.DIALLING, lease_token=claimed.token) | Q(placing=Placing.UNCERTAIN)
        freed = {"lease_token": None, "lease_until": None, "uncertain_at": None, "error_code": ""}
        lives = lock(dial.call.pk).status == CallStatus.QUEUED
        goes_on = {"placing": Placing.DUE, "next_attempt_at": Now()} if lives else {"placing": Placing.NONE}
        if Call.all_orgs.filter(ours, pk=dial.call.pk).update(**goes_on, **freed):
            _finish(dial, AttemptState.NOT_SENT)
        _give_up_trial(dial.call, is_trial=dial.is_trial)


def _record_stubbornly(dial: Dial, outcome: DialOutcome) -> None:
    """Write the outcome, also when the database is away for a moment: what is not written becomes uncertain."""
    for pause in _RECORD_PAUSES:
        try:
            return record(dial, outcome)
        except (OperationalError, InterfaceError):
            logger.warning("an outcome could not be written; trying again", extra={"call_id": str(dial.call.pk)})
            connection.close()
            time.sleep(pause)
    return record(dial, outcome)


def record(dial: Dial, outcome: DialOutcome) -> None:
    """Write down what became of the dial. A callback may have been quicker, and the call may have ended meanwhile."""
    match outcome:
        case Dialled():
            _record_dialled(dial, outcome)
        case Refused():
            _record_refused(dial, outcome)
        case Unknown():
            _record_unknown(dial, outcome.error)
    logger.info("dial finished: %s", type(outcome).__name__.lower(), extra={"call_id": str(dial.call.pk)})


def _record_dialled(dial: Dial, outcome: Dialled) -> None:
    if len(outcome.provider_call_id) > _LONGEST_ID:  # No id of theirs: whoever answered, we do not know what it did.
        _record_unknown(dial, describe(dial.adapter.name, RESET_OR_GARBAGE, certain=False))
        return
    try:
        with transaction.atomic():
            lock(dial.call.pk)
            _finish(dial, AttemptState.ACCEPTED, provider_call_id=outcome.provider_call_id)
            _tell_breaker(dial, None)
            prove_placed(
                dial.call.pk,
                provider_call_id=outcome.provider_call_id,
                leg_id=outcome.leg_id,
                session_id=outcome.session_id,
            )
    except IntegrityError:  # The provider gave an id that another call has: we cannot tell which of them it dialled.
        logger.error("the provider answered with the id of another call", extra={"call_id": str(dial.call.pk)})
        _record_unknown(dial, describe(dial.adapter.name, RESET_OR_GARBAGE, certain=False))


def lock(call_id: UUID) -> Call:
    """Return the call, locked: always before its attempts, in whose order a quick callback locks them too."""
    return Call.all_orgs.select_for_update().get(pk=call_id)


def prove_placed(call_id: UUID, *, provider_call_id: str, leg_id: str = "", session_id: str = "") -> None:
    """The provider has the call: nobody dials it again, and if it ended here meanwhile, it ends there too.

    Must run in a transaction. Raises IntegrityError when another call has the provider's id.
    """
    call = lock(call_id)
    if call.placing == Placing.PLACED and call.provider_call_id:
        return
    call.placing, call.lease_token, call.lease_until, call.uncertain_at = Placing.PLACED, None, None, None
    call.provider_call_id = provider_call_id
    call.provider_leg_id, call.provider_session_id = leg_id[:64], session_id[:64]
    call.error_code = call.provider_error_code = call.error_message = ""
    call.next_attempt_at = clock.now() + timedelta(seconds=settings.CALL_CHECK_SECONDS)
    call.save()
    if call.is_over:
        orders.hang_up(call)


def _record_refused(dial: Dial, outcome: Refused) -> None:
    error = outcome.error
    words = _error_fields(error)
    with transaction.atomic():
        lock(dial.call.pk)
        _finish(dial, AttemptState.NOT_SENT if error.http_status is None else AttemptState.REJECTED, error=error)
        _tell_breaker(dial, error)
        call = Call.all_orgs.filter(_WAITING, pk=dial.call.pk).select_related("organization").first()
        if call is None:  # A callback proved meanwhile that the provider has it, or the call ended.
            return
        pause = _pause_after(call, outcome)
        if not call.is_over and failover.after_refusal(call, error, words, pause=pause):
            return
        if pause is None or call.is_over:
            refuse(call, words)
            return
        Call.all_orgs.filter(pk=call.pk).update(
            placing=Placing.DUE,
            next_attempt_at=Now() + timedelta(seconds=pause),
            retries=F("retries") + 1,
            lease_token=None,
            lease_until=None,
            **{**words, "error_code": CallErrorCode.RETRYING},
        )


def _pause_after(call: Call, outcome: Refused) -> float | None:
    """Return the seconds until the call may be dialled again where it was refused, None when that is not worth it."""
    if outcome.error.facts.retry is not Retry.BACKOFF or call.retries >= len(BACKOFF):
        return None
    return max(float(BACKOFF[call.retries]), outcome.retry_after or 0.0)


def _tell_breaker(dial: Dial, error: ProviderError | None) -> None:
    """Count a failure against the account, whose breaker texts and calls share; end a trial.

    Behind the locks of the call and its attempt, and before those of agents: one order for all, so none wait in a ring.
    """
    account_id = dial.call.account_id
    if account_id is None:
        return
    if dial.is_trial:
        circuits.end_trial(account_id, error=error, provider=dial.adapter.name)
    elif error is not None:
        org_id = dial.call.organization_id
        circuits.note_failure(org_id=org_id, account_id=account_id, error=error, provider=dial.adapter.name)


def _give_up_trial(call: Call, *, is_trial: bool) -> None:
    """Leave the trial to the next one: nothing was dialled. Must run in a transaction, before an agent is locked."""
    if is_trial and call.account_id is not None:
        circuits.give_up_trial(call.account_id)


def refuse(call: Call, words: dict[str, Any]) -> None:
    """Let the call fail: it will not be dialled (again). Must run in a transaction."""
    freed = {"placing": Placing.REFUSED, "lease_token": None, "lease_until": None, "next_attempt_at": None}
    Call.all_orgs.filter(pk=call.pk).update(**freed, **words)
    transitions.move(call, CallStatus.FAILED, now=clock.now())


def _record_unknown(dial: Dial, error: ProviderError) -> None:
    with transaction.atomic():
        lock(dial.call.pk)
        _finish(dial, AttemptState.UNKNOWN, error=error)
        _tell_breaker(dial, error)
        doubt(dial.call.pk, **{**_error_fields(error), "error_code": CallErrorCode.UNKNOWN_OUTCOME})


def doubt(call_id: UUID, **words: Any) -> bool:
    """Nobody knows whether the provider has the call: it is never dialled again by a machine."""
    rows = Call.all_orgs.filter(pk=call_id, placing=Placing.DIALLING)
    freed = {"lease_token": None, "lease_until": None}
    due = Now() + timedelta(seconds=settings.CALL_CHECK_SECONDS)
    return rows.update(placing=Placing.UNCERTAIN, uncertain_at=Now(), next_attempt_at=due, **freed, **words) == 1


def _finish(dial: Dial, state: AttemptState, *, error: ProviderError | None = None, provider_call_id: str = "") -> None:
    """Close the attempt. What a callback has proved (accepted) stays proved."""
    fields: dict[str, Any] = {"state": state, "finished_at": clock.now()}
    if provider_call_id:
        fields["provider_call_id"] = provider_call_id
    if error is not None:
        fields |= {"http_status": error.http_status, **_error_fields(error)}
    open_states = [AttemptState.SUBMITTING, AttemptState.UNKNOWN]
    CallAttempt.all_orgs.filter(pk=dial.attempt_id, state__in=open_states).update(**fields)


def _error_fields(error: ProviderError) -> dict[str, Any]:
    known = error.taxonomy.value in CallErrorCode.values
    return {
        "error_code": error.taxonomy.value if known else CallErrorCode.FINAL_FAILURE,
        "provider_error_code": error.code[:40],
        "error_message": error.title[:300],
    }
