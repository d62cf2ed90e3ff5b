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
REQUESTED = {"status": "queued", "message": "SMS queued for sending", **SMS}
SMS_PAGE = {"items": [SMS], "total": 1, "page": 1, "page_size": 20, "has_more": False}
SMS_KEYSET_PAGE = {**SMS_PAGE, "next_cursor": None}
SMS_DETAIL = {
    **SMS,
    "status": "delivered",
    "provider_message_id": "SM00000000000000000000000000000001",
    "sent_at": "2026-01-31T08:00:01.000Z",
    "delivered_at": "2026-01-31T08:00:02.000Z",
    "attempts": [
        {
            "id": "019a0f6e-8b9a-7d43-b1c6-2a3f4e5d6c7b",
            "provider": "TWILIO",
            "state": "accepted",
            "dialled_at": "2026-01-31T08:00:00.100Z",
            "finished_at": "2026-01-31T08:00:00.350Z",
            "provider_message_id": "SM00000000000000000000000000000001",
            "http_status": 201,
            "error_code": None,
            "provider_error_code": None,
            "error_message": None,
        }
    ],
    "events": [
        {
            "id": "019a0f6e-9376-7f10-8e2d-6b5a4c3d2e1f",
            "attempt_id": "019a0f6e-8b9a-7d43-b1c6-2a3f4e5d6c7b",
            "provider": "TWILIO",
            "provider_message_id": "SM00000000000000000000000000000001",
            "provider_status": "delivered",
            "status": "delivered",
            "provider_error_code": None,
            "changed_status": True,
            "occurred_at": None,
            "received_at": "2026-01-31T08:00:02.000Z",
        }
    ],
}
CONVERSATION = {
    "id": "019a0f6e-8b40-7a52-8c1f-5d2e9a7b6c31",
    "contact_number": "+12025550123",
    "contact_name": "Jana Nováková",
    "last_message": "Your order is ready.",
    "unread_count": 0,
    "last_message_at": "2026-01-31T08:00:00.000Z",
    "status": "open",
    "assignee_id": None,
}
CONVERSATIONS = [CONVERSATION]
CONVERSATION_PAGE = {
    "items": CONVERSATIONS,
    "total": 1,
    "page": 1,
    "page_size": 20,
    "has_more": False,
    "next_cursor": None,
}
