"""Breakers: an account that fails is left alone for a while, then tried by one text or call, then used again.

The row in PostgreSQL is the truth for all processes. Failures write to it, successes do not, except a trial's.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from contactcenter.core import clock, events
from contactcenter.core.models import CircuitChange, CircuitReason, CircuitState, ProviderAccount, ProviderCircuit, User
from contactcenter.providers.base import ProviderError, ProviderName
from contactcenter.providers.enums import Nature, Taxonomy

logger = logging.getLogger(__name__)

# An account that the provider itself has stopped: the code does not tell whether for money or for a policy.
SUSPENSIONS = frozenset(
    {
        *((ProviderName.TWILIO, code) for code in ("20005", "10001", "30002")),
        *((ProviderName.TELNYX, code) for code in ("20012", "20013")),
    }
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a failure says about the account. `at_once`: one such failure is enough."""

    reason: CircuitReason
    at_once: bool


def verdict_of(error: ProviderError, provider: ProviderName) -> Verdict | None:
    """Return what `error` says about the account; None when the cause lies with the text, its recipient or its pace."""
    facts = error.facts
    if (provider, error.code) in SUSPENSIONS:
        return Verdict(CircuitReason.SUSPENDED, at_once=True)
    if facts.nature is Nature.AMBIGUOUS:
        return Verdict(CircuitReason.FAILURES, at_once=False)
    if facts.taxonomy is Taxonomy.AUTH_ERROR:
        return Verdict(CircuitReason.ACCESS, at_once=True)
    if facts.may_fail_over and facts.taxonomy is not Taxonomy.RATE_LIMITED:
        return Verdict(CircuitReason.FAILURES, at_once=False)
    return None


def note_failure(*, org_id: UUID, account_id: UUID, error: ProviderError, provider: ProviderName) -> None:
    """Count a failure of an account; open its breaker when it is one too many. Must run in a transaction."""
    verdict = verdict_of(error, provider)
    if verdict is None:
        return
    circuit = _locked(org_id, account_id)
    if circuit.state == CircuitState.OPEN:  # Those that were on their way when it opened say nothing new.
        return
    if circuit.state == CircuitState.HALF_OPEN and not verdict.at_once:
        return  # Only the trial decides, and it says so through `end_trial`.
    if verdict.at_once or _is_one_too_many(circuit):
        _open(circuit, verdict.reason, error)
    else:
        circuit.save(update_fields=["recent_failures"])


def _locked(org_id: UUID, account_id: UUID) -> ProviderCircuit:
    ProviderCircuit.all_orgs.bulk_create(
        [ProviderCircuit(organization_id=org_id, account_id=account_id, changed_at=clock.now())],
        ignore_conflicts=True,
    )
    return ProviderCircuit.all_orgs.select_for_update().get(account_id=account_id)


def _is_one_too_many(circuit: ProviderCircuit) -> bool:
    now = clock.now().timestamp()
    recent = [at for at in circuit.recent_failures if at > now - settings.CIRCUIT_WINDOW_SECONDS]
    circuit.recent_failures = [*recent, now]
    return bool(len(circuit.recent_failures) >= settings.CIRCUIT_FAILURES)


def _open(circuit: ProviderCircuit, reason: CircuitReason, error: ProviderError) -> None:
    pause = min(settings.CIRCUIT_OPEN_SECONDS * 2.0 ** min(circuit.openings, 30), settings.CIRCUIT_LONGEST_SECONDS)
    circuit.provider_error_code, circuit.error_message = error.code[:40], error.title[:300]
    circuit.openings = min(circuit.openings + 1, 1000)
    circuit.probe_at = clock.now() + timedelta(seconds=pause)
    _change(circuit, CircuitState.OPEN, reason)
    logger.error(
        "a provider account is not used for now: %s",
        reason.value,
        extra={"account_id": str(circuit.account_id), "provider_error_code": circuit.provider_error_code},
    )


def _change(
    circuit: ProviderCircuit, state: CircuitState, reason: CircuitReason | str, actor: User | None = None
) -> None:
    circuit.state, circuit.reason, circuit.changed_at = state, reason, clock.now()
    circuit.recent_failures = []
    circuit.save()
    CircuitChange.all_orgs.create(
        organization_id=circuit.organization_id,
        account_id=circuit.account_id,
        state=state,
        reason=reason,
        provider_error_code=circuit.provider_error_code,
        error_message=circuit.error_message,
        actor=actor,
    )


