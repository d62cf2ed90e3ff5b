"""Asking the provider about calls that it has said nothing of for a while: a lost webhook keeps no call alive."""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from calls import placing, reporting, transitions
from calls.enums import ACTIVE, LEASED, LIVE, AttemptState, CallErrorCode, CallReceiptKind, CallStatus, Placing
from calls.models import Call, CallAttempt
from contactcenter.core import clock, events, receipts
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.models import ProviderAccount
from contactcenter.providers import registry
from contactcenter.providers.base import Timeouts
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.voice import CallReport, CallStatusEvent

logger = logging.getLogger(__name__)

# Telnyx forgets a call ten minutes after its end.
_FORGOTTEN_AFTER = timedelta(minutes=12)
# Neither provider lets a call be longer; an account that lets nobody in any more must not keep one alive.
_LONGEST_CALL = timedelta(hours=25)
_CALM_FACTOR = 5
# How much longer doubts last while reports wait to be read.
_GRACE_FACTOR = 10
_SEARCH_MARGIN = timedelta(seconds=30)
_MOST_FREED = 100


def check_due(*, most: int = 20) -> int:
    """Ask about up to `most` calls; return how many were asked about."""
    asked = 0
    while asked < most:
        call_id = _take_one()
        if call_id is None:
            break
        _check(Call.all_orgs.select_related("account").get(pk=call_id))
        asked += 1
    return asked


def _take_one() -> UUID | None:
    """Take the next call by moving its due time: sooner again while it rings, calmly while people talk."""
    has_id = Q(placing__in=[Placing.NONE, Placing.PLACED]) & ~Q(provider_call_id="")
    with transaction.atomic():
        call = (
            Call.all_orgs.select_for_update(skip_locked=True)
            .filter(has_id | Q(placing=Placing.UNCERTAIN), status__in=LIVE, next_attempt_at__lte=Now())
            .order_by("next_attempt_at")
            .first()
        )
        if call is None:
            return None
        factor = _CALM_FACTOR if call.answered_at else 1
        call.next_attempt_at = clock.now() + timedelta(seconds=settings.CALL_CHECK_SECONDS * factor)
        call.save(update_fields=["next_attempt_at"])
        return call.pk


def _check(call: Call) -> None:
    if call.account is None:
        return
    try:
        if call.placing == Placing.UNCERTAIN:
            _search(call, call.account)
        else:
            _ask(call, call.account)
        return
    except ProviderUnavailable as error:
        logger.warning("a provider could not be asked about a call: %s", error.error.code)
    except CredentialsUnreadable:
        logger.error("the credentials of a provider account cannot be decrypted: check CREDENTIAL_KEYS")
    if clock.now() - call.started_at > _LONGEST_CALL:
        end_unseen(call.pk, why="too_long")


def end_unseen(call_id: UUID, *, why: str) -> bool:
    """End a call that nobody saw end, and write down why; return whether it was still going on."""
    with transaction.atomic():
        call = placing.lock(call_id)
        before, end = call.status, CallStatus.COMPLETED if call.answered_at else CallStatus.FAILED
        if not transitions.move(call, end, now=clock.now()):
            return False
        detail = {"from": before, "to": str(end), "why": why}
        events.audit(org_id=call.organization_id, actor=None, action="call.freed", target=call, detail=detail)
    logger.warning("a call was freed (%s)", why, extra={"call_id": str(call_id)})
    return True


def free_stuck() -> int:
    """End calls that have had no news for hours and that no provider can be asked about; return how many.

    Those that a provider knows are asked about; one whose turn was never set gets it here.
    """
    silent = clock.now() - timedelta(seconds=settings.STUCK_CALL_SECONDS)
    active = Call.all_orgs.filter(status__in=ACTIVE, started_at__lt=silent)
    quiet = active.filter(Q(last_event_at__isnull=True) | Q(last_event_at__lt=silent))
    quiet = quiet.filter(Q(answered_at__isnull=True) | Q(answered_at__lt=silent))
    nobody_knows = Q(provider_call_id="") | Q(account__isnull=True)
    quiet.exclude(nobody_knows).filter(next_attempt_at__isnull=True).update(next_attempt_at=Now())
    stuck = quiet.filter(nobody_knows).exclude(placing__in=[Placing.UNCERTAIN, *LEASED])
    return sum(end_unseen(call_id, why="no_news") for call_id in stuck.values_list("pk", flat=True)[:_MOST_FREED])


