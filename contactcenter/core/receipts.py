"""Working through stored webhooks: one at a time, each in its own transaction, again later when it fails."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from contactcenter.core.models import WebhookReceipt
from contactcenter.providers.base import RawWebhook

logger = logging.getLogger(__name__)

Event = TypeVar("Event")
Handler = Callable[[WebhookReceipt, Event], bool]
# The provider's name and its webhook in, an event out.
Reader = Callable[[str, RawWebhook], Event]

_NOTHING_OF_OURS = "nothing of ours"
# Seconds before a receipt that could not be processed is tried again; after the last it waits for a person (replay).
_PAUSES = (1, 3, 10, 60, 600, 3600)


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
