"""The contract's objects, made from rows."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from contactcenter.web.api.values import time_text

Row = dict[str, Any]

CALL_FIELDS = (
    *("id", "from_number", "to_number", "direction", "status", "provider", "organization_id"),
    *("agent_id", "supervisor_id", "campaign_id", "contact_id"),
    *("started_at", "ended_at", "duration", "recording_id", "disposition", "notes", "metadata", "created_at"),
)


def call(row: Row) -> Row:
    """Return the Call object for a row of CALL_FIELDS. What is empty is null."""
    return {
        "id": str(row["id"]),
        "from_number": row["from_number"],
        "to_number": row["to_number"],
        "direction": row["direction"],
        "status": row["status"],
        "provider": row["provider"] or None,
        "organization_id": str(row["organization_id"]),
        "agent_id": _id(row["agent_id"]),
        "supervisor_id": _id(row["supervisor_id"]),
        "campaign_id": _id(row["campaign_id"]),
        "contact_id": _id(row["contact_id"]),
        "start_time": time_text(row["started_at"]),
        "end_time": time_text(row["ended_at"]),
        "duration": row["duration"],
        "recording_url": _recording(row["id"]) if row["recording_id"] else None,
        "disposition": row["disposition"] or None,
        "notes": row["notes"] or None,
        "metadata": row["metadata"],
        "extra_metadata": row["metadata"],
        "created_at": time_text(row["created_at"]),
    }


def _id(value: UUID | None) -> str | None:
    return str(value) if value else None


def _recording(call_id: UUID) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse('api_call_recording', kwargs={'pk': call_id})}"
