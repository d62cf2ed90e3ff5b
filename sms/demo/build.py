"""From the written conversations to rows, all of one organization in a few bulk inserts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.files.base import ContentFile

from contactcenter.core.ids import id_at
from contactcenter.core.models import (
    AddressKind,
    AuditEntry,
    Contact,
    ContactNumber,
    Organization,
    PhoneNumber,
    Provider,
    User,
)
from contactcenter.core.roles import Right
from contactcenter.simulator.media import CONTENT_TYPE, media_id, picture
from sms import keywords, threads
from sms.demo import webhooks
from sms.demo.clock import times_of
from sms.demo.outcomes import write_history
from sms.demo.rows import Rows
from sms.demo.script import Line, Talk
from sms.enums import (
    RANK,
    ConsentSource,
    ConsentState,
    ConversationState,
    Direction,
    MediaState,
    MessageStatus,
)
from sms.models import Consent, ConsentEntry, Conversation, MediaFile, Message
from sms.segments import count

# Webhooks are kept for the newest texts only, as if older ones had been cleaned away.
_RECEIPTS_FOR = timedelta(hours=36)

# Where the people of the demo live, by how their numbers begin.
_ZONES = {"+1202": "America/New_York", "+34": "Europe/Madrid", "+420": "Europe/Prague"}


class Builder:
    """Writes the conversations of one organization as they would have happened before `now`."""

    def __init__(self, org: Organization, *, now: datetime) -> None:
        self.org = org
        self.now = now
        self.rows = Rows()
        senders = PhoneNumber.objects.for_org(org).select_related("account")
        self.senders = {sender.provider: sender for sender in senders.order_by("-id")}
        people = User.objects.filter(organization=org).order_by("email")
        self.authors = [person for person in people if person.has_right(Right.SEND_SMS)]

    def add(self, talks: Sequence[Talk]) -> None:
        """Add conversations with their contacts and histories."""
        for talk in talks:
            self._talk(talk)

    def _talk(self, talk: Talk) -> None:
        last_at = self.now - timedelta(minutes=talk.ago)
        times = times_of(talk.lines, last_at=last_at)
        contact = self._contact(talk, times[0])
        conversation = Conversation(
            id=id_at(times[0], f"conversation {talk.address}"),
            organization=self.org,
            contact=contact,
            phone_number=self.senders[talk.sender],
            address=talk.address,
            state=ConversationState.RESOLVED if talk.is_closed else ConversationState.OPEN,
            unread_count=talk.unread,
        )
        self.rows.conversations.append(conversation)
        self.rows.ages.append((conversation, times[0]))
        messages = [
            self._message(talk, conversation, position, line, at)
            for position, (line, at) in enumerate(zip(talk.lines, times, strict=True))
        ]
        _remember_waits(messages)
        self._remember_last(conversation, messages[-1], talk.lines[-1])
        conversation.waiting_since = _waiting_since(talk, messages)
        if talk.opted_out:
            self._consent(talk, messages[-1])
        if talk.is_closed:
            self._audit("conversation.closed", conversation, messages[-1].created_at)

    def _contact(self, talk: Talk, at: datetime) -> Contact:
        contact = Contact(
            id=id_at(at, f"contact {talk.address}"),
            organization=self.org,
            name=talk.name,
            language=talk.language,
            time_zone=_zone_of(talk.address) or self.org.time_zone,
        )
        number = ContactNumber(
            id=id_at(at, f"number {talk.address}"),
            organization=self.org,
            contact=contact,
            address=talk.address,
            kind=AddressKind.PHONE,
        )
        self.rows.contacts.append(contact)
        self.rows.numbers.append(number)
        self.rows.ages += [(contact, at), (number, at)]
        return contact

    def _message(self, talk: Talk, conversation: Conversation, position: int, line: Line, at: datetime) -> Message:
        sender = conversation.phone_number
        ours, theirs = sender.address, talk.address
        segmentation = count(line.body)
        message = Message(
            id=id_at(at, f"message {theirs} {position}"),
            organization=self.org,
            conversation=conversation,
            direction=Direction.INBOUND if line.is_inbound else Direction.OUTBOUND,
            from_address=theirs if line.is_inbound else ours,
            to_address=ours if line.is_inbound else theirs,
            body=line.body,
            encoding=segmentation.encoding,
            segments=segmentation.segments,
            status=line.status,
            rank=RANK[line.status],
            account=sender.account,
            provider=sender.provider,
            created_at=at,
        )
        self.rows.messages.append(message)
        provider_id = self._provider_id(message, position, line)
        is_recent = self.now - at < _RECEIPTS_FOR
        if line.is_inbound:
            message.provider_message_id = provider_id
            self._inbound(message, line, with_receipt=is_recent)
        else:
            self._outbound(message, line, provider_id, with_receipts=is_recent)
        return message

    def _provider_id(self, message: Message, position: int, line: Line) -> str:
        key = f"demo:{self.org.slug}:{message.from_address}:{message.to_address}:{position}"
        if message.provider == Provider.TWILIO:
            return ("MM" if line.pictures else "SM") + sha256(key.encode()).hexdigest()[:32]
        return str(uuid5(NAMESPACE_URL, key))

    def _outbound(self, message: Message, line: Line, provider_id: str, *, with_receipts: bool) -> None:
        message.author = self.authors[message.created_at.day % len(self.authors)]
        history = write_history(message, line, provider_id, with_receipts=with_receipts)
        self.rows.attempts += history.attempts
        self.rows.events += history.events
        self.rows.ages += [(event, event.occurred_at or message.created_at) for event in history.events]
        self.rows.receipts += history.receipts
        if line.status == MessageStatus.CANCELED:
            self._audit("message.canceled", message, message.created_at + timedelta(minutes=4))

    def _inbound(self, message: Message, line: Line, *, with_receipt: bool) -> None:
        media = [self._media(message, position) for position in range(line.pictures)]
        self.rows.media += media
        if with_receipt:
            self.rows.receipts.append(webhooks.inbound_receipt(message, media))

    def _media(self, message: Message, position: int) -> MediaFile:
        identifier = media_id(message.provider_message_id, position)
        content = picture(identifier)
        media = MediaFile(
            id=id_at(message.created_at, f"media {message.pk} {position}"),
            organization=self.org,
            message=message,
            position=position,
            source_url=_media_url(message, identifier),
            content_type=CONTENT_TYPE,
            state=MediaState.STORED,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            fetch_attempts=1,
        )
        media.file.save(f"{media.pk}.png", ContentFile(content), save=False)
        return media

    def _remember_last(self, conversation: Conversation, message: Message, line: Line) -> None:
        conversation.last_message_at = message.created_at
        conversation.last_message_id = message.pk
        conversation.last_preview = threads.preview_of(message.body, media_count=line.pictures)
        conversation.last_direction = message.direction
        conversation.last_status = message.status

    def _consent(self, talk: Talk, message: Message) -> None:
        consent = Consent(
            id=id_at(message.created_at, f"consent {talk.address}"),
            organization=self.org,
            address=talk.address,
            state=ConsentState.OPTED_OUT,
            source=ConsentSource(talk.opted_out),
            message=message,
            changed_at=message.created_at,
        )
        self.rows.consents.append(consent)
        self.rows.decisions.append(
            ConsentEntry(
                id=consent.id,
                organization=self.org,
                address=talk.address,
                state=consent.state,
                source=consent.source,
                message=message,
                word=keywords.normalised(message.body)[:40] if consent.source == ConsentSource.KEYWORD else "",
                created_at=message.created_at,
            )
        )

    def _audit(self, action: str, target: Conversation | Message, at: datetime) -> None:
        entry = AuditEntry(
            id=id_at(at, f"audit {action} {target.pk}"),
            organization=self.org,
            actor=self.authors[at.day % len(self.authors)],
            action=action,
            object_type=target._meta.label_lower,
            object_id=target.pk,
        )
        self.rows.audit.append(entry)
        self.rows.ages.append((entry, at))


def _waiting_since(talk: Talk, messages: Sequence[Message]) -> datetime | None:
    """When the first text came that nobody has answered; None where nobody waits."""
    if talk.is_closed or talk.opted_out:
        return None
    since = None
    for message in messages:
        since = (since or message.created_at) if message.direction == Direction.INBOUND else None
    return since


def _zone_of(address: str) -> str:
    return next((zone for start, zone in _ZONES.items() if address.startswith(start)), "")


def _media_url(message: Message, identifier: str) -> str:
    if message.provider == Provider.TWILIO:
        account = message.account.account_id if message.account else ""
        path = f"/2010-04-01/Accounts/{account}/Messages/{message.provider_message_id}/Media/ME{identifier}"
        return f"{settings.TWILIO_API_BASE_URL}{path}"
    return f"{settings.TELNYX_API_BASE_URL}/media/{message.provider_message_id}/{identifier}.png"


def _remember_waits(messages: list[Message]) -> None:
    """Say of each answer since when the customer had waited for it, as accepting it would have."""
    since = None
    for message in messages:
        if message.direction == Direction.INBOUND:
            since = since or message.created_at
        elif message.status != MessageStatus.CANCELED:
            message.waited_since, since = since, None
