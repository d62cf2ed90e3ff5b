"""What people and programs do with texts: one use case, one transaction, named errors each."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from contactcenter.core import clock, doorbell, events
from contactcenter.core.ids import new_id
from contactcenter.core.models import Organization, PhoneNumber, User
from contactcenter.core.phone import InvalidNumber, to_e164
from sms import carriable, gate, policies, prices, quota, requests, senders, threads, transitions, uploads, waits
from sms.acceptance import told
from sms.carriable import Load
from sms.enums import Direction, MessageClass, MessageStatus, RerouteKind
from sms.gate import Admission, Candidate
from sms.models import Conversation, Message, Reroute, SmsPolicy
from sms.refusals import (
    BudgetSpent,
    ContactOptedOut,
    CountryNotAllowed,
    DestinationTooBusy,
    EmptyMessage,
    FilesNotCarried,
    IdempotencyConflict,
    MessageTooLong,
    NoSender,
    NumberCannotReceive,
    OtherProviderOnly,
    QuotaExceeded,
    Refusal,
    SenderResting,
    SendTimePassed,
    SendTimeTooFar,
    TooFast,
    UnknownFile,
    UnknownSender,
)
from sms.segments import MAX_CHARACTERS, MAX_SEGMENTS, count

__all__ = [
    "BudgetSpent",
    "ContactOptedOut",
    "CountryNotAllowed",
    "DestinationTooBusy",
    "EmptyMessage",
    "FilesNotCarried",
    "IdempotencyConflict",
    "InvalidNumber",
    "MessageTooLong",
    "NoSender",
    "NumberCannotReceive",
    "OtherProviderOnly",
    "OutgoingText",
    "QuotaExceeded",
    "Refusal",
    "SendTimePassed",
    "SendTimeTooFar",
    "SenderResting",
    "TooFast",
    "UnableToCancel",
    "UnknownFile",
    "UnknownSender",
    "cancel_message",
    "class_of",
    "mark_read",
    "send_message",
]


_CHOSEN_BY_CLIENTS = (MessageClass.CODE, MessageClass.NOTICE, MessageClass.BULK)


def class_of(metadata: dict[str, Any], *, default: MessageClass) -> MessageClass:
    """Return what `message_class` in a program's metadata says: code, notice or bulk; else `default`."""
    chosen = metadata.get("message_class")
    return next((known for known in _CHOSEN_BY_CLIENTS if known.value == chosen), default)


