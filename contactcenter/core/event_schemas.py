"""What stands in an event, as JSON Schemas (draft 2020-12): the envelope, and the data of every type.

Here and nowhere else; `events.record` knows no other types, and `/api/events/schema/` publishes this.
"""

from typing import Any

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# By pattern, because a validator may treat "format" as a mere remark.
UUID: Schema = {
    "type": "string",
    "format": "uuid",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
}
TIME: Schema = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$",
    "description": "In UTC.",
}
TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 255}
COUNT: Schema = {"type": "integer", "minimum": 0}
MONEY: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "description": "A decimal number."}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(**properties: Schema) -> Schema:
    """An object of exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


# Beside these a campaign may tell more of itself.
_CAMPAIGN: Schema = {
    "type": "object",
    "properties": {
        "id": UUID,
        "name": TEXT,
        "description": TEXT,
        "status": {"enum": ["DRAFT", "ACTIVE", "PAUSED", "COMPLETED"]},
        "created_at": TIME,
        "updated_at": TIME,
        "completed_at": _or_null(TIME),
    },
    "required": ["id", "name", "status"],
}
_OUTCOME = _object(
    event_id=UUID,
    correlation_id={**NAME, "description": "The request's; without a request the message's id."},
    timestamp=TIME,
    status={"enum": ["success", "failed"]},
    data=_object(
        message_id=_or_null(UUID),
        to_number=TEXT,
        provider=_or_null({"enum": ["TWILIO", "TELNYX"]}),
        cost=_or_null(MONEY),
        error=_or_null(TEXT),
    ),
)


def _outcome(status: str) -> Schema:
    return {"allOf": [_OUTCOME, {"properties": {"status": {"const": status}}}]}


DATA: dict[str, Schema] = {
    "call.started": _object(call_id=UUID, from_number=TEXT, to_number=TEXT, campaign_id=_or_null(UUID)),
    "call.ended": _object(
        call_id=UUID,
        duration={**COUNT, "description": "Seconds of talking."},
        outcome={"enum": ["completed", "callback_requested", "voicemail", "failed"]},
        transcript=_or_null(TEXT),
        disposition=_or_null(TEXT),
    ),
    "call.transcribed": _object(
        call_id=UUID,
        transcript=TEXT,
        language={**TEXT, "description": "BCP 47."},
        confidence=_or_null({"type": "number", "minimum": 0, "maximum": 1}),
    ),
    "campaign.created": _CAMPAIGN,
    "campaign.updated": _CAMPAIGN,
    "campaign.completed": _object(
        campaign_id=UUID,
        total_calls=COUNT,
        successful_calls=COUNT,
        failed_calls=COUNT,
        success_rate={"type": "number", "minimum": 0, "maximum": 1},
    ),
    "sentiment.analyzed": _object(
        call_id=UUID,
        sentiment={"enum": ["positive", "neutral", "negative"]},
        score={"type": "number", "minimum": -1, "maximum": 1},
        keywords={"type": "array", "items": TEXT},
    ),
    "sms.received": _object(
        message_id=UUID,
        conversation_id=UUID,
        from_number=TEXT,
        to_number=TEXT,
        body=TEXT,
        media={"type": "array", "items": _object(content_type=_or_null(TEXT))},
    ),
    "sms.send_request": _object(
        request_id=UUID,
        correlation_id=NAME,
        tenant_id=UUID,
        actor=_object(user_id=_or_null(UUID)),
        idempotency_key=NAME,
        ttl={"type": "number", "exclusiveMinimum": 0, "description": "Seconds from the envelope's timestamp."},
        data=_object(to_number=TEXT, body=TEXT, from_number=_or_null(TEXT), metadata={"type": "object"}),
    ),
    "sms.sent": _outcome("success"),
    "sms.failed": _outcome("failed"),
    "sms.delivered": _outcome("success"),
}
TYPES = frozenset(DATA)


def document() -> Schema:
    """Return the schema of the whole message: which data belongs to which type stands in `oneOf`."""
    return {
        "$schema": DIALECT,
        "title": "An event of the exchange ocelot.events",
        "type": "object",
        "properties": {
            "id": {**UUID, "description": "The same whenever the event is published again."},
            "type": {"enum": sorted(TYPES)},
            "source": {"const": "communications"},
            "timestamp": {**TIME, "description": "When it happened, in UTC."},
            "organizationId": UUID,
            "userId": _or_null(UUID),
            "data": {"type": "object"},
            "metadata": _object(version={"const": "1.0.0"}, module={"const": "cc-lite"}),
        },
        "required": ["id", "type", "source", "timestamp", "organizationId", "userId", "data", "metadata"],
        "additionalProperties": False,
        "oneOf": [
            {"properties": {"type": {"const": name}, "data": {"$ref": f"#/$defs/{name}"}}} for name in sorted(TYPES)
        ],
        "$defs": DATA,
    }
