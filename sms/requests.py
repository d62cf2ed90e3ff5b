"""Asking for a text on the event bus, where the installation is a module of a platform.

The message waits for its own request to come back from the bus, and expires when that takes too long.
"""

from django.conf import settings

from contactcenter.core import events
from contactcenter.core.ids import new_id
from contactcenter.core.models import User
from sms.models import Message


def publish(message: Message, *, actor: User | None) -> None:
    """Write the request for `message` to the outbox, in the transaction that stores the message."""
    events.record(
        org_id=message.organization_id,
        type="sms.send_request",
        object_id=message.pk,
        actor=actor,
        data={
            "request_id": str(new_id()),
            "correlation_id": message.correlation,
            "tenant_id": str(message.organization_id),
            "actor": {"user_id": str(actor.pk) if actor else None},
            "idempotency_key": message.idempotency_key,
            "ttl": settings.PLATFORM_REQUEST_SECONDS,
            "data": {
                "to_number": message.to_address,
                "body": message.body,
                "from_number": message.from_address,
                "metadata": message.metadata,
            },
        },
    )
