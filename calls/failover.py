"""Which calls go through another account of their organization: docs/decisions/0016.

Before the dial, when the breaker of their account is open; or after a certain refusal, once. Never from a doubt.
"""

import logging
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from calls import selectors, transitions
from calls.enums import CallErrorCode, Placing
from calls.models import Call
from contactcenter.core import circuits, doorbell
from contactcenter.core.models import PhoneNumber
from contactcenter.core.phone import country_of
from contactcenter.providers.base import ProviderError
from contactcenter.providers.enums import ContactEffect, Phase, Taxonomy

logger = logging.getLogger(__name__)

# Seconds for which a person waits at a provider that is only too busy, rather than call from another number.
PATIENCE = 4.0


class Way(Enum):
    """How a claimed call goes on: dialled where it is, as the trial of its account, or queued at another account."""

    HERE = auto()
    TRIAL = auto()
    ELSEWHERE = auto()


def allows(error: ProviderError, *, pause: float | None) -> bool:
    """Whether a call that was refused with `error` may go elsewhere.

    `pause`: the seconds until it could be repeated where it is, None for never. Too many requests pass in seconds, so
    they are waited for; lines that are full do not.
    """
    facts = error.facts
    if not facts.may_fail_over or facts.contact not in (ContactEffect.NONE, ContactEffect.SOFT):
        return False
    is_only_busy = facts.taxonomy is Taxonomy.RATE_LIMITED and facts.phase is not Phase.VOICE
    return not (is_only_busy and pause is not None and pause <= PATIENCE)


def after_refusal(call: Call, error: ProviderError, words: dict[str, Any], *, pause: float | None) -> bool:
    """Queue a call that was certainly refused at another account; False when it may not, or cannot, go there.

    Must run in the transaction that closes the attempt, under the lock of `call`.
    """
    line = _line_elsewhere(call) if allows(error, pause=pause) else None
    if line is None:
        return False
    _move(call, line, words)
    return True


def way_of(call: Call) -> Way:
    """Decide how a claimed call goes on, and queue it at another account where its own is left alone.

    When a trial is due the call is it: nothing else may ever use an account that only calls go through. A person waits
    for the call: where neither is possible it is dialled as if nothing were the matter. Must run in the transaction of
    the claim's owner, under the lock of `call`; a trial is told of by `circuits.end_trial` or given up.
    """
    circuit = circuits.of_account(call.account_id) if call.account_id else None
    if circuit is None:
        return Way.HERE
    if circuits.begin_trial(circuit.account_id, seconds=settings.SENDER_LEASE_SECONDS):
        return Way.TRIAL
    line = _line_elsewhere(call)
    if line is None:
        return Way.HERE
    _move(call, line, {"provider_error_code": circuit.provider_error_code, "error_message": circuit.error_message})
    return Way.ELSEWHERE


def _line_elsewhere(call: Call) -> PhoneNumber | None:
    """Return the line of another account: rather one in use than one that a trial is due for, rather of the country."""
    org = call.organization
    if call.failovers or not org.calls_fail_over:
        return None
    country = country_of(call.to_number)
    lines = list(selectors.lines(org).exclude(account=call.account_id))
    shut = circuits.of_accounts({line.account_id for line in lines})
    able = [line for line in lines if line.account_id not in shut or circuits.is_due(shut[line.account_id])]
    return min(able, key=lambda line: (line.account_id in shut, country_of(line.address) != country), default=None)


def _move(call: Call, line: PhoneNumber, words: dict[str, Any]) -> None:
    freed = {"lease_token": None, "lease_until": None, "retries": 0, "failovers": 1}
    Call.all_orgs.filter(pk=call.pk, failovers=0).update(
        account_id=line.account_id,
        provider=line.provider,
        from_number=line.address,
        placing=Placing.DUE,
        next_attempt_at=Now(),
        **freed,
        **{**words, "error_code": CallErrorCode.RETRYING},
    )
    transitions.announce(call.organization_id, call.pk)
    doorbell.wake("calls.tasks.place_due")
    logger.info("a call goes through another account", extra={"call_id": str(call.pk)})
