"""A text from outside: stored once, put into its conversation, its keyword obeyed."""

import logging
from datetime import datetime
from typing import Any

from contactcenter.core import clock, doorbell, events, receipts
from contactcenter.core.ids import new_id_at
from contactcenter.core.models import AddressKind, PhoneNumber, ProviderAccount, WebhookReceipt
from contactcenter.core.phone import address_kind
from contactcenter.providers.base import InboundMessage, OptOut, WebhookEvent
from sms import (
    arriving,
    automatic,
    consent,
    flags,
    keywords,
    notices,
    reachability,
    reading,
    threads,
    transitions,
)
from sms.enums import ConsentSource, ConsentState, Direction, MediaState, MessageStatus, ReceiptKind
from sms.keywords import Reading, Word
from sms.models import Conversation, MediaFile, Message
from sms.segments import count

logger = logging.getLogger(__name__)

_DECIDES = {Word.STOP: ConsentState.OPTED_OUT, Word.START: ConsentState.OPTED_IN}
_FLAGS = {OptOut.STOP: ConsentState.OPTED_OUT, OptOut.START: ConsentState.OPTED_IN}
_LONGEST_ADDRESS = 20


def process_due() -> int:
    """Process due inbound webhooks; return how many."""
    return receipts.process_due([ReceiptKind.INBOUND], handle, read=reading.event_of)


def handle(receipt: WebhookReceipt, event: WebhookEvent) -> bool:
    """Store the text for each of our numbers that it was sent to. Another channel than SMS stays a receipt only."""
    if isinstance(event, InboundMessage) and event.channel == "sms":
        take_in(receipt.account, event, at=clock.now())
    return True


def take_in(account: ProviderAccount, event: InboundMessage, *, at: datetime) -> bool:
    """Store a text that came to `account` at `at`, once; return whether it was new. Must run in a transaction."""
    stored = [_store(account, event, number, at) for number in _our_numbers(account, event)]
    return any(stored)


def _our_numbers(account: ProviderAccount, event: InboundMessage) -> list[PhoneNumber]:
    known = PhoneNumber.all_orgs.filter(account=account, address__in=event.to)
    numbers = list(known.filter(organization_id=account.organization_id))
    if numbers or not event.to:
        return numbers
    # The signature is genuine, so the number is the account's, though nobody entered it (a Messaging Service's pool).
    kind = address_kind(event.to[0]) or AddressKind.ALPHANUMERIC
    number, _created = PhoneNumber.all_orgs.get_or_create(
        account=account,
        address=event.to[0][:_LONGEST_ADDRESS],
        defaults={"organization_id": account.organization_id, "kind": kind, "is_discovered": True},
    )
    return [number]


def _store(account: ProviderAccount, event: InboundMessage, number: PhoneNumber, at: datetime) -> bool:
    org_id = account.organization_id
    body = event.body.replace("\x00", "")
    sender = event.sender[:_LONGEST_ADDRESS] or "unknown"
    conversation = threads.conversation_for(org_id=org_id, number=number, address=sender, now=at)
    segmentation = count(body)
    message, created = Message.all_orgs.get_or_create(
        account=account,
        provider_message_id=_provider_id(event, number),
        defaults={
            "id": new_id_at(at),
            "organization_id": org_id,
            "conversation": conversation,
            "direction": Direction.INBOUND,
            "from_address": sender,
            "to_address": number.address,
            "body": body,
            "encoding": segmentation.encoding,
            "segments": event.segments or segmentation.segments,
            "status": MessageStatus.RECEIVED,
            "provider": account.provider,
            "created_at": at,
        },
    )
    if not created:
        return False
    # Before the conversation is touched: blocking what waits locks texts, and texts come before conversations.
    keyword = _obey(event, message, at)
    media = [_media(message, position, event, at) for position in range(len(event.media))]
    transitions.touch_conversation(conversation.pk, message, preview=threads.preview_of(body, media_count=len(media)))
    notices.text_came(message)
    reachability.restore(org_id, sender)  # Whoever writes can be written to.
    if keyword is not None:
        automatic.answer(message, keyword, now=clock.now())
    arriving.receive(message, is_keyword=keyword is not None or _is_keyword(event, message), now=clock.now())
    _publish(message, conversation, event)
    if media:
        doorbell.wake("sms.tasks.fetch_media")
    return True


def _provider_id(event: InboundMessage, number: PhoneNumber) -> str:
    """A group text is one message in the conversation of each of our numbers."""
    is_group = len(event.to) > 1
    return group_id(event.provider_message_id, number.address) if is_group else event.provider_message_id[:64]


def group_id(provider_message_id: str, address: str) -> str:
    """Return the id under which a group text is kept in the conversation of one of our numbers."""
    return f"{provider_message_id}:{address[-8:]}"[:64]


def _media(message: Message, position: int, event: InboundMessage, now: datetime) -> MediaFile:
    item = event.media[position]
    return MediaFile.all_orgs.create(
        organization_id=message.organization_id,
        message=message,
        position=position,
        source_url=item.url[:1000],
        content_type=item.content_type[:100],
        size=item.size,
        state=MediaState.PENDING,
        next_attempt_at=now,
    )


def _obey(event: InboundMessage, message: Message, now: datetime) -> Reading | None:
    """Do what a keyword, or the provider's flag for one, says; return the keyword that is to be answered.

    A sentence that only holds a stop word is flagged for a person.
    """
    opted_out = consent.is_opted_out(message.organization_id, message.from_address)
    found = keywords.read(message.body, opted_out=opted_out)
    if event.opt_out is not None:
        word = found.word if found is not None and found.is_exact else ""
        if state := _FLAGS.get(event.opt_out):
            _decide(message, state, ConsentSource.PROVIDER, word, now)
        return None  # The provider has answered.
    if found is None or found.meaning is Word.HELP:
        return found
    if found.is_exact:
        return found if _decide(message, _DECIDES[found.meaning], ConsentSource.KEYWORD, found.word, now) else None
    if not opted_out:
        flags.put_up(message)
    return None


def _is_keyword(event: InboundMessage, message: Message) -> bool:
    """Whether the text says nothing but a keyword, whoever answers it."""
    found = keywords.read(message.body, opted_out=False)
    return event.opt_out is not None or (found is not None and found.is_exact)


def _decide(message: Message, state: ConsentState, source: ConsentSource, word: str, now: datetime) -> bool:
    """Write the decision; return whether it changed anything."""
    is_opt_in = state == ConsentState.OPTED_IN
    if is_opt_in and not consent.is_known(message.organization_id, message.from_address):
        return False
    entry = consent.write(
        org_id=message.organization_id,
        address=message.from_address,
        state=state,
        source=source,
        message=message,
        now=now,
        word=word,
        pinned_to=message.account_id if is_opt_in else None,
    )
    return entry is not None and entry.is_change


def _publish(message: Message, conversation: Conversation, event: InboundMessage) -> None:
    data: dict[str, Any] = {
        "message_id": str(message.pk),
        "conversation_id": str(conversation.pk),
        "from_number": message.from_address,
        "to_number": message.to_address,
        "body": message.body,
        "media": [{"content_type": item.content_type} for item in event.media],
    }
    events.record(org_id=message.organization_id, type="sms.received", object_id=message.pk, data=data)
