"""Letting stored webhooks be processed once more."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from contactcenter.core import clock, doorbell, events
from contactcenter.core.models import User, WebhookReceipt

# Which worker reads which receipts; the names of tasks, because the kernel knows no other app.
_WORKERS = {
    "sms-status": "sms.tasks.process_receipts",
    "sms-inbound": "sms.tasks.process_receipts",
    "calls-voice": "calls.tasks.process_receipts",
}


def replay(receipts: Iterable[WebhookReceipt], *, actor: User | None) -> int:
    """Make the receipts due now, as if they had just arrived; return how many.

    Safe for a receipt that was processed already: events and inbound texts are stored once by their keys.
    """
    chosen: dict[UUID, WebhookReceipt] = {receipt.pk: receipt for receipt in receipts}
    with transaction.atomic():
        rows: Any = WebhookReceipt.all_orgs.filter(pk__in=chosen)
        count = rows.update(processed_at=None, attempts=0, error="", next_attempt_at=clock.now())
        for receipt in chosen.values():
            events.audit(org_id=receipt.organization_id, actor=actor, action="webhook_receipt.replayed", target=receipt)
        for task in {_WORKERS[receipt.kind] for receipt in chosen.values() if receipt.kind in _WORKERS}:
            doorbell.wake(task)
    return int(count)
