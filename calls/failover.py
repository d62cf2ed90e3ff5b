"""Which calls go through another account of their organization: docs/decisions/0016.

Before the dial, when the breaker of their account is open; or after a certain refusal, once. Never from a doubt.
"""

import logging
from typing import Any

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


def around_a_breaker(call: Call) -> bool:
    """Queue a claimed call at another account while its own is left alone; False when it is dialled where it is.

    A person waits for the call: without another way it is its own trial, and its refusal is told at once. Must run in
    the transaction of the claim's owner, under the lock of `call`.
    """
    circuit = circuits.of_account(call.account_id) if call.account_id else None
    line = _line_elsewhere(call) if circuit is not None else None
    if circuit is None or line is None:
        return False
    _move(call, line, {"provider_error_code": circuit.provider_error_code, "error_message": circuit.error_message})
    return True


def _line_elsewhere(call: Call) -> PhoneNumber | None:
    """Return the line of another account in use, rather one of the country that is called."""
    org = call.organization
    if call.failovers or not org.calls_fail_over:
        return None
    lines = [one for one in selectors.lines(org).exclude(account=call.account_id) if not circuits.is_open(one.account)]
    country = country_of(call.to_number)
    return min(lines, key=lambda line: country_of(line.address) != country, default=None)


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
