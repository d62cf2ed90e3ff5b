"""One example of every event's data, and the published schemas to hold against whatever is published."""

from typing import Any
from uuid import uuid4

from jsonschema import Draft202012Validator

from contactcenter.core import event_schemas

VALIDATOR = Draft202012Validator(event_schemas.document())
ID = "019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e"
OTHER = "019a0f6e-8b40-7a52-8c1f-5d2e9a7b6c31"


def problems_of(envelope: Any) -> list[str]:
    """Return what the schemas find wrong with a published message."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(envelope)]


def received_data(body: str) -> dict[str, Any]:
    return {
        "message_id": str(uuid4()),
        "conversation_id": str(uuid4()),
        "from_number": "+12025550123",
        "to_number": "+12025550100",
        "body": body,
        "media": [{"content_type": "image/png"}],
    }


def outcome_data(status: str, error: str | None = None) -> dict[str, Any]:
    return {
        "event_id": ID,
        "correlation_id": "order-7",
        "timestamp": "2026-01-31T08:00:01.000Z",
        "status": status,
        "data": {
            "message_id": OTHER,
            "to_number": "+12025550123",
            "provider": "TWILIO",
            "cost": "0.0075",
            "error": error,
        },
    }


_CAMPAIGN = {"id": ID, "name": "Spring", "status": "ACTIVE"}
DATA: dict[str, dict[str, Any]] = {
    "call.started": {"call_id": ID, "from_number": "+1202", "to_number": "+1203", "campaign_id": None},
    "call.ended": {
        "call_id": ID,
        "duration": 61,
        "outcome": "completed",
        "transcript": None,
        "disposition": "sold",
    },
    "call.transcribed": {"call_id": ID, "transcript": "Hello", "language": "en-US", "confidence": 0.9},
    "campaign.created": _CAMPAIGN,
    "campaign.updated": _CAMPAIGN,
    "campaign.completed": {
        "campaign_id": ID,
        "total_calls": 4,
        "successful_calls": 3,
        "failed_calls": 1,
        "success_rate": 0.75,
    },
    "sentiment.analyzed": {"call_id": ID, "sentiment": "positive", "score": 0.5, "keywords": ["thanks"]},
    "sms.received": received_data("Hello"),
    "sms.send_request": {
        "request_id": ID,
        "correlation_id": "order-7",
        "tenant_id": OTHER,
        "actor": {"user_id": None},
        "idempotency_key": "order-7",
        "ttl": 300,
        "data": {"to_number": "+12025550123", "body": "Hello", "from_number": None, "metadata": {}},
    },
    "sms.sent": outcome_data("success"),
    "sms.failed": outcome_data("failed", "OPTED_OUT"),
    "sms.delivered": outcome_data("success"),
}
