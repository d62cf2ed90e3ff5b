"""The webhooks that would have told us: bodies as the simulated carriers write them, so that a replay can read them."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from contactcenter.core.models import Provider, WebhookReceipt
from contactcenter.simulator import telnyxbodies, twiliobodies
from contactcenter.simulator.accounts import DEMO_ACCOUNTS
from contactcenter.simulator.ledger import Message as Carried
from sms.enums import Direction, ReceiptKind
from sms.models import MediaFile, Message, ProviderEvent

_PATHS = {
    (Provider.TWILIO, ReceiptKind.STATUS): "/hooks/twilio/sms/status",
    (Provider.TWILIO, ReceiptKind.INBOUND): "/hooks/twilio/sms/inbound",
    (Provider.TELNYX, ReceiptKind.STATUS): "/hooks/telnyx/sms",
    (Provider.TELNYX, ReceiptKind.INBOUND): "/hooks/telnyx/sms",
}


def status_key(message: Message, raw_status: str) -> str:
    """Return the key under which a status webhook is stored once, as the adapters make it."""
    if message.provider == Provider.TWILIO:
        return f"status:{message.provider_message_id}:{raw_status}"
    return f"event:{_event_id(message, raw_status)}"


def status_receipt(message: Message, event: ProviderEvent, twilio_word: str, at: datetime) -> WebhookReceipt:
    """Return the receipt of one status webhook. `twilio_word` is the status in the simulator's own words."""
    carried = _carried(message, at)
    carried.status, carried.error_code, carried.sent_at = twilio_word, event.error_code, at.timestamp()
    if message.provider == Provider.TWILIO:
        body: Any = twiliobodies.status_parameters(carried, twilio_word, event.error_code)
    else:
        name = "message.sent" if event.raw_status == "sent" else "message.finalized"
        payload = telnyxbodies.status_payload(carried, _account(message), twilio_word, event.error_code)
        payload["to"][0]["status"] = event.raw_status
        body = _telnyx(name, payload, _event_id(message, event.raw_status), at)
    path = f"{_PATHS[Provider(message.provider), ReceiptKind.STATUS]}?m={event.attempt_id}"
    return _receipt(message, ReceiptKind.STATUS, event.event_key, path, body, at)


def inbound_receipt(message: Message, media: list[MediaFile]) -> WebhookReceipt:
    """Return the receipt of the webhook that brought an inbound message."""
    carried = _carried(message, message.created_at)
    path = _PATHS[Provider(message.provider), ReceiptKind.INBOUND]
    if message.provider == Provider.TWILIO:
        body: Any = twiliobodies.inbound_parameters(carried, [(m.source_url, m.content_type) for m in media], "")
        key = f"inbound:{message.provider_message_id}"
    else:
        found = [{"url": m.source_url, "content_type": m.content_type, "size": m.size} for m in media]
        payload = telnyxbodies.inbound_payload(carried, _account(message), found, "")
        event_id = _event_id(message, "received")
        body, key = _telnyx("message.received", payload, event_id, message.created_at), f"event:{event_id}"
    return _receipt(message, ReceiptKind.INBOUND, key, path, body, message.created_at)


def _carried(message: Message, at: datetime) -> Carried:
    account = _account(message)
    return Carried(
        provider=message.provider,
        account_id=account.account_id,
        id=message.provider_message_id,
        sender=message.from_address,
        to=message.to_address,
        body=message.body,
        direction="inbound" if message.direction == Direction.INBOUND else "outbound-api",
        encoding=message.encoding,
        parts=message.segments,
        accepted_at=message.created_at.timestamp(),
        updated_at=at.timestamp(),
    )


def _account(message: Message) -> Any:
    ours = message.to_address if message.direction == Direction.INBOUND else message.from_address
    return next(account for account in DEMO_ACCOUNTS if ours in account.numbers)


def _event_id(message: Message, word: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"demo:{message.provider_message_id}:{word}"))


def _telnyx(name: str, payload: dict[str, Any], event_id: str, at: datetime) -> dict[str, Any]:
    event = telnyxbodies.event(name, payload, at.timestamp())
    return {"data": {**event, "id": event_id}, "meta": {"attempt": 1}}


def _receipt(
    message: Message, kind: ReceiptKind, key: str, path: str, body: dict[str, Any], at: datetime
) -> WebhookReceipt:
    is_form = message.provider == Provider.TWILIO
    text = urlencode(body) if is_form else json.dumps(body, ensure_ascii=False)
    return WebhookReceipt(
        organization_id=message.organization_id,
        account=message.account,
        provider=message.provider,
        kind=kind,
        event_key=key,
        path=path,
        content_type="application/x-www-form-urlencoded" if is_form else "application/json",
        body=text.encode(),
        received_at=at,
        processed_at=at,
        next_attempt_at=at,
        attempts=0,
        error="",
    )
