"""Reading Telnyx's JSON webhooks about messages; they may come twice, late and in any order.

Source: Telnyx's page "Receiving webhooks for messaging". The kind is the string `event_type`: the SDK's
typed classes guess wrongly for types they do not know.
"""

import json
from collections.abc import Mapping
from typing import Any

from contactcenter.providers import values
from contactcenter.providers.base import (
    InboundMedia,
    InboundMessage,
    OptOut,
    OtherEvent,
    RawWebhook,
    StatusEvent,
    StatusReport,
    WebhookEvent,
    WebhookIdentity,
)
from contactcenter.providers.errors import MalformedWebhook
from contactcenter.providers.telnyx.words import WORDS, failure_of
from contactcenter.providers.text import clean
from contactcenter.providers.values import mapping, objects

Json = Mapping[str, Any]

_INBOUND = "message.received"
_STATUS = ("message.sent", "message.finalized")


def parse(webhook: RawWebhook) -> WebhookEvent:
    data = data_of(webhook)
    event_type, event_id = clean(data.get("event_type")), clean(data.get("id"))
    if not event_type or not event_id:
        raise MalformedWebhook("no event_type or id")
    payload = mapping(data.get("payload"))
    key = f"event:{event_id}"
    if event_type == _INBOUND:
        return _inbound(data, payload, key)
    if event_type in _STATUS:
        return _status(data, payload, key)
    return OtherEvent(event_type, key, values.moment(data.get("occurred_at")))


def identify(webhook: RawWebhook) -> WebhookIdentity:
    try:
        data = data_of(webhook)
    except MalformedWebhook:
        return WebhookIdentity()
    payload = mapping(data.get("payload"))
    inbound = data.get("event_type") == _INBOUND or payload.get("direction") == "inbound"
    # Never the other side's number: it may belong to another organization of ours.
    numbers = recipients(payload) if inbound else (sender(payload),)
    return WebhookIdentity(
        tuple(number for number in numbers if number),
        clean(payload.get("messaging_profile_id")),
        clean(payload.get("organization_id")),
    )


def report(message: Json) -> StatusReport:
    """The state in a message object, of the API or of a webhook: there is none but its recipient's."""
    raw = next((clean(one.get("status")) for one in objects(message.get("to"))), "")
    word = WORDS.get(raw)
    cost = mapping(message.get("cost"))
    times = (values.moment(message.get(name)) for name in ("completed_at", "sent_at", "received_at"))
    return StatusReport(
        provider_message_id=clean(message.get("id")),
        status=word.status if word else None,
        raw_status=raw,
        rank=word.rank if word else None,
        unconfirmed=word.unconfirmed if word else False,
        error=failure_of(raw, objects(message.get("errors"))),
        occurred_at=next((time for time in times if time), None),
        cost=values.money(cost.get("amount")),
        currency=values.currency(cost.get("currency")),
        segments=values.segments(message.get("parts")),
        to=next(iter(recipients(message)), ""),
        sender=sender(message),
    )


def recipients(message: Json) -> tuple[str, ...]:
    numbers = (clean(one.get("phone_number")) for one in objects(message.get("to")))
    return tuple(number for number in numbers if number)


def sender(message: Json) -> str:
    return clean(mapping(message.get("from")).get("phone_number"))


def data_of(webhook: RawWebhook) -> Json:
    """The event in the envelope, empty when there is none. Raises MalformedWebhook for what is not JSON."""
    try:
        document = json.loads(webhook.body)
    except (ValueError, RecursionError):
        raise MalformedWebhook("not JSON") from None
    return mapping(mapping(document).get("data"))


def _status(data: Json, payload: Json, key: str) -> StatusEvent:
    now = report(payload)
    if not now.provider_message_id:
        raise MalformedWebhook("no payload.id")
    return StatusEvent(
        provider_message_id=now.provider_message_id,
        status=now.status,
        raw_status=now.raw_status,
        rank=now.rank,
        unconfirmed=now.unconfirmed,
        error=now.error,
        occurred_at=values.moment(data.get("occurred_at")) or now.occurred_at,
        cost=now.cost,
        currency=now.currency,
        segments=now.segments,
        to=now.to,
        sender=now.sender,
        dedupe_key=key,
    )


def inbound_of(message: Json) -> InboundMessage | None:
    """The text from outside in a message object of the API, as its webhook has it; None when it is none."""
    if message.get("direction") != "inbound":
        return None
    try:
        return _inbound({"occurred_at": message.get("received_at")}, message, f"asked:{clean(message.get('id'))}")
    except MalformedWebhook:
        return None


def _inbound(data: Json, payload: Json, key: str) -> InboundMessage:
    message_id, origin, to = clean(payload.get("id")), sender(payload), recipients(payload)
    if not (message_id and origin and to):
        raise MalformedWebhook("no payload.id, from or to")
    opt_out = clean(payload.get("autoresponse_type")).upper()
    kind = clean(payload.get("type")).lower()
    return InboundMessage(
        provider_message_id=message_id,
        sender=origin,
        to=to,
        body=clean(payload.get("text")),
        dedupe_key=key,
        media=_media(payload),
        segments=values.segments(payload.get("parts")),
        opt_out=OptOut(opt_out) if opt_out in OptOut.__members__ else None,
        messaging_service_id=clean(payload.get("messaging_profile_id")),
        occurred_at=values.moment(data.get("occurred_at")),
        channel="sms" if kind in ("", "sms", "mms") else kind,
    )


def _media(payload: Json) -> tuple[InboundMedia, ...]:
    return tuple(
        InboundMedia(url, clean(one.get("content_type")), values.whole(one.get("size")))
        for one in objects(payload.get("media"))
        if (url := clean(one.get("url")))
    )
