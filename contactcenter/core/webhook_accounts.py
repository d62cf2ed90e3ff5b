"""Whose webhook may this be? Looked up by our number, by messaging service and by account; kept a few seconds."""

import threading
import time
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.models import ProviderAccount
from contactcenter.providers.base import Credentials, WebhookIdentity

_SECONDS = 5.0
_MOST_ENTRIES = 5_000
# A Telnyx webhook that names nothing we know is tried against this many accounts' keys, no more.
_MOST_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account whose key may fit."""

    account_id: UUID
    organization_id: UUID
    credentials: Credentials


_known: dict[tuple[str, WebhookIdentity], tuple[float, list[Candidate]]] = {}
_lock = threading.Lock()


def candidates(provider: str, identity: WebhookIdentity) -> list[Candidate]:
    """Return the accounts that the webhook may belong to; the one whose key fits is the one."""
    key, now = (provider, identity), time.monotonic()
    found = _known.get(key)
    if found is not None and now - found[0] < _SECONDS:
        return found[1]
    rows = _look_up(provider, identity)
    if rows:  # What is unknown is asked again, so that strangers cannot fill the memory.
        with _lock:
            if len(_known) >= _MOST_ENTRIES:
                _known.clear()
            _known[key] = (now, rows)
    return rows


def forget() -> None:
    """Empty the memory (after an account changed in this process, and between tests)."""
    with _lock:
        _known.clear()


def _look_up(provider: str, identity: WebhookIdentity) -> list[Candidate]:
    # Also those that are switched off: that stops sending, but a STOP or a report on its way still counts.
    accounts = ProviderAccount.all_orgs.filter(provider=provider)
    claims = Q(phone_numbers__address__in=identity.numbers) if identity.numbers else Q(pk__in=[])
    if identity.messaging_service_id:
        claims |= Q(messaging_service_id=identity.messaging_service_id)
    if identity.account_id:
        claims |= Q(account_id=identity.account_id)
    if identity.connection_id:
        claims |= Q(connection_id=identity.connection_id)
    named = list(accounts.filter(claims).distinct()[:_MOST_CANDIDATES])
    says_something = identity.numbers or identity.messaging_service_id or identity.connection_id
    if not named and provider == "TELNYX" and says_something:
        named = list(accounts.exclude(public_key="").order_by("id")[:_MOST_CANDIDATES])
    return [candidate for account in named if (candidate := _candidate(account)) is not None]


def _candidate(account: ProviderAccount) -> Candidate | None:
    try:
        return Candidate(account.pk, account.organization_id, account.credentials())
    except CredentialsUnreadable:
        return None
