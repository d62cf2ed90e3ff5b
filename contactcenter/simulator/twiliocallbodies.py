"""Twilio's bodies about calls: the resource, and the parameters of its requests and callbacks.

Shapes follow Twilio's OpenAPI document and its pages on the call resource and on TwiML's webhooks.
"""

from __future__ import annotations

import math
import time
from typing import Any

from .calls import INBOUND, Call, End
from .twiliobodies import API, country_of, rfc2822

_SUBRESOURCES = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}
_SIP = {End.BUSY: "486", End.REJECTED: "603", End.FAILED: "404", End.WE_HUNG_UP: "487", End.OTHER_LEG: "487"}


def resource(call: Call, *, fresh: bool = False) -> dict[str, Any]:
    """Return the call resource; ``fresh`` gives the create answer: queued, not begun, not billed."""
    uri = f"{API}/{call.account_id}/Calls/{call.id}"
    over = bool(call.ended_at) and not fresh
    return {
        "account_sid": call.account_id,
        "answered_by": (call.answered_by or None) if not fresh else None,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": None if fresh else rfc2822(call.accepted_at),
        "date_updated": None if fresh else rfc2822(call.updated_at),
        "direction": call.direction,
        "duration": str(call.duration) if over else None,
        "end_time": rfc2822(call.ended_at) if over else None,
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": _formatted(call.sender),
        "group_sid": None,
        "parent_call_sid": call.parent_id or None,
        "phone_number_sid": None,
        "price": f"-{0.014 * math.ceil(call.duration / 60):.5f}" if over and call.duration else None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.id,
        "start_time": rfc2822(call.started_at) if call.started_at and not fresh else None,
        "status": "queued" if fresh else call.status,
        "subresource_uris": {name: f"{uri}/{path}.json" for name, path in _SUBRESOURCES.items()},
        "to": call.to,
        "to_formatted": _formatted(call.to),
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def parameters(call: Call, status: str = "") -> dict[str, str]:
    """Return what every request about a call carries; ``status`` when it is not the present one."""
    form = {
        "AccountSid": call.account_id,
        "CallSid": call.id,
        "From": call.sender,
        "To": call.to,
        "Caller": call.sender,
        "Called": call.to,
        "Direction": call.direction,
        "ApiVersion": "2010-04-01",
        "CallStatus": status or call.status,
    }
    if call.parent_id:
        form["ParentCallSid"] = call.parent_id
    if call.answered_by:
        form["AnsweredBy"] = call.answered_by
    if call.direction == INBOUND:
        for side, number in (("From", call.sender), ("To", call.to)):
            american = number.startswith("+1")
            form |= {f"{side}City": "WASHINGTON" if american else "", f"{side}State": "DC" if american else ""}
            form |= {f"{side}Zip": "", f"{side}Country": country_of(number)}
    return form


def status_parameters(call: Call, status: str, sequence: int) -> dict[str, str]:
    """Return the form of a status callback; at the end with durations and the reason."""
    form = parameters(call, status) | {
        "Timestamp": rfc2822(time.time()),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
    }
    if call.ended_at:
        form |= {"CallDuration": str(call.duration), "Duration": str(math.ceil(call.duration / 60))}
        sip = "200" if call.answered_at else _SIP.get(call.end or End.FAILED)
        if sip:
            form["SipResponseCode"] = sip
    return form


def _formatted(number: str) -> str:
    if number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number
