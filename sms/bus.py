"""What texts take from the event bus: requests to send one. Read liberally; others write them too."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from jsonschema import Draft202012Validator

from contactcenter.core import clock, engine
from contactcenter.core.consuming import QueueReader, Unreadable
from contactcenter.core.engine import Crew, Loop
from contactcenter.core.event_schemas import NAME, TEXT
from contactcenter.core.event_schemas import UUID as UUID_SCHEMA
from sms import platform

REQUESTS = "sms-requests"
QUEUE = "comms.sms.send_request"
_ANY_UUID = {"type": "string", "pattern": UUID_SCHEMA["pattern"].replace("a-f", "a-fA-F")}
_MOST_SECONDS = 30 * 24 * 3600
# What is needed. Anything beside it is somebody else's.
_REQUEST = Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "type": {"const": "sms.send_request"},
            "timestamp": TEXT,
            "data": {
                "type": "object",
                "properties": {
                    "correlation_id": NAME,
                    "tenant_id": _ANY_UUID,
                    "actor": {
                        "type": ["object", "null"],
                        "properties": {"user_id": {"anyOf": [_ANY_UUID, {"type": "null"}]}},
                    },
                    "idempotency_key": NAME,
                    "ttl": {"type": "number", "exclusiveMinimum": 0, "maximum": _MOST_SECONDS},
                    "data": {
                        "type": "object",
                        "properties": {
                            "to_number": TEXT,
                            "body": TEXT,
                            "from_number": {"type": ["string", "null"]},
                            "metadata": {"type": ["object", "null"]},
                        },
                        "required": ["to_number", "body"],
                    },
                },
                "required": ["correlation_id", "tenant_id", "idempotency_key", "ttl", "data"],
            },
        },
        "required": ["type", "timestamp", "data"],
    }
)


def handle(envelope: Any) -> None:
    """Handle one message of the queue. Raises Unreadable when it is no request, or nobody's."""
    request = read(envelope)
    try:
        platform.handle(request, now=clock.now())
    except platform.UnknownTenant as error:
        raise Unreadable("no such tenant") from error


def read(envelope: Any) -> platform.SendRequest:
    """Return the request that an envelope holds. Raises Unreadable."""
    wrong = next(iter(_REQUEST.iter_errors(envelope)), None)
    if wrong is not None:
        raise Unreadable(f"not as described: {wrong.json_path}")
    asked = envelope["data"]
    text, actor = asked["data"], asked.get("actor") or {}
    return platform.SendRequest(
        correlation_id=asked["correlation_id"],
        tenant_id=UUID(asked["tenant_id"]),
        user_id=UUID(actor["user_id"]) if actor.get("user_id") else None,
        idempotency_key=asked["idempotency_key"],
        expires_at=_moment(envelope["timestamp"]) + timedelta(seconds=asked["ttl"]),
        to_number=text["to_number"],
        body=text["body"],
        from_number=text.get("from_number") or "",
        metadata=text.get("metadata") or {},
    )


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        # So that a time to live can be added.
        return min(max(moment, datetime(1970, 1, 2, tzinfo=UTC)), datetime(9990, 1, 1, tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise Unreadable("not as described: $.timestamp") from error


def _crew() -> Crew:
    if not settings.PLATFORM_MODE:
        return Crew()
    reader = QueueReader(queue=QUEUE, event_type="sms.send_request", handle=handle)
    return Crew(loops=[Loop(REQUESTS, reader.read, 1.0)])


engine.register("sms-bus", _crew)
