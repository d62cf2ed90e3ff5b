"""Writing events and audit entries, in the transaction of their cause."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

from contactcenter.core import doorbell
from contactcenter.core.event_schemas import TYPES
from contactcenter.core.ids import new_id
from contactcenter.core.models import AuditEntry, OutboxEvent, User

SOURCE = "communications"
_METADATA = {"version": "1.0.0", "module": "cc-lite"}


class UnknownEventType(ValueError):
    """There is no such type of event in `event_schemas.DATA`: a mistake of the program."""


def record(
    *,
    org_id: UUID,
    type: str,
    object_id: UUID,
    data: dict[str, Any],
    actor: User | None = None,
    event_id: UUID | None = None,
) -> None:
    """Write one outbox event; it is published, in order per object, after the transaction.

    `event_id` is for data that names its own event. Raises UnknownEventType.
    """
    if type not in TYPES:
        raise UnknownEventType(type)
    OutboxEvent.all_orgs.create(
        id=event_id or new_id(), organization_id=org_id, type=type, object_id=object_id, data=data, actor=actor
    )
    wake_publisher()


def wake_publisher() -> None:
    """Let a worker publish after the commit, where there is a bus."""
    if settings.EVENT_BUS_URL:
        doorbell.wake("core.tasks.publish_events")


def time_of(moment: datetime) -> str:
    """Return a moment as events write it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def envelope(event: OutboxEvent) -> dict[str, Any]:
    """Return what is published of an event. Publishing it again says exactly the same."""
    return {
        "id": str(event.pk),
        "type": event.type,
        "source": SOURCE,
        "timestamp": time_of(event.created_at),
        "organizationId": str(event.organization_id),
        "userId": str(event.actor_id) if event.actor_id else None,
        "data": event.data,
        "metadata": _METADATA,
    }


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