def begin_trial(account_id: UUID, *, seconds: float) -> bool:
    """Take the one place of a trial for `seconds`; False when another has it or the pause is not over.

    Must run in a transaction, and the trial be told of by `end_trial`; if it never is, another one gets the place.
    """
    waiting = ProviderCircuit.all_orgs.filter(account_id=account_id, probe_at__lte=Now()).exclude(
        state=CircuitState.CLOSED
    )
    if not waiting.update(state=CircuitState.HALF_OPEN, probe_at=Now() + timedelta(seconds=seconds)):
        return False
    circuit = ProviderCircuit.all_orgs.get(account_id=account_id)
    _change(circuit, CircuitState.HALF_OPEN, circuit.reason)
    return True


def end_trial(account_id: UUID, *, error: ProviderError | None, provider: ProviderName) -> datetime | None:
    """Close the breaker, or open it again for longer. Must run in a transaction.

    `error`: how the trial failed, None when it went through. An error that says nothing about the account (a wrong
    number, for instance) proves that the account works. Returns the time of the next trial, None once closed.
    """
    circuit = ProviderCircuit.all_orgs.select_for_update().get(account_id=account_id)
    if circuit.state != CircuitState.HALF_OPEN:  # A person closed it, or another trial had the place meanwhile.
        return circuit.probe_at if circuit.state == CircuitState.OPEN else None
    verdict = verdict_of(error, provider) if error is not None else None
    if error is not None and verdict is not None:
        _open(circuit, verdict.reason, error)
        return circuit.probe_at
    _close(circuit, CircuitReason.RECOVERED)
    return None


def give_up_trial(account_id: UUID) -> None:
    """Let the next one try: this trial dialled nothing. Must run in a transaction."""
    circuit = ProviderCircuit.all_orgs.select_for_update().get(account_id=account_id)
    if circuit.state == CircuitState.HALF_OPEN:
        circuit.probe_at = clock.now()
        _change(circuit, CircuitState.OPEN, circuit.reason)


def close(circuit: ProviderCircuit, *, actor: User) -> bool:
    """Put an account into use again because a person says so; False when it is in use."""
    with transaction.atomic():
        found = ProviderCircuit.all_orgs.select_for_update().select_related("account").get(pk=circuit.pk)
        if found.state == CircuitState.CLOSED:
            return False
        _close(found, CircuitReason.PERSON, actor=actor)
        events.audit(
            org_id=found.organization_id,
            actor=actor,
            action="provider_account.breaker_closed",
            target=found.account,
            detail={"provider_error_code": found.provider_error_code},
        )
    return True


def _close(circuit: ProviderCircuit, reason: CircuitReason, actor: User | None = None) -> None:
    # Its last `probe_at` stays: whoever waited for exactly that moment need not wait any longer.
    circuit.openings = 0
    _change(circuit, CircuitState.CLOSED, reason, actor)
    logger.info("a provider account is in use again: %s", reason.value, extra={"account_id": str(circuit.account_id)})


def of(org: Any) -> list[ProviderCircuit]:
    """Return the breakers of an organization that ever opened, those not in use first.

    Without those of accounts that a person switched off: whether they fail is nobody's concern.
    """
    rows = ProviderCircuit.objects.for_org(org).select_related("account").filter(account__is_active=True)
    rows = rows.exclude(reason="")
    return sorted(rows, key=lambda row: (row.state == CircuitState.CLOSED, str(row.account)))


def of_account(account_id: UUID) -> ProviderCircuit | None:
    """Return the breaker of an account while it is not closed."""
    return of_accounts([account_id]).get(account_id)


def of_accounts(account_ids: Collection[UUID]) -> dict[UUID, ProviderCircuit]:
    """Return the breakers of these accounts that are not closed, by account."""
    rows = ProviderCircuit.all_orgs.filter(account_id__in=account_ids).exclude(state=CircuitState.CLOSED)
    return {circuit.account_id: circuit for circuit in rows}


def is_due(circuit: ProviderCircuit) -> bool:
    """Whether an account that is not in use may be tried now."""
    return circuit.probe_at is not None and circuit.probe_at <= clock.now()


def is_open(account: ProviderAccount) -> bool:
    """Whether an account is not to be used for anything new."""
    return of_account(account.pk) is not None
