"""The contract's words, types and objects, written down a second time, and a strict eye for them.

Nothing here is taken from the program: a word or a name that changes there has to fail here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

Shape = Any
"""A dict (exactly these names), a one-item list (a list of such), a predicate, or Maybe (such, or null)."""


@dataclass(frozen=True, slots=True)
class Maybe:
    """What may also be null."""

    shape: Shape


def differences(shape: Shape, value: Any, at: str = "$") -> Iterator[str]:
    """Yield where `value` is not what `shape` says; values are named, so only for data made by tests."""
    if isinstance(shape, Maybe):
        if value is not None:
            yield from differences(shape.shape, value, at)
    elif isinstance(shape, dict):
        yield from _differences_of_object(shape, value, at)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{at}: no list"
            return
        for index, item in enumerate(value):
            yield from differences(shape[0], item, f"{at}[{index}]")
    elif not shape(value):
        yield f"{at}: {value!r} is not {shape.__name__}"


def _differences_of_object(shape: dict[str, Shape], value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: no object"
        return
    yield from (f"{at}.{name}: missing" for name in shape.keys() - value.keys())
    yield from (f"{at}.{name}: unexpected" for name in value.keys() - shape.keys())
    for name in shape.keys() & value.keys():
        yield from differences(shape[name], value[name], f"{at}.{name}")


# --- Types ---------------------------------------------------------------------------------------------------
def text(value: Any) -> bool:
    return isinstance(value, str)


def some_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def json_object(value: Any) -> bool:
    return isinstance(value, dict)


def uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def time(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value) is not None


def day(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None


def whole(value: Any) -> bool:
    """Counts, and durations in whole seconds: never 1.0, never true."""
    return type(value) is int and value >= 0


def percent(value: Any) -> bool:
    return type(value) in {int, float} and 0 <= value <= 100 and round(value, 2) == value


def load(value: Any) -> bool:
    """A load in percent of the capacity: more than 100 for whoever also calls out."""
    return type(value) in {int, float} and value >= 0 and round(value, 2) == value


def money(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


def number(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\+[1-9]\d{6,14}", value) is not None


def sender(value: Any) -> bool:
    """A number, a short code or an alphanumeric name."""
    return number(value) or (isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9 ]{1,11}", value) is not None)


def jwt(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", value) is not None


def one_of(*words: str) -> Callable[[Any], bool]:
    def word(value: Any) -> bool:
        return isinstance(value, str) and value in words

    word.__name__ = f"one of {', '.join(words)}"
    return word


# --- Words ---------------------------------------------------------------------------------------------------
CALL_STATUSES = (
    *("QUEUED", "RINGING", "IN_PROGRESS", "ON_HOLD"),
    *("COMPLETED", "NO_ANSWER", "BUSY", "FAILED", "CANCELED"),
)
ACTIVE = ("IN_PROGRESS", "RINGING", "ON_HOLD")
CALL_DIRECTIONS = ("INBOUND", "OUTBOUND")
PROVIDERS = ("TWILIO", "TELNYX")
AGENT_STATUSES = ("OFFLINE", "AVAILABLE", "BUSY", "BREAK", "TRAINING", "WRAP_UP")
SMS_DIRECTIONS = ("inbound", "outbound")
SMS_STATUSES = (
    *("scheduled", "blocked", "queued", "sending", "uncertain", "held", "accepted", "sent", "delivered"),
    *("undelivered", "failed", "read", "canceled", "expired", "received"),
)
FAILURE_CODES = (
    *("VALIDATION_ERROR", "AUTH_ERROR", "RATE_LIMITED", "PROVIDER_ERROR", "TIMEOUT", "RETRYING", "FINAL_FAILURE"),
    *("OPTED_OUT", "QUIET_HOURS", "UNKNOWN_OUTCOME"),
)
GROUPS = ("hour", "day", "week", "month")
ROLES = ("ADMIN", "SUPERVISOR", "AGENT", "CUSTOMER")

# --- Objects -------------------------------------------------------------------------------------------------
CALL: Shape = {
    "id": uuid,
    "from_number": number,
    "to_number": number,
    "direction": one_of(*CALL_DIRECTIONS),
    "status": one_of(*CALL_STATUSES),
    "provider": Maybe(one_of(*PROVIDERS)),
    "organization_id": uuid,
    "agent_id": Maybe(uuid),
    "supervisor_id": Maybe(uuid),
    "campaign_id": Maybe(uuid),
    "contact_id": Maybe(uuid),
    "start_time": time,
    "end_time": Maybe(time),
    "duration": Maybe(whole),
    "recording_url": Maybe(some_text),
    "disposition": Maybe(some_text),
    "notes": Maybe(some_text),
    "metadata": json_object,
    "extra_metadata": json_object,
    "created_at": time,
}
AGENT: Shape = {
    "id": uuid,
    "user_id": uuid,
    "status": one_of(*AGENT_STATUSES),
    "max_capacity": whole,
    "current_load": whole,
    "skills": [some_text],
    "language": some_text,
    "metadata": json_object,
    "is_available": flag,
    "capacity_percentage": load,
    "created_at": time,
    "updated_at": time,
}
MEDIA: Shape = {
    "id": Maybe(uuid),
    "url": Maybe(some_text),
    "content_type": Maybe(some_text),
    "size": Maybe(whole),
    "state": some_text,
}
SMS: Shape = {
    "id": uuid,
    "conversation_id": uuid,
    "from_number": sender,
    "to_number": sender,
    "body": text,
    "direction": one_of(*SMS_DIRECTIONS),
    "status": one_of(*SMS_STATUSES),
    "segments": whole,
    "encoding": one_of("GSM-7", "UCS-2"),
    "provider": Maybe(one_of(*PROVIDERS)),
    "provider_message_id": Maybe(some_text),
    "error_code": Maybe(one_of(*FAILURE_CODES)),
    "error_message": Maybe(some_text),
    "cost": Maybe(money),
    "cost_currency": Maybe(some_text),
    "cost_source": Maybe(some_text),
    "media": [MEDIA],
    "created_at": time,
    "sent_at": Maybe(time),
    "delivered_at": Maybe(time),
    "organization_id": uuid,
}
ATTEMPT: Shape = {
    "id": uuid,
    "provider": one_of(*PROVIDERS),
    "state": one_of("submitting", "accepted", "rejected", "not_sent", "unknown"),
    "dialled_at": time,
    "finished_at": Maybe(time),
    "provider_message_id": Maybe(some_text),
    "http_status": Maybe(whole),
    "error_code": Maybe(one_of(*FAILURE_CODES)),
    "provider_error_code": Maybe(some_text),
    "error_message": Maybe(some_text),
}
EVENT: Shape = {
    "id": uuid,
    "attempt_id": Maybe(uuid),
    "provider": one_of(*PROVIDERS),
    "provider_message_id": Maybe(some_text),
    "provider_status": some_text,
    "status": Maybe(one_of(*SMS_STATUSES)),
    "provider_error_code": Maybe(some_text),
    "changed_status": flag,
    "occurred_at": Maybe(time),
    "received_at": time,
}
CONVERSATION: Shape = {
    "contact_number": sender,
    "contact_name": Maybe(some_text),
    "last_message": text,
    "unread_count": whole,
    "last_message_at": time,
    "id": uuid,
    "status": one_of("open", "pending", "snoozed", "resolved"),
    "assignee_id": Maybe(uuid),
}
USER: Shape = {
    "id": uuid,
    "email": some_text,
    "first_name": text,
    "last_name": text,
    "role": one_of(*ROLES),
    "organization_id": uuid,
    "organization_name": some_text,
    "language": one_of("en", "cs", "es"),
    "time_zone": some_text,
    "last_login_at": Maybe(time),
}
PAIR: Shape = {"user": USER, "access_token": jwt, "refresh_token": jwt, "token_type": one_of("bearer")}
KEY: Shape = {
    "id": uuid,
    "name": some_text,
    "prefix": some_text,
    "scopes": [some_text],
    "created_at": time,
    "expires_at": Maybe(time),
    "last_used_at": Maybe(time),
}
PROBLEM: Shape = {"type": some_text, "title": some_text, "status": whole, "detail": some_text, "code": some_text}


def page(item: Shape, **more: Shape) -> Shape:
    """Return the paged form of the contract."""
    return {"items": [item], "total": whole, "page": whole, "page_size": whole, "has_more": flag, **more}
