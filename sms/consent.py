"""Who may be texted. A word of the person, a report of a provider or an agent decides; the last one counts.

`Consent` is the state now, `ConsentEntry` every decision that led to it. Whoever writes them also stops the texts that
wait: once an opt-out is committed, no attempt to that number begins.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from contactcenter.core import clock
from contactcenter.core.models import Organization, ProviderAccount, User
from sms import flags, history, transitions
from sms.enums import ConsentSource, ConsentState, ConversationEventKind, ErrorCode, MessageStatus
from sms.models import Consent, ConsentEntry, Conversation, Message

_LOCK_SPACE = 7304
_WAITING = [MessageStatus.SCHEDULED, MessageStatus.QUEUED, MessageStatus.CLAIMED]


def is_opted_out(org: Organization | Any, address: str) -> bool:
    """Whether the organization must not text this address."""
    return Consent.objects.for_org(org).filter(address=address, state=ConsentState.OPTED_OUT).exists()


def is_known(org: Organization | Any, address: str) -> bool:
    """Whether anything was ever decided about this address."""
    return Consent.objects.for_org(org).filter(address=address).exists()


def opted_out_among(org: Organization, addresses: list[str]) -> set[str]:
    """Return those of `addresses` that must not be texted, in one query."""
    rows = Consent.objects.for_org(org).filter(address__in=addresses, state=ConsentState.OPTED_OUT)
    return set(rows.values_list("address", flat=True))


def pinned_account(org: Organization | Any, address: str) -> ProviderAccount | None:
    """Return the only account that may text this address: where the person took an opt-out back.

    The other provider does not know of that, and may block the address still. None: no account is preferred.
    """
    row = Consent.objects.for_org(org).filter(address=address, pinned_account__isnull=False)
    found = row.select_related("pinned_account").first()
    return found.pinned_account if found else None


def pinned_provider(org: Organization | Any, address: str) -> str | None:
    """Return the provider of the pinned account, or None."""
    account = pinned_account(org, address)
    return account.provider if account else None


def demand_stable(org_id: Any, address: str) -> None:
    """Keep the consent of an address as it is until the transaction ends, so that a text can be accepted under it."""
    _lock("pg_advisory_xact_lock_shared", org_id, address)


def write(
    *,
    org_id: Any,
    address: str,
    state: ConsentState,
    source: ConsentSource,
    message: Message | None,
    now: datetime,
    actor: User | None = None,
    word: str = "",
    note: str = "",
    pinned_to: UUID | None = None,
) -> ConsentEntry | None:
    """Write what was decided at `now`, and block the texts that wait if it is an opt-out. Must run in a transaction.

    Returns the new entry of the ledger; None when a newer decision stands, or a report says what is known already.
    `pinned_to`: the account whose provider lifted its block, for an opt-in.
    """
    _lock("pg_advisory_xact_lock", org_id, address)
    row = Consent.all_orgs.filter(organization_id=org_id, address=address).first()
    if row is not None and row.changed_at > now:
        return None
    if state == ConsentState.OPTED_OUT:
        block_waiting(org_id, address, besides=message)
        flags.obey(org_id, address)
    before = row.state if row is not None else ""
    if before == state and source == ConsentSource.PROVIDER and pinned_to is None:
        return None
    if row is not None and before == state == ConsentState.OPTED_IN and row.pinned_account_id != pinned_to:
        pinned_to = None  # Both providers have now heard it from the person.
    fields = {"state": state, "source": source, "message": message, "changed_at": now, "pinned_account_id": pinned_to}
    Consent.all_orgs.update_or_create(organization_id=org_id, address=address, defaults=fields)
    if before != state:
        _into_histories(org_id, address, state, actor, now)
    return ConsentEntry.all_orgs.create(
        organization_id=org_id,
        address=address,
        before=before,
        state=state,
        source=source,
        message=message,
        actor=actor,
        word=word[:40],
        note=note,
        created_at=now,
    )


def _into_histories(org_id: Any, address: str, state: ConsentState, actor: User | None, now: datetime) -> None:
    """Let every conversation with the address show in its thread what was decided."""
    is_out = state == ConsentState.OPTED_OUT
    kind = ConversationEventKind.OPTED_OUT if is_out else ConversationEventKind.OPTED_IN
    with_it = Conversation.all_orgs.filter(organization_id=org_id, address=address)
    for conversation_id in with_it.values_list("pk", flat=True):
        history.record(org_id=org_id, conversation_id=conversation_id, kind=kind, actor=actor, at=now)


def write_block_of_provider(message: Message) -> ConsentEntry | None:
    """Write that the provider says the recipient of `message` has opted out. Must run in a transaction."""
    return write(
        org_id=message.organization_id,
        address=message.to_address,
        state=ConsentState.OPTED_OUT,
        source=ConsentSource.PROVIDER,
        message=message,
        now=clock.now(),
    )


def block_waiting(org_id: Any, address: str, *, besides: Message | None = None) -> int:
    """End the texts to `address` that nobody dialled yet, claimed ones too; return how many.

    All rows are locked before the first conversation is touched, as every other writer does (no deadlocks). A sender
    that has one of them in its hands is waited for: its text is on the way, or it finds that it has lost its claim.
    """
    if besides is not None:
        Message.all_orgs.select_for_update().filter(pk=besides.pk).first()
    rows = Message.all_orgs.select_for_update().filter(
        organization_id=org_id, to_address=address, status__in=_WAITING, answers__isnull=True
    )
    return sum(
        transitions.move(
            message,
            MessageStatus.BLOCKED,
            only_from=Q(status__in=_WAITING),
            error_code=ErrorCode.OPTED_OUT,
            next_attempt_at=None,
        )
        for message in list(rows.order_by("id"))
    )


def _lock(function: str, org_id: Any, address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, hashtext(%s))", [_LOCK_SPACE, f"{org_id}:{address}"])
