"""Examples for the schema; the numbers are kept for fiction."""

SEND = {"to_number": "+1 (202) 555-0123", "body": "Your order is ready."}
SMS = {
    "id": "019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e",
    "conversation_id": "019a0f6e-8b40-7a52-8c1f-5d2e9a7b6c31",
    "from_number": "+12025550100",
    "to_number": "+12025550123",
    "body": "Your order is ready.",
    "direction": "outbound",
    "status": "queued",
    "segments": 1,
    "encoding": "GSM-7",
    "provider": "TWILIO",
    "provider_message_id": None,
    "error_code": None,
    "error_message": None,
    "cost": None,
    "cost_currency": None,
    "cost_source": None,
    "media": [],
    "created_at": "2026-01-31T08:00:00.000Z",
    "sent_at": None,
    "delivered_at": None,
    "organization_id": "019a0f6e-7f00-7b1e-9a55-2c4d6e8f0a12",
}
SMS_PAGE = {"items": [SMS], "total": 1, "page": 1, "page_size": 20, "has_more": False}
CONVERSATIONS = [
    {
        "id": "019a0f6e-8b40-7a52-8c1f-5d2e9a7b6c31",
        "contact_number": "+12025550123",
        "contact_name": "Jana Nováková",
        "last_message": "Your order is ready.",
        "unread_count": 0,
        "last_message_at": "2026-01-31T08:00:00.000Z",
        "status": "open",
        "assignee_id": None,
    }
]
CONVERSATION_PAGE = {
    "items": CONVERSATIONS,
    "total": 1,
    "page": 1,
    "page_size": 20,
    "has_more": False,
    "next_cursor": None,
}
