"""Examples for the schema; the numbers are kept for fiction."""

NEW_CALL: dict[str, object] = {"to_number": "+1 (202) 555-0123", "direction": "OUTBOUND"}
CHANGES = {"disposition": "callback_requested", "notes": "Call again after five."}
CALL: dict[str, object] = {
    "id": "019a0f6e-9b5e-7c11-9d0a-0f6f2b1c3d4e",
    "from_number": "+12025550100",
    "to_number": "+12025550123",
    "direction": "OUTBOUND",
    "status": "QUEUED",
    "provider": "TWILIO",
    "organization_id": "019a0f6e-7f00-7b1e-9a55-2c4d6e8f0a12",
    "agent_id": None,
    "supervisor_id": None,
    "campaign_id": None,
    "contact_id": None,
    "start_time": "2026-01-31T08:00:00.000Z",
    "end_time": None,
    "duration": None,
    "recording_url": None,
    "disposition": None,
    "notes": None,
    "metadata": {},
    "extra_metadata": {},
    "created_at": "2026-01-31T08:00:00.000Z",
}
ENDED_CALL: dict[str, object] = {**CALL, "status": "COMPLETED", "end_time": "2026-01-31T08:02:05.000Z", "duration": 120}
CHANGED_CALL: dict[str, object] = {**ENDED_CALL, **CHANGES}
CALL_PAGE = {"items": [ENDED_CALL], "total": 1, "page": 1, "page_size": 20, "has_more": False}
