"""Dials and commands for the tests of the simulated voice APIs."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

from .conftest import Hit, Stack, account_of

TWILIO, TELNYX = account_of("TWILIO"), account_of("TELNYX")
PREFIX = {"TWILIO": "+1202555", "TELNYX": "+42060123"}
EVENTS = ("initiated", "ringing", "answered", "completed")
# Keeps the line until somebody hangs up.
STAY = "<Response><Pause length='600'/></Response>"
AGENT = "+12025557777"


def number(provider: str, ending: str) -> str:
    return PREFIX[provider] + ending


def twilio_call(
    stack: Stack, to: str, twiml: str = STAY, *, events: tuple[str, ...] = EVENTS, **fields: str
) -> tuple[int, dict[str, Any]]:
    """Create a call through Twilio's API."""
    form = {
        "To": to,
        "From": TWILIO.numbers[0],
        "Twiml": twiml,
        "StatusCallback": f"{stack.receiver.url}/calls?a=attempt-1#rc=3&rp=all",
    } | fields
    pairs = [(name, value) for name, value in form.items() if value]
    pairs += [("StatusCallbackEvent", event) for event in events]
    return twilio_post(stack, "Calls.json", urllib.parse.urlencode(pairs))


def twilio_post(stack: Stack, path: str, form: str) -> tuple[int, dict[str, Any]]:
    status, _, answer = stack.call(
        "POST",
        f"/2010-04-01/Accounts/{TWILIO.account_id}/{path}",
        form.encode(),
        {"Authorization": TWILIO.authorization},
    )
    return status, json.loads(answer)


def twilio_get(stack: Stack, path: str) -> dict[str, Any]:
    headers = {"Authorization": TWILIO.authorization}
    status, _, answer = stack.call("GET", f"/2010-04-01/Accounts/{TWILIO.account_id}/{path}", None, headers)
    assert status == 200, answer
    return dict(json.loads(answer))


def telnyx_call(stack: Stack, to: str, /, **fields: Any) -> tuple[int, dict[str, Any]]:
    """Dial through Telnyx's API."""
    data = {
        "connection_id": TELNYX.connection_id,
        "to": to,
        "from": TELNYX.numbers[0],
        "webhook_url": f"{stack.receiver.url}/calls?a=attempt-1",
    } | fields
    return telnyx_post(stack, "calls", {name: value for name, value in data.items() if value != ""})


def telnyx_post(stack: Stack, path: str, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": TELNYX.authorization, "Content-Type": "application/json"}
    status, _, answer = stack.call("POST", f"/v2/{path}", json.dumps(data).encode(), headers)
    return status, json.loads(answer)


def command(stack: Stack, call_id: str, action: str, **fields: Any) -> tuple[int, str]:
    """Give a Telnyx call a command; returns the status and "ok" or the code of the refusal."""
    status, body = telnyx_post(stack, f"calls/{urllib.parse.quote(call_id)}/actions/{action}", fields)
    return status, body["errors"][0]["code"] if "errors" in body else body["data"]["result"]


def place(stack: Stack, provider: str, to: str) -> tuple[int, dict[str, Any]]:
    return twilio_call(stack, to) if provider == "TWILIO" else telnyx_call(stack, to)


def truth(stack: Stack, to: str = "") -> list[dict[str, Any]]:
    """Return the calls that the carrier began."""
    return list(stack.control("calls?" + urllib.parse.urlencode({"to": to}))["calls"])


def of_calls(hits: list[Hit]) -> list[Hit]:
    """Return Twilio's status callbacks in the order in which things happened."""
    found = [hit for hit in hits if "json" not in hit.headers["content-type"] and "SequenceNumber" in hit.form]
    return sorted(found, key=lambda hit: (hit.form["CallSid"], int(hit.form["SequenceNumber"])))


def event_types(hits: list[Hit], call_id: str = "") -> list[str]:
    """Return Telnyx's event types in the order in which things happened, of one leg or of all."""
    found = [hit for hit in hits if call_id in ("", hit.payload.get("call_control_id"))]
    return [hit.event_type for hit in sorted(found, key=lambda hit: str(hit.json["data"]["occurred_at"]))]


def has_ended(hits: list[Hit]) -> bool:
    """Return whether the end of a call was reported."""
    ends = ("completed", "busy", "no-answer", "failed", "canceled", "call.hangup")
    return any(hit.status in ends and "RecordingStatus" not in hit.body.decode() for hit in hits)