def _timeouts() -> Timeouts:
    return Timeouts(connect=settings.PROVIDER_CONNECT_TIMEOUT, total=settings.PROVIDER_TIMEOUT)


def _ask(call: Call, account: ProviderAccount) -> None:
    adapter = registry.voice(account.provider)
    report = adapter.fetch_call(account.credentials(), call.provider_call_id, _timeouts())
    with transaction.atomic():
        call = Call.all_orgs.select_for_update(of=("self",)).select_related("organization").get(pk=call.pk)
        if call.is_over:
            return
        if report is not None:
            _apply(call, report)
        elif clock.now() - (call.last_event_at or call.started_at) > _FORGOTTEN_AFTER:
            end_unseen(call.pk, why="forgotten_by_provider")


def _apply(call: Call, report: CallReport) -> None:
    event = CallStatusEvent(
        provider_call_id=call.provider_call_id,
        dedupe_key="",
        raw_status=report.raw_status,
        status=report.status,
        answered=True if report.duration else None,
        duration=report.duration,
        occurred_at=report.ended_at,
    )
    reporting.apply(event, call, is_asked=True)
    if report.cost is not None and report.currency:
        Call.all_orgs.filter(pk=call.pk).update(cost=report.cost, cost_currency=report.currency)


def _search(call: Call, account: ProviderAccount) -> None:
    """Look for a call of which nobody knows whether it was placed. Only exactly one that is nobody else's proves it."""
    attempt = CallAttempt.all_orgs.filter(call=call, state=AttemptState.UNKNOWN).order_by("-dialled_at").first()
    if attempt is None:
        return
    since = attempt.dialled_at - _SEARCH_MARGIN
    adapter = registry.voice(account.provider)
    found = adapter.find_calls(
        account.credentials(), to=call.to_number, sender=call.from_number, since=since, timeouts=_timeouts()
    )
    ids = {report.provider_call_id for report in found or ()}
    ids -= set(
        Call.all_orgs.filter(account=account, provider_call_id__in=ids).values_list("provider_call_id", flat=True)
    )
    if len(ids) == 1 and not _has_twin(call):
        _prove(call, attempt, ids.pop())


def _has_twin(call: Call) -> bool:
    """Whether another call of ours to the same number is in doubt as well: then nobody can tell which was found."""
    twins = Call.all_orgs.filter(
        account_id=call.account_id, to_number=call.to_number, placing__in=[Placing.UNCERTAIN, Placing.DIALLING]
    )
    return twins.exclude(pk=call.pk).exists()


def _prove(call: Call, attempt: CallAttempt, provider_call_id: str) -> None:
    try:
        with transaction.atomic():
            placing.lock(call.pk)
            rows = CallAttempt.all_orgs.filter(pk=attempt.pk, state=AttemptState.UNKNOWN)
            rows.update(state=AttemptState.ACCEPTED, provider_call_id=provider_call_id)
            placing.prove_placed(call.pk, provider_call_id=provider_call_id)
            Call.all_orgs.filter(pk=call.pk).update(next_attempt_at=Now())
    except IntegrityError:
        logger.error("a call that was found is another call's", extra={"call_id": str(call.pk)})


def give_up_old_doubts() -> int:
    """End calls of which nobody knows, after the grace: nobody is waiting on the line any more. Returns how many.

    Reports that came in and were not read yet may tell, so those are read first, unless that takes very long.
    Should the provider report one after all, `placing.prove_placed` hangs it up.
    """
    grace = timedelta(seconds=settings.CALL_UNCERTAIN_GRACE_SECONDS)
    longest = grace * _GRACE_FACTOR if receipts.are_waiting([CallReceiptKind.VOICE]) else grace
    old = Call.all_orgs.filter(placing=Placing.UNCERTAIN, status__in=LIVE, uncertain_at__lte=clock.now() - longest)
    return sum(_give_up(call_id) for call_id in old.values_list("pk", flat=True)[:100])


def _give_up(call_id: UUID) -> bool:
    # One transaction each: the loads of many agents, locked together, could wait in a ring with others'.
    with transaction.atomic():
        call = Call.all_orgs.select_for_update(skip_locked=True).filter(pk=call_id, placing=Placing.UNCERTAIN).first()
        if call is None:
            return False
        now, doubt = clock.now(), CallErrorCode.UNKNOWN_OUTCOME
        return transitions.move(call, CallStatus.FAILED, now=now, error_code=doubt)
