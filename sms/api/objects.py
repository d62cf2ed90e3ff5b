"""The contract's objects, made from rows."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from contactcenter.web.api.values import money_text, time_text
from sms import costs
from sms.causes import cause_of
from sms.enums import MediaState, shown_status
from sms.explanations import explain

Row = dict[str, Any]
# The contract's words; clients compare them, so they are not translated.
REQUESTED = "SMS queued for sending"


def sms(row: Row, media: list[Row]) -> Row:
    """Return the Sms object for a row of `selectors.MESSAGE_FIELDS` and its attachments. What is empty is null."""
    return {
        "id": str(row["id"]),
        "conversation_id": str(row["conversation_id"]),
        "from_number": row["from_address"],
        "to_number": row["to_address"],
        "body": row["body"],
        "direction": row["direction"],
        "status": shown_status(row["status"]),
        "segments": row["segments"],
        "encoding": row["encoding"],
        "provider": row["provider"] or None,
        "provider_message_id": row["provider_message_id"] or None,
        "error_code": row["error_code"] or None,
        "error_message": _sentence(row),
        **_cost(row),
        "media": [_kept(item) if "upload_id" in item else _received(item) for item in media]
        + [_given(url) for url in row["media_urls"]],
        "created_at": time_text(row["created_at"]),
        "sent_at": time_text(row["sent_at"]),
        "delivered_at": time_text(row["delivered_at"]),
        "organization_id": str(row["organization_id"]),
    }


def conversation(row: Row) -> Row:
    """Return the Conversation object for a row of `selectors.CONVERSATION_FIELDS`."""
    return {
        "id": str(row["id"]),
        "contact_number": row["address"],
        "contact_name": row["contact__name"] or None,
        "last_message": row["last_preview"],
        "unread_count": row["unread_count"],
        "last_message_at": time_text(row["last_message_at"]),
        "status": row["state"],
        "assignee_id": str(row["assignee_id"]) if row["assignee_id"] else None,
    }


def attempt(row: Row) -> Row:
    """Return the Attempt object for a row of `selectors.ATTEMPT_FIELDS`."""
    return {
        "id": str(row["id"]),
        "provider": row["provider"],
        "state": row["state"],
        "dialled_at": time_text(row["dialled_at"]),
        "finished_at": time_text(row["finished_at"]),
        "provider_message_id": row["provider_message_id"] or None,
        "http_status": row["http_status"],
        "error_code": row["error_code"] or None,
        "provider_error_code": row["provider_error_code"] or None,
        "error_message": _sentence(row),
    }


def event(row: Row) -> Row:
    """Return the Event object for a row of `selectors.EVENT_FIELDS`; `status` is null for an unknown word."""
    return {
        "id": str(row["id"]),
        "attempt_id": str(row["attempt_id"]) if row["attempt_id"] else None,
        "provider": row["provider"],
        "provider_message_id": row["provider_message_id"] or None,
        "provider_status": row["raw_status"],
        "status": shown_status(row["status"]) or None,
        "provider_error_code": row["error_code"] or None,
        "changed_status": row["changed_status"],
        "occurred_at": time_text(row["occurred_at"]),
        "received_at": time_text(row["created_at"]),
    }


def _cost(row: Row) -> Row:
    if costs.is_free(row["status"], row["provider_message_id"], row["cost_source"]):
        return {"cost": None, "cost_currency": None, "cost_source": None}
    return {
        "cost": money_text(row["cost"]),
        "cost_currency": row["cost_currency"] or None,
        "cost_source": row["cost_source"] or None,
    }


def _sentence(row: Row) -> str | None:
    """Why it failed: in our words where we know the provider's code, else in the provider's."""
    if cause_of(row["provider"], row["provider_error_code"]) is None and row["error_message"]:
        return str(row["error_message"])
    explanation = explain(row["provider"], row["provider_error_code"], row["error_code"])
    return str(explanation.sentence) if explanation else None


def _received(item: Row) -> Row:
    """An attachment that came to us; its address works once it is stored, for people of the organization."""
    is_stored = item["state"] == MediaState.STORED
    path = reverse("sms:media", kwargs={"pk": item["id"]})
    return {
        "id": str(item["id"]),
        "url": f"{settings.PUBLIC_BASE_URL}{path}" if is_stored else None,
        "content_type": item["content_type"],
        "size": item["size"],
        "state": item["state"],
    }


def _kept(item: Row) -> Row:
    """A file of ours; its address works for people of the organization."""
    path = reverse("sms:file", kwargs={"pk": item["upload_id"]})
    return {
        "id": str(item["upload_id"]),
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
        "content_type": item["upload__content_type"],
        "size": item["upload__size"],
        "state": MediaState.STORED,
    }


def _given(url: str) -> Row:
    """An attachment of ours, which the provider fetches from where the client said."""
    return {"id": None, "url": url, "content_type": None, "size": None, "state": "linked"}
