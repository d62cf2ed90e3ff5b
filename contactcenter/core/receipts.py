"""Working through stored webhooks: one at a time, each in its own transaction, again later when it fails."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Min, Q
from django.db.models.functions import Now

from contactcenter.core.models import Organization, WebhookReceipt
from contactcenter.providers.base import RawWebhook

logger = logging.getLogger(__name__)

Event = TypeVar("Event")
Handler = Callable[[WebhookReceipt, Event], bool]
# The provider's name and its webhook in, an event out.
Reader = Callable[[str, RawWebhook], Event]

_NOTHING_OF_OURS = "nothing of ours"
# Seconds before a receipt that could not be processed is tried again. After the last one that is about nothing of ours
# is done with, until a person replays it; one that fails is tried on and on.
_PAUSES = (1, 3, 10, 60, 600, 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Receipts that are not processed: those that could be now, and since when the first could; and those put off.

    `unknown`: about nothing of ours yet, often somebody else's text; `failed`: an exception, for somebody to mend.
    """

    due: int
    due_since: datetime | None
    unknown: int
    failed: int


def unread(org: Organization | None, *, now: datetime) -> Unread:
    """Return what is not processed of one organization, or of the installation."""
    rows = WebhookReceipt.all_orgs.filter(processed_at__isnull=True)
    if org is not None:
        rows = rows.filter(organization=org)
    is_due, is_unknown = Q(next_attempt_at__lte=now), Q(error=_NOTHING_OF_OURS)
    is_failed = ~is_unknown & ~Q(error="")  # One that came this moment has no error, whatever our clock says.
    return Unread(
        **rows.aggregate(
            due=Count("pk", filter=is_due),
            due_since=Min("next_attempt_at", filter=is_due),
            unknown=Count("pk", filter=~is_due & is_unknown),
            failed=Count("pk", filter=~is_due & is_failed),
        )
    )


def process_due(kinds: Sequence[str], handler: Handler[Event], *, read: Reader[Event], most: int = 200) -> int:
    """Process up to `most` due receipts of `kinds` and return how many were taken.

    `handler` returns False when it is too early (what it is about is not there yet): the receipt is tried again later.
    """
    taken = 0
    while taken < most and _process_one(kinds, handler, read):
        taken += 1
    return taken


def are_waiting(kinds: Sequence[str], *, seconds: float = 1.0) -> bool:
    """Whether reports of `kinds` that came more than `seconds` ago are still unread: what they say is not known yet."""
    unread = WebhookReceipt.all_orgs.filter(kind__in=kinds, processed_at__isnull=True, attempts=0)
    return unread.filter(next_attempt_at__lt=Now() - timedelta(seconds=seconds)).exists()


def _process_one(kinds: Sequence[str], handler: Handler[Event], read: Reader[Event]) -> bool:
    receipt_id: UUID | None = None
    try:
        with transaction.atomic():
            receipt = (
                WebhookReceipt.all_orgs.select_for_update(skip_locked=True)
                .filter(kind__in=kinds, processed_at__isnull=True, next_attempt_at__lte=Now())
                .order_by("next_attempt_at")
                .first()
            )
            if receipt is None:
                return False
            receipt_id = receipt.pk
            known = handler(receipt, read(receipt.provider, _webhook_of(receipt)))
            if known or receipt.attempts >= len(_PAUSES):
                error = "" if known else _NOTHING_OF_OURS
                WebhookReceipt.all_orgs.filter(pk=receipt.pk).update(processed_at=Now(), error=error)
            else:
                _postpone(receipt.pk, receipt.attempts, _NOTHING_OF_OURS)
    except Exception as error:
        if receipt_id is None:
            raise
        logger.exception("a webhook receipt could not be processed")
        attempts = WebhookReceipt.all_orgs.values_list("attempts", flat=True).get(pk=receipt_id)
        _postpone(receipt_id, attempts, f"{type(error).__name__}")
    return True


def _webhook_of(receipt: WebhookReceipt) -> RawWebhook:
    return RawWebhook(
        path_url=settings.PUBLIC_BASE_URL + receipt.path,
        body=bytes(receipt.body),
        headers={},
        content_type=receipt.content_type,
    )


def _postpone(receipt_id: UUID, attempts: int, error: str) -> None:
    pause = _PAUSES[min(attempts, len(_PAUSES) - 1)]
    WebhookReceipt.all_orgs.filter(pk=receipt_id).update(
        attempts=F("attempts") + 1,
        next_attempt_at=Now() + timedelta(seconds=pause),
        error=error[:300],
    )
