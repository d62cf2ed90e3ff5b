"""Twilio's bodies: the message resource, the list page, errors, and the parameters of its webhooks.

Shapes follow Twilio's OpenAPI document; the webhook parameters its pages on status and incoming messages.
"""

from __future__ import annotations

import time
import zlib
from email.utils import formatdate
from typing import Any

from .http import Response, json_response
from .ledger import FINAL, Message

API = "/2010-04-01/Accounts"

ERRORS = {
    "20001": "Invalid parameter",
    "20003": "Authenticate",
    "20404": "The requested resource {path} was not found",
    "20429": "Too Many Requests",
    "20500": "An internal server error has occurred",
    "21201": "No 'To' number is specified",
    "21205": "Url is not a valid URL: {url}",
    "21210": "The source phone number provided, {from}, is not yet verified for your account.",
    "21211": "The 'To' number {to} is not a valid phone number.",
    "21212": "The 'From' number {from} is not a valid phone number, shortcode, or alphanumeric sender ID.",
    "21213": "Caller phone number is required",
    "21220": "Call is not in-progress. Cannot redirect.",
    "21266": "'To' and 'From' number cannot be the same: {to}",
    "21408": "Permission to send an SMS has not been enabled for the region of the 'To' number: {to}.",
    "21602": "Message body is required.",
    "21603": "A 'From' phone number is required.",
    "21604": "A 'To' phone number is required.",
    "21606": (
        "The 'From' phone number provided ({from}) is not a valid message-capable Twilio phone number "
        "for this destination."
    ),
    "21609": "The 'StatusCallback' URL {callback} is not a valid URL.",
    "21610": "Attempt to send to unsubscribed recipient",
    "21614": "'To' number is not a valid mobile number",
    "21617": "The concatenated message body exceeds the 1600 character limit.",
    "21620": "Invalid media URL(s)",
    "21623": "The number of media files exceeds the limit of 10",
    "21701": "The Messaging Service does not exist.",
    "30003": "Unreachable destination handset",
    "30005": "Unknown destination handset",
    "30006": "Landline or unreachable carrier",
    "30007": "Carrier violation",
    "30008": "Unknown error",
    "30034": "Message from an Unregistered Number",
    "30409": "The message is not in a state that can be canceled.",
}


def error(http_status: int, code: str, *, message: str = "", **words: str) -> Response:
    """Return an error as Twilio writes it; ``words`` fill the documented sentence of the code."""
    text = message or ERRORS.get(code, f"Error {code}").format_map(_Words(words))
    number = int(code) if code.isdigit() else http_status
    more_info = f"https://www.twilio.com/docs/errors/{number}"
    return json_response({"code": number, "message": text, "more_info": more_info, "status": http_status}, http_status)


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def resource(message: Message, *, fresh: bool = False) -> dict[str, Any]:
    """Return the message resource; ``fresh`` gives the create answer: nothing chosen or billed yet."""
    uri = f"{API}/{message.account_id}/Messages/{message.id}"
    sender = message.sender if fresh else message.sender or message.chosen_sender
    sent = message.sent_at if not fresh else 0.0
    code = message.error_code if not fresh else ""
    billed = not fresh and message.status in FINAL and message.is_billed(time.time())
    return {
        "account_sid": message.account_id,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": rfc2822(message.accepted_at),
        "date_sent": rfc2822(sent) if sent else None,
        "date_updated": rfc2822(message.updated_at or message.accepted_at),
        "direction": message.direction,
        "error_code": int(code) if code.isdigit() else None,
        "error_message": ERRORS.get(code) if code else None,
        "from": sender or None,
        "messaging_service_sid": message.messaging_service_id or None,
        "num_media": str(len(message.media_urls)),
        # A Messaging Service does not know the parts before it has chosen the sender.
        "num_segments": "0" if fresh and not sender else str(message.parts),
        "price": f"-{0.0083 * message.parts:.5f}" if billed else None,
        "price_unit": "USD",
        "sid": message.id,
        "status": answer_status(message) if fresh else message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def answer_status(message: Message) -> str:
    """Return the status in the create answer: it never shows what happened in between."""
    if message.send_at:
        return "scheduled"
    return "queued" if message.sender else "accepted"


def status_parameters(message: Message, status: str, error_code: str) -> dict[str, str]:
    """Return the form of a status callback. Now and then it has what real ones have: blank or new fields."""
    form = {
        "ApiVersion": "2010-04-01",
        "AccountSid": message.account_id,
        "From": message.sender or message.chosen_sender,
        "To": message.to,
        "MessageSid": message.id,
        "SmsSid": message.id,
        "MessageStatus": status,
        "SmsStatus": status,
    }
    if message.messaging_service_id:
        form["MessagingServiceSid"] = message.messaging_service_id
    if status in ("failed", "undelivered"):
        form["ErrorCode"] = error_code or "30008"
    oddity = zlib.crc32(message.id.encode()) % 4
    if status in ("delivered", "undelivered"):
        done = "" if oddity == 1 else time.strftime("%y%m%d%H%M", time.gmtime(message.updated_at))
        form["RawDlrDoneDate"] = done
    if oddity == 2:
        form["ChannelToAddress"] = message.to[:-4] + "X" * 4
    return form


def inbound_parameters(message: Message, media: list[tuple[str, str]], opt_out_type: str) -> dict[str, str]:
    """Return the form of an incoming message; outside North America the place names are blank."""
    form = {
        "ToCountry": country_of(message.to),
        "ToState": "",
        "SmsMessageSid": message.id,
        "NumMedia": str(len(media)),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": message.id,
        "FromState": "DC" if message.sender.startswith("+1") else "",
        "SmsStatus": "received",
        "FromCity": "WASHINGTON" if message.sender.startswith("+1") else "",
        "Body": message.body,
        "FromCountry": country_of(message.sender),
        "To": message.to,
        "ToZip": "",
        "NumSegments": str(message.parts),
        "MessageSid": message.id,
        "AccountSid": message.account_id,
        "From": message.sender,
        "ApiVersion": "2010-04-01",
    }
    if message.messaging_service_id:
        form["MessagingServiceSid"] = message.messaging_service_id
    if opt_out_type:
        form["OptOutType"] = opt_out_type
    for index, (url, content_type) in enumerate(media):
        form[f"MediaUrl{index}"] = url
        form[f"MediaContentType{index}"] = content_type
    return form


def rfc2822(seconds: float) -> str:
    """Return a time as Twilio's API writes it."""
    return formatdate(int(seconds), usegmt=False).replace("-0000", "+0000")


def country_of(number: str) -> str:
    """Return the country of a number, empty for one that no simulated customer has."""
    for prefix, country in (("+1", "US"), ("+420", "CZ"), ("+34", "ES")):
        if number.startswith(prefix):
            return country
    return ""