class UnableToCancel(Exception):
    """The message is on its way, or finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """What somebody wants to send. `to_number` as typed; `from_number` empty for the default sender.

    `files` are ids of uploads, `media_urls` addresses of others, which the provider fetches. With one of them `body`
    may be empty.
    """

    to_number: str
    body: str
    from_number: str = ""
    media_urls: tuple[str, ...] = ()
    files: tuple[UUID, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    message_class: MessageClass = MessageClass.REPLY
    send_at: datetime | None = None
    # For so long it is kept from the senders, so that its author can take it back.
    hold_back: timedelta = timedelta(0)
    idempotency_key: str = ""
    correlation_id: str = ""


@told
def send_message(
    *,
    org: Organization,
    actor: User | None,
    text: OutgoingText,
    now: datetime | None = None,
    through_bus: bool = False,
) -> Message:
    """Accept one text for sending; it is stored, and a worker sends it. Returns the queued (or scheduled) message.

    `through_bus`: it is asked for on the event bus, and sent when that request has come back.

    Raises InvalidNumber, or a Refusal (`sms.refusals`). The same idempotency key with the same text returns the message
    that the first call made.
    """
    to_address = to_e164(text.to_number, country=org.default_country)
    body = _checked_body(text)
    now = now or clock.now()
    if earlier := _earlier(org, text, to_address, body):
        return earlier
    load = Load(uploads.demand(org, text.files), text.media_urls)
    policy = policies.of(org)
    sender = senders.choose(org, policy, wanted=text.from_number, to_address=to_address)
    try:
        with transaction.atomic():
            message = _store(org, actor, policy, sender, to_address, body, text, load, now, through_bus)
    except IntegrityError:
        if earlier := _earlier(org, text, to_address, body):  # The same key at the same moment: the other was first.
            return earlier
        raise
    return message


def _checked_body(text: OutgoingText) -> str:
    body = text.body.replace("\r\n", "\n").replace("\x00", "")
    if not body.strip() and not text.media_urls and not text.files:
        raise EmptyMessage
    if len(body) > MAX_CHARACTERS or count(body).segments > MAX_SEGMENTS:
        raise MessageTooLong
    return body


def _earlier(org: Organization, text: OutgoingText, to_address: str, body: str) -> Message | None:
    if not text.idempotency_key:
        return None
    earlier = Message.objects.for_org(org).filter(idempotency_key=text.idempotency_key).first()
    if earlier is not None and _contents(earlier) != (to_address, body, list(text.media_urls), list(text.files)):
        raise IdempotencyConflict
    return earlier


def _contents(message: Message) -> tuple[str, str, list[str], list[UUID]]:
    return message.to_address, message.body, message.media_urls, uploads.ids_of(message)


def _store(
    org: Organization,
    actor: User | None,
    policy: SmsPolicy,
    sender: PhoneNumber,
    to_address: str,
    body: str,
    text: OutgoingText,
    load: Load,
    now: datetime,
    through_bus: bool,
) -> Message:
    segmentation = count(body)
    # The conversation stays that of `sender`, also where only the other account can carry the files.
    way = carriable.sender_for(org, policy, sender, to_address, load)
    cost = prices.estimate(
        org,
        provider=way.provider,
        to_address=to_address,
        segments=segmentation.segments,
        at=now,
        has_files=load.count > 0,
    )
    admission = gate.admit(
        Candidate(
            org=org,
            policy=policy,
            sender=way,
            to_address=to_address,
            segments=segmentation.segments,
            cost=cost,
            message_class=text.message_class,
            now=now,
            send_at=text.send_at,
        )
    )
    conversation = threads.conversation_for(org_id=org.pk, number=sender, address=to_address, now=now)
    message_id = new_id()
    # A held one waits for a person, not for the bus.
    through_bus = through_bus and admission.status != MessageStatus.HELD
    awaiting_until = now + timedelta(seconds=settings.PLATFORM_REQUEST_SECONDS) if through_bus else None
    message = Message.all_orgs.create(
        id=message_id,
        organization=org,
        conversation=conversation,
        direction=Direction.OUTBOUND,
        from_address=way.address,
        to_address=to_address,
        body=body,
        media_urls=list(load.links),
        file_count=len(load.uploads),
        encoding=segmentation.encoding,
        segments=segmentation.segments,
        author=actor,
        message_class=text.message_class,
        metadata=text.metadata,
        idempotency_key=text.idempotency_key or (str(message_id) if through_bus else ""),
        correlation_id=text.correlation_id,
        **prices.as_fields(cost),
        **_admitted(admission, text, awaiting_until),
        awaiting_until=awaiting_until,
        account=way.account,
        provider=way.provider,
        created_at=now,
        waited_since=_waited_since(conversation, actor, text),
    )
    uploads.attach(message, load.uploads)
    _tell_way(message, meant=sender, used=way)
    transitions.touch_conversation(conversation.pk, message, preview=threads.preview_of(body, media_count=load.count))
    quota.remember(org, message)
    if through_bus:
        requests.publish(message, actor=actor)
    elif admission.status == MessageStatus.QUEUED:
        doorbell.wake("sms.tasks.send_due")
    return message


def _waited_since(conversation: Conversation, actor: User | None, text: OutgoingText) -> datetime | None:
    """Since when the customer has waited for this text; None where it is no person's, or nobody waits."""
    author_id = actor.pk if actor is not None else None
    is_answer = waits.is_answer(author_id=author_id, message_class=text.message_class)
    return conversation.waiting_since if is_answer else None


def _tell_way(message: Message, *, meant: PhoneNumber, used: PhoneNumber) -> None:
    """Write down that the text goes another way than it was meant to, for its files."""
    if used.pk != meant.pk:
        Reroute.all_orgs.create(
            organization_id=message.organization_id,
            message=message,
            kind=RerouteKind.FILES,
            from_account_id=meant.account_id,
            to_account_id=used.account_id,
            from_address=meant.address,
            to_address=used.address,
        )


def _admitted(admission: Admission, text: OutgoingText, awaiting_until: datetime | None) -> dict[str, Any]:
    is_queued = admission.status == MessageStatus.QUEUED
    return {
        "status": admission.status,
        "error_code": admission.error_code or "",
        "hold_reason": admission.hold_reason or "",
        "send_at": admission.due_at or text.send_at,
        "sendable_until": admission.sendable_until,
        # Due by the clock that the claim is made by.
        "next_attempt_at": awaiting_until or Now() + text.hold_back
        if is_queued
        else None
        if admission.hold_reason
        else admission.due_at,
    }


def mark_read(*, org: Organization, actor: User, conversation: Conversation) -> bool:
    """Mark a conversation read for the whole organization; return whether anything was unread."""
    with transaction.atomic():
        rows = Conversation.objects.for_org(org).filter(pk=conversation.pk, unread_count__gt=0)
        changed = rows.update(unread_count=0) == 1
        if changed:
            transitions.announce(org.pk, conversation.pk)
    return changed


def cancel_message(*, org: Organization, actor: User, message: Message) -> None:
    """Cancel a text that no sender has taken yet; whom it was to answer waits as before. Raises UnableToCancel."""
    with transaction.atomic():
        waiting = Q(status__in=[MessageStatus.SCHEDULED, MessageStatus.QUEUED])
        if not transitions.move(message, MessageStatus.CANCELED, only_from=waiting):
            raise UnableToCancel
        if waits.is_answer(author_id=message.author_id, message_class=message.message_class):
            waits.again(org, message.conversation_id)
        events.audit(org_id=org.pk, actor=actor, action="message.canceled", target=message)
