"""Telnyx's bodies: the message, errors and events, in the shapes of its OpenAPI document and doc samples."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from .accounts import Account
from .http import Response, json_response
from .ledger import FINAL, Message
from .media import CONTENT_TYPE

ERRORS = {
    "10004": ("Missing required parameter", "The required parameter '{field}' is missing."),
    "10005": ("Resource not found", "The requested resource or URL could not be found."),
    "10007": ("Unexpected error", "An unexpected error occurred."),
    "10009": (
        "Authentication failed",
        "The API key is malformed or not known.",
    ),
    "10010": ("Authorization failed", "You do not have permission to use the number '{field}'."),
    "10011": ("Too many requests", "You have exceeded the maximum number of allowed requests."),
    "10015": ("Bad Request", "The request failed because it was not well-formed."),
    "10016": ("Phone number must be in +E.164 format", "The parameter '{field}' must be in +E.164 format."),
    "10027": ("Unprocessable Entity", "The command makes no sense in the call's present state."),
    "40001": (
        "Not routable",
        "The destination is a landline or a non-routable wireless number.",
    ),
    "40010": ("Not 10DLC registered", "The sending number is not 10DLC registered."),
    "40012": ("Invalid destination number", "The destination number is invalid for the carrier."),
    "40300": (
        "Blocked due to STOP message",
        "Messages cannot be sent from '{from}' to '{to}' due to an existing block rule.",
    ),
    "40302": ("Message too large", "The message has too many parts; at most 10 are allowed."),
    "40305": (
        "Invalid 'from' address",
        "The 'from' address '{from}' cannot send messages.",
    ),
    "40310": ("Invalid 'to' address", "The 'to' address '{to}' is invalid."),
    "40317": ("Invalid MMS content", "An MMS can have at most 10 media."),
    "90018": ("Call has already ended", "This call is no longer active and can't receive commands."),
    "90034": ("Call not answered yet", "This call can't receive this command because it has not been answered yet."),
}

_WORDS = {"undelivered": "delivery_failed", "failed": "sending_failed", "read": "delivered"}


def error(http_status: int, code: str, *, message: str = "", field: str = "", **words: str) -> Response:
    """Return an error as Telnyx writes it: a list, with the code as a string."""
    title, detail = ERRORS.get(code, (f"Error {code}", ""))
    words["field"] = field
    for word, value in words.items():
        detail = detail.replace("{" + word + "}", value)
    entry: dict[str, Any] = {
        "code": code,
        "title": title,
        "detail": message or detail,
        "meta": {"url": f"https://developers.telnyx.com/docs/overview/errors/{code}"},
    }
    if field:
        entry["source"] = {"pointer": f"/{field}"}
    return json_response({"errors": [entry]}, http_status)


def word(status: str) -> str:
    """Return Telnyx's word for a status of ours; an unknown word stays as it is."""
    return _WORDS.get(status, status)


def resource(message: Message, account: Account, *, fresh: bool = False) -> dict[str, Any]:
    """Return the ``data`` of a message; ``fresh`` gives the create answer."""
    status = ("scheduled" if message.send_at else "queued") if fresh else message.status
    return _message(message, account, status, "" if fresh else message.error_code)


def status_payload(message: Message, account: Account, status: str, error_code: str) -> dict[str, Any]:
    """Return the payload of message.sent or message.finalized for one step of the message."""
    payload = _message(message, account, status, error_code)
    if status not in FINAL:
        payload["completed_at"] = None
    elif payload["completed_at"] is None:
        payload["completed_at"] = iso(message.updated_at)
    return payload


def inbound_payload(
    message: Message, account: Account, media: list[dict[str, Any]], opt_out_type: str
) -> dict[str, Any]:
    """Return the payload of message.received."""
    payload = _message(message, account, "webhook_delivered", "")
    payload["cost"] = {"amount": "0.0000", "currency": "USD"}
    payload["from"] = {"carrier": "", "line_type": "", "phone_number": message.sender}
    payload["media"] = media
    payload["type"] = "MMS" if media else "SMS"
    payload["valid_until"] = None
    if opt_out_type:
        payload["autoresponse_type"] = opt_out_type
    return payload


def event(event_type: str, payload: dict[str, Any], occurred_at: float) -> dict[str, Any]:
    """Return an event with an id of its own; the delivery adds ``meta``."""
    return {
        "event_type": event_type,
        "id": str(uuid.uuid4()),
        "occurred_at": iso(occurred_at),
        "payload": payload,
        "record_type": "event",
    }


def _message(message: Message, account: Account, status: str, error_code: str) -> dict[str, Any]:
    inbound = message.direction == "inbound"
    amount, fee = 0.00205 * message.parts, 0.00305 * message.parts
    return {
        "cc": [],
        "completed_at": iso(message.completed_at),
        "cost": {"amount": f"{amount + fee:.4f}", "currency": "USD"},
        "cost_breakdown": None
        if inbound
        else {
            "carrier_fee": {"amount": f"{fee:.5f}", "currency": "USD"},
            "rate": {"amount": f"{amount:.5f}", "currency": "USD"},
        },
        "direction": "inbound" if inbound else "outbound",
        "encoding": message.encoding,
        "errors": [] if not error_code else [_delivery_error(error_code)],
        "from": {
            "carrier": "Telnyx",
            "line_type": "Wireless",
            "phone_number": message.sender or message.chosen_sender,
        },
        "id": message.id,
        "media": [
            {"content_type": CONTENT_TYPE if inbound else None, "sha256": None, "size": None, "url": url}
            for url in message.media_urls
        ],
        "messaging_profile_id": message.messaging_service_id or account.messaging_service_id,
        "num_chars": len(message.body),
        "organization_id": account.account_id,
        "parts": message.parts,
        "received_at": iso(message.accepted_at),
        "record_type": "message",
        "sent_at": None if inbound else iso(message.sent_at),
        "subject": None,
        "tags": [],
        "text": message.body,
        "to": [{"carrier": "", "line_type": "Wireless", "phone_number": message.to, "status": word(status)}],
        "type": "MMS" if message.media_urls else "SMS",
        "valid_until": iso(message.accepted_at + 3600),
        "webhook_failover_url": message.failover_url or None,
        "webhook_url": message.callback_url or None,
    }


def _delivery_error(code: str) -> dict[str, str]:
    title, detail = ERRORS.get(code, (f"Error {code}", ""))
    return {"code": code, "title": title, "detail": detail}


def precise(seconds: float) -> str:
    """Return a time to the microsecond, as events about calls have it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def iso(seconds: float) -> str | None:
    """Return a time as Telnyx writes it in events; None for "not yet" (0)."""
    if not seconds:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
