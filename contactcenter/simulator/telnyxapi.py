"""Telnyx's API: who asks for what; messages: send, schedule, fetch, cancel, detail records; and its webhooks."""

from __future__ import annotations

import time
import uuid
from typing import Any

from . import media
from . import telnyxbodies as bodies
from .accounts import TELNYX, Account
from .carrier import Carrier
from .courier import Parcel
from .creating import Answers, create
from .http import Request, Response, json_response
from .ledger import FINAL, Message
from .logs import masked
from .outcomes import Refusal, Reply, Step
from .segments import measure
from .telnyxcalls import handle_calls
from .telnyxparcel import event_parcel
from .telnyxrecords import detail_records
from .telnyxvalidation import Invalid, draft


async def handle(carrier: Carrier, request: Request) -> Response:
    """Answer a request below /v2/."""
    account = carrier.accounts.authorized(TELNYX, request.header(b"authorization"))
    if account is None:
        carrier.counts["unauthorized"] += 1
        return bodies.error(401, "10009")
    match request.path.removeprefix("/v2").strip("/").split("/"):
        case ["messages"] | ["messages", "schedule"] if request.method == "POST":
            return await _send(carrier, account, request)
        case ["messages", message_id]:
            return _instance(carrier, account, request, message_id)
        case ["detail_records"] if request.method == "GET":
            return detail_records(carrier.ledger, account, request)
        case ["calls", *parts]:
            return await handle_calls(carrier, account, request, parts)
    return bodies.error(404, "10005")


async def _send(carrier: Carrier, account: Account, request: Request) -> Response:
    carrier.counts["requests"] += 1
    try:
        data = request.json()
        carrier.ledger.count_request(str(data.get("webhook_url") or ""))
        message = draft(account, data, time.time())
    except Invalid as invalid:
        carrier.counts["invalid"] += 1
        return bodies.error(invalid.http_status, invalid.code, field=invalid.field, **invalid.words)
    except ValueError:
        carrier.counts["invalid"] += 1
        return bodies.error(400, "10015")
    request.note = f"to {masked(message.to)}"
    if repeated := _repeated(carrier, account, request):
        return repeated
    words = {"to": message.to, "from": message.sender}
    if carrier.is_blocked(message.to, message.sender, account.messaging_service_id):
        carrier.counts["not_accepted"] += 1
        return bodies.error(400, "40300", **words)

    def refused(refusal: Refusal) -> Response:
        return bodies.error(refusal.http_status, refusal.code, message=refusal.message, **words)

    answers = Answers(
        created=lambda: json_response({"data": bodies.resource(message, account, fresh=True)}),
        refused=refused,
        broken=lambda: bodies.error(500, "10007"),
    )
    response = await create(carrier, account, request, message, answers)
    if carrier.ledger.get(TELNYX, account.account_id, message.id) is not None and response.status < 300:
        carrier.idempotency.remember(_key(account, request), request.body, message.id)
    return response


def _key(account: Account, request: Request) -> tuple[str, str]:
    return account.account_id, request.header(b"idempotency-key")


def _repeated(carrier: Carrier, account: Account, request: Request) -> Response | None:
    """Answer a request whose key is known already: as the first time, or 422 for another body."""
    known = carrier.idempotency.find(_key(account, request))
    if known is None:
        return None
    body, message_id = known
    if body != request.body:
        return bodies.error(422, "10027", message="The Idempotency-Key was used with another body.")
    message = carrier.ledger.get(TELNYX, account.account_id, message_id)
    if message is None:
        return None
    carrier.counts["replayed"] += 1
    response = json_response({"data": bodies.resource(message, account, fresh=True)})
    response.headers.append((b"idempotent-replayed", b"true"))
    return response


def _instance(carrier: Carrier, account: Account, request: Request, message_id: str) -> Response:
    message = carrier.ledger.get(TELNYX, account.account_id, message_id)
    if message is None or request.method not in ("GET", "DELETE"):
        return bodies.error(404, "10005")
    if request.method == "DELETE":
        if message.status != "scheduled" or message.send_at - time.time() < 60:
            return bodies.error(400, "10015", message="Only a scheduled message can be canceled.")
        message.advance("canceled", "", time.time())
    return json_response({"data": bodies.resource(message, account)})


class TelnyxTexting:
    """Telnyx's webhooks. There is none for ``sending``; everything that is not final is message.sent."""

    def status_parcel(self, carrier: Carrier, account: Account, message: Message, step: Step) -> Parcel | None:
        """Return the event of a step, None when the provider has none for it."""
        if step.status in ("queued", "sending"):
            return None
        url = message.callback_url or account.inbound_url(carrier.config.public_base_url)
        event_type = "message.sent" if step.status not in FINAL else "message.finalized"
        if step.status == "delivery_unconfirmed":
            event_type = "message.finalized"
        payload = bodies.status_payload(message, account, step.status, step.error_code)
        return event_parcel(account, url, bodies.event(event_type, payload, time.time()), message.failover_url)

    def inbound(self, carrier: Carrier, account: Account, sender: str, to: str, reply: Reply) -> tuple[Message, Parcel]:
        """Return a customer's message and its message.received event."""
        encoding, parts = measure(reply.text or "")
        message = Message(
            TELNYX, account.account_id, str(uuid.uuid4()), sender, to, reply.text or "",
            direction="inbound", encoding=encoding, parts=parts, status="received",
        )  # fmt: skip
        items = [_media_item(carrier, message.id, index) for index in range(reply.media_count)]
        message.media_urls = tuple(str(item["url"]) for item in items)
        payload = bodies.inbound_payload(message, account, items, reply.opt_out_type)
        url = account.inbound_url(carrier.config.public_base_url)
        payload["webhook_url"] = url
        return message, event_parcel(account, url, bodies.event("message.received", payload, time.time()))


def _media_item(carrier: Carrier, message_id: str, index: int) -> dict[str, Any]:
    identifier = media.media_id(message_id, index)
    return {
        "url": f"{carrier.own_url}/_media/{identifier}.png",
        "content_type": media.CONTENT_TYPE,
        "sha256": None,
        "size": len(media.picture(identifier)),
    }
