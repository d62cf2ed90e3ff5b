"""Asking about texts that the provider has: for a final state that no callback brought, and for the billed price.

No network inside a transaction; a lease (`next_check_at`, moved ahead) keeps two workers from asking at once.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from contactcenter.core import clock
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.providers import registry
from contactcenter.providers.base import StatusReport, Timeouts
from contactcenter.providers.errors import ProviderUnavailable
from sms import delivery, timetable, transitions
from sms.enums import RANK, AttemptState, CostSource, MessageStatus
from sms.models import Attempt, Message

logger = logging.getLogger(__name__)

_CLAIM = """
WITH due AS (
    SELECT id FROM sms_message WHERE next_check_at <= now()
    ORDER BY next_check_at LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE sms_message AS m SET next_check_at = now() + make_interval(secs => %s)
FROM due WHERE m.id = due.id RETURNING m.id, m.next_check_at
"""


@dataclass(frozen=True, slots=True)
class Check:
    """A message that is ours to ask about until `until`."""

    message_id: UUID
    until: datetime


def claim(limit: int) -> list[Check]:
    """Take up to `limit` messages that are due to be asked about."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [limit, 2 * settings.PROVIDER_TIMEOUT + 30])
        return [Check(*row) for row in cursor.fetchall()]


def ask(check: Check) -> None:
    """Ask the provider about one message and take over what it says."""
    attempt = (
        Attempt.all_orgs.filter(message_id=check.message_id, state=AttemptState.ACCEPTED)
        .exclude(provider_message_id="")
        .select_related("account")
        .order_by("-id")
        .first()
    )
    if attempt is None:  # Nothing that could be asked about (any more).
        Message.all_orgs.filter(pk=check.message_id, next_check_at=check.until).update(next_check_at=None)
        return
    try:
        report = registry.get(attempt.provider).fetch(
            attempt.account.credentials(), attempt.provider_message_id, _timeouts()
        )
    except ProviderUnavailable as error:
        logger.warning("a provider could not be asked about a text: %s", error.error.code)
        _ask_later(check, attempt)
    except CredentialsUnreadable:
        logger.error("the credentials of a provider account cannot be decrypted: check CREDENTIAL_KEYS")
        _ask_later(check, attempt)
    else:
        _conclude(check, attempt, report)


def _timeouts() -> Timeouts:
    return Timeouts(connect=settings.PROVIDER_CONNECT_TIMEOUT, total=settings.PROVIDER_TIMEOUT)


def _ask_later(check: Check, attempt: Attempt) -> None:
    now = clock.now()
    following = None if now > attempt.dialled_at + 2 * timetable.LAST else now + timetable.AFTER_FAILURE
    Message.all_orgs.filter(pk=check.message_id, next_check_at=check.until).update(next_check_at=following)


def _conclude(check: Check, attempt: Attempt, report: StatusReport | None) -> None:
    with transaction.atomic():
        attempt = Attempt.all_orgs.select_for_update(of=("self",)).select_related("account").get(pk=attempt.pk)
        if report is not None:
            if delivery.apply(attempt, report, is_asked=True):
                delivery.note(attempt, report)
        else:
            logger.warning("the provider does not know a text", extra={"message_id": str(check.message_id)})
        message = Message.all_orgs.select_for_update().get(pk=check.message_id)
        if message.next_check_at == check.until or message.next_check_at is None:
            _write_next(message, attempt, was_answered=report is not None)


def _write_next(message: Message, attempt: Attempt, *, was_answered: bool) -> None:
    now = clock.now()
    age = now - attempt.dialled_at
    facts: dict[str, Any] = {}
    needs_state = message.rank < RANK[MessageStatus.DELIVERED] and not message.is_unconfirmed
    needs_price = message.cost_source not in (CostSource.FINAL, CostSource.UNAVAILABLE)
    if needs_state and was_answered and age >= _patience(message):
        facts["is_unconfirmed"], needs_state = True, False
    if needs_price and age >= timetable.LAST:
        facts["cost_source"], needs_price = CostSource.UNAVAILABLE, False
        logger.error("the provider never billed a text", extra={"message_id": str(message.pk)})
    facts["next_check_at"] = timetable.next_check(
        attempt.dialled_at, now, needs_state=needs_state, needs_price=needs_price
    )
    transitions.fill_in(message, **facts)
    if "is_unconfirmed" in facts:
        transitions.announce(message.organization_id, message.conversation_id)


def _patience(message: Message) -> timedelta:
    """How long a text may be without a final state before it counts as unconfirmed."""
    return timetable.UNCONFIRMED_AFTER if message.status == MessageStatus.SENT else timetable.LAST
