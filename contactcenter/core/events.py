"""Writing events and audit entries, in the transaction of their cause."""

from typing import Any
from uuid import UUID

from django.db import models

from contactcenter.core.models import AuditEntry, OutboxEvent, User


def record(*, org_id: UUID, type: str, object_id: UUID, data: dict[str, Any], actor: User | None = None) -> None:
    """Write one outbox event; it is published, in order per object, after the transaction."""
    OutboxEvent.all_orgs.create(organization_id=org_id, type=type, object_id=object_id, data=data, actor=actor)


def audit(
    *,
    org_id: UUID,
    actor: User | None,
    action: str,
    target: models.Model,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down who did what to `target`. `detail` holds names and words, never bodies, numbers or secrets."""
    AuditEntry.all_orgs.create(
        organization_id=org_id,
        actor=actor,
        action=action,
        object_type=target._meta.label_lower,
        object_id=target.pk,
        detail=detail or {},
    )
