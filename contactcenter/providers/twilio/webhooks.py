"""Reading Twilio's form webhooks about messages. Unknown fields are normal; order is not promised.

Sources: Twilio's pages "Twilio's request to your incoming message webhook" and "Track outbound message
status". Status callbacks carry no usable time: `RawDlrDoneDate` is the carrier's, in an unnamed zone.
"""

from enum import Enum
from hashlib import sha256

from contactcenter.providers import values
from contactcenter.providers.base import (
    InboundMedia,
    InboundMessage,
    OptOut,
    OtherEvent,
    RawWebhook,
    StatusEvent,
    WebhookEvent,
    WebhookIdentity,
)
from contactcenter.providers.errors import MalformedWebhook
from contactcenter.providers.text import clean
from contactcenter.providers.twilio.signature import Form, is_form, read_form
from contactcenter.providers.twilio.words import WORDS, failure_of

_MOST_MEDIA = 20
_INBOUND_WORDS = ("received", "receiving")


class _Kind(Enum):
    STATUS = "status"
    INBOUND = "inbound"
    OTHER = "other"


def form_of(webhook: RawWebhook) -> Form:
    """The fields. Raises MalformedWebhook for any body that is not a UTF-8 form."""
    if not is_form(webhook.content_type):
        raise MalformedWebhook("not a form")
    try:
        return read_form(webhook.body)
    except ValueError:
        raise MalformedWebhook("unreadable form") from None


def split_channel(address: str) -> tuple[str, str]:
    """("whatsapp", "+1555…") out of "whatsapp:+1555…"; a bare number is the channel sms."""
    channel, colon, number = address.partition(":")
    return (channel.lower(), number) if colon and channel.isalpha() else ("sms", address)


def parse(webhook: RawWebhook) -> WebhookEvent:
    form = form_of(webhook)
    kind = _kind(form)
    if kind is _Kind.STATUS:
        return _status(form)
    if kind is _Kind.INBOUND:
        return _inbound(form)
    if not form:
        raise MalformedWebhook("empty form")
    digest = sha256(webhook.body).hexdigest()[:32]
    return OtherEvent(field(form, "EventType") or "unknown", f"other:{digest}")


def identify(webhook: RawWebhook) -> WebhookIdentity:
    try:
        form = form_of(webhook)
    except MalformedWebhook:
        return WebhookIdentity()
    # Never the other side's number: it may belong to another organization of ours.
    ours = {_Kind.STATUS: "From", _Kind.INBOUND: "To"}.get(_kind(form))
    number = split_channel(field(form, ours))[1] if ours else ""
    return WebhookIdentity((number,) if number else (), field(form, "MessagingServiceSid"), field(form, "AccountSid"))


def field(form: Form, name: str) -> str:
    """The first value of a field, empty when it is not there."""
    found = form.get(name)
    return clean(found[0]) if found else ""


def _kind(form: Form) -> _Kind:
    if "CallSid" in form:
        return _Kind.OTHER
    word = _word(form)
    if word in _INBOUND_WORDS or ("MessageStatus" not in form and "NumMedia" in form):
        return _Kind.INBOUND
    return _Kind.STATUS if word else _Kind.OTHER


def _word(form: Form) -> str:
    return field(form, "MessageStatus") or field(form, "SmsStatus")


def _sid(form: Form) -> str:
    sid = field(form, "MessageSid") or field(form, "SmsSid")
    if not sid:
        raise MalformedWebhook("no MessageSid")
    return sid


def _status(form: Form) -> StatusEvent:
    sid, raw = _sid(form), _word(form)
    word = WORDS.get(raw)
    return StatusEvent(
        provider_message_id=sid,
        status=word.status if word else None,
        raw_status=raw,
        rank=word.rank if word else None,
        error=failure_of(raw, field(form, "ErrorCode")),
        to=split_channel(field(form, "To"))[1],
        sender=split_channel(field(form, "From"))[1],
        dedupe_key=f"status:{sid}:{raw}",
    )


def _inbound(form: Form) -> InboundMessage:
    sid = _sid(form)
    channel, sender = split_channel(field(form, "From"))
    to = split_channel(field(form, "To"))[1]
    if not sender or not to:
        raise MalformedWebhook("no From or To")
    opt_out = field(form, "OptOutType").upper()
    return InboundMessage(
        provider_message_id=sid,
        sender=sender,
        to=(to,),
        body=field(form, "Body"),
        dedupe_key=f"inbound:{sid}",
        media=_media(form),
        segments=values.segments(field(form, "NumSegments")),
        opt_out=OptOut(opt_out) if opt_out in OptOut.__members__ else None,
        messaging_service_id=field(form, "MessagingServiceSid"),
        channel=channel,
    )


def _media(form: Form) -> tuple[InboundMedia, ...]:
    count = min(values.whole(field(form, "NumMedia")) or 0, _MOST_MEDIA)
    found = ((field(form, f"MediaUrl{i}"), field(form, f"MediaContentType{i}")) for i in range(count))
    return tuple(InboundMedia(url, content_type) for url, content_type in found if url)
