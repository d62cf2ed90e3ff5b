"""Rows for tests. Organizations come in pairs, with the simulator's accounts; the numbers belong to nobody.

Everything of an organization holds its slug or one of its numbers, so that a leak shows in any answer.
"""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from agents.models import Agent
from calls.enums import ENDED, CallDirection, CallStatus, CampaignStatus
from calls.models import Call, Campaign
from contactcenter.core.ids import new_id
from contactcenter.core.models import (
    Contact,
    ContactNumber,
    Organization,
    PhoneNumber,
    Provider,
    ProviderAccount,
    User,
    WebhookReceipt,
)
from contactcenter.core.phone import address_kind
from contactcenter.core.roles import Role
from contactcenter.simulator.accounts import DEMO_ACCOUNTS, Account
from sms import threads
from sms.enums import AttemptState, Direction, MediaState, MessageStatus, ReceiptKind
from sms.models import Attempt, Conversation, MediaFile, Message
from sms.segments import count

PASSWORD = "demo-voice-2026"
NAMES = {"aurora": "Aurora Outdoor", "borealis": "Borealis Clinic"}
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Tenant:
    """One organization with a user of every role and an account and a number at both providers."""

    org: Organization
    admin: User
    supervisor: User
    agent: User
    customer: User
    twilio: ProviderAccount
    telnyx: ProviderAccount
    twilio_number: PhoneNumber
    telnyx_number: PhoneNumber

    @property
    def users(self) -> list[User]:
        return [self.admin, self.supervisor, self.agent, self.customer]


def make_tenant(slug: str) -> Tenant:
    """Make one of the two organizations of `NAMES`; its Twilio number is the default sender."""
    org = Organization.objects.create(name=NAMES[slug], slug=slug)
    users = {role: make_user(org, role) for role in Role.values}
    Agent.all_orgs.create(organization=org, user=users[Role.AGENT], skills=[f"{slug}-skill"])
    demo = {account.provider: account for account in DEMO_ACCOUNTS if account.organization == slug}
    twilio = make_account(org, demo[Provider.TWILIO])
    telnyx = make_account(org, demo[Provider.TELNYX])
    return Tenant(
        org=org,
        admin=users[Role.ADMIN],
        supervisor=users[Role.SUPERVISOR],
        agent=users[Role.AGENT],
        customer=users[Role.CUSTOMER],
        twilio=twilio,
        telnyx=telnyx,
        twilio_number=make_number(twilio, demo[Provider.TWILIO].numbers[0], is_default=True),
        telnyx_number=make_number(telnyx, demo[Provider.TELNYX].numbers[0]),
    )


def make_user(org: Organization, role: str, **fields: Any) -> User:
    word = role.lower()
    fields = {
        "email": f"{word}@{org.slug}.example",
        "first_name": word.title(),
        "last_name": org.slug.title(),
        **fields,
    }
    return User.objects.create_user(password=PASSWORD, organization=org, role=role, **fields)


def make_superuser(**fields: Any) -> User:
    return User.objects.create_superuser("root@kraliki.example", PASSWORD, **fields)


def make_account(org: Organization, demo: Account) -> ProviderAccount:
    account = ProviderAccount(
        organization=org,
        provider=demo.provider,
        name=f"{org.slug} {demo.provider.lower()}",
        account_id=demo.account_id,
        messaging_service_id=demo.messaging_service_id,
        connection_id=demo.connection_id,
        public_key=demo.public_key,
    )
    account.set_secrets(secret=demo.secret)
    account.save()
    return account


def make_number(account: ProviderAccount, address: str, **fields: Any) -> PhoneNumber:
    slug = account.organization.slug
    kind = address_kind(address)
    return PhoneNumber.all_orgs.create(
        **{
            "organization": account.organization,
            "account": account,
            "address": address,
            "kind": kind,
            "label": f"{slug} line",
            **fields,
        }
    )


def next_address() -> str:
    """Return a number that no other row has."""
    return f"+12025559{next(_numbers):03d}"


def make_contact(tenant: Tenant, *, name: str = "", address: str = "") -> Contact:
    contact = Contact.all_orgs.create(organization=tenant.org, name=name or f"{tenant.org.slug} customer")
    address = address or next_address()
    ContactNumber.all_orgs.create(organization=tenant.org, contact=contact, address=address, kind=address_kind(address))
    return contact


def make_conversation(tenant: Tenant, *, address: str = "", name: str = "", **fields: Any) -> Conversation:
    """Make a conversation of the tenant's default number without messages."""
    address = address or next_address()
    fields = {
        "phone_number": tenant.twilio_number,
        "last_message_at": timezone.now(),
        "last_preview": f"{tenant.org.slug} preview",
        "last_direction": Direction.INBOUND,
        "last_status": MessageStatus.RECEIVED,
        **fields,
    }
    if "contact" not in fields:
        fields["contact"] = make_contact(tenant, name=name, address=address)
    return Conversation.all_orgs.create(organization=tenant.org, address=address, **fields)


def make_message(
    conversation: Conversation,
    *,
    direction: str = Direction.OUTBOUND,
    status: str = "",
    body: str = "",
    at: datetime | None = None,
    **fields: Any,
) -> Message:
    """Make a message and put it into its conversation's line; inbound ones are `received`, others `delivered`."""
    is_inbound = direction == Direction.INBOUND
    status = status or (MessageStatus.RECEIVED if is_inbound else MessageStatus.DELIVERED)
    number = conversation.phone_number
    ours, theirs = number.address, conversation.address
    at = at or timezone.now()
    body = body or f"{conversation.organization.slug} words"
    segmentation = count(body)
    message = Message.all_orgs.create(
        **{
            "organization_id": conversation.organization_id,
            "conversation": conversation,
            "direction": direction,
            "status": status,
            "from_address": theirs if is_inbound else ours,
            "to_address": ours if is_inbound else theirs,
            "body": body,
            "encoding": segmentation.encoding,
            "segments": segmentation.segments,
            "account": number.account,
            "provider": number.provider,
            "created_at": at,
            "next_attempt_at": at if status == MessageStatus.QUEUED else None,
            "lease_token": uuid4() if status in (MessageStatus.CLAIMED, MessageStatus.SENDING) else None,
            **fields,
        }
    )
    _into_line(conversation, message)
    return message


def _into_line(conversation: Conversation, message: Message) -> None:
    conversation.last_message_at = message.created_at
    conversation.last_message_id = message.pk
    conversation.last_preview = threads.preview_of(message.body)
    conversation.last_direction = message.direction
    conversation.last_status = message.status
    conversation.unread_count += message.direction == Direction.INBOUND
    conversation.save()


def make_attempt(message: Message, *, state: str = AttemptState.ACCEPTED, **fields: Any) -> Attempt:
    return Attempt.all_orgs.create(
        **{
            "organization_id": message.organization_id,
            "message": message,
            "account": message.account,
            "provider": message.provider,
            "state": state,
            "request": {"to": message.to_address},
            "dialled_at": timezone.now(),
            **fields,
        }
    )


def make_media(message: Message, *, position: int = 0, **fields: Any) -> MediaFile:
    return MediaFile.all_orgs.create(
        **{
            "organization_id": message.organization_id,
            "message": message,
            "position": position,
            "source_url": f"https://media.example/{message.organization.slug}/{position}",
            "content_type": "image/png",
            "state": MediaState.PENDING,
            **fields,
        }
    )


def make_campaign(tenant: Tenant, *, name: str = "", status: str = CampaignStatus.ACTIVE, **fields: Any) -> Campaign:
    return Campaign.all_orgs.create(
        **{
            "organization": tenant.org,
            "name": name or f"{tenant.org.slug} campaign",
            "status": status,
            "completed_at": timezone.now() if status == CampaignStatus.COMPLETED else None,
            **fields,
        }
    )


def make_call(
    tenant: Tenant,
    *,
    status: str = CallStatus.COMPLETED,
    direction: str = CallDirection.INBOUND,
    at: datetime | None = None,
    **fields: Any,
) -> Call:
    """Make a call that began `at`, over the tenant's default number; completed ones were talked in for a minute."""
    at = at or timezone.now()
    ours, theirs = tenant.twilio_number.address, next_address()
    is_inbound = direction == CallDirection.INBOUND
    was_answered = status in (CallStatus.COMPLETED, CallStatus.IN_PROGRESS, CallStatus.ON_HOLD)
    duration = fields.pop("duration", 60 if status == CallStatus.COMPLETED else None)
    return Call.all_orgs.create(
        **{
            "organization": tenant.org,
            "direction": direction,
            "status": status,
            "from_number": theirs if is_inbound else ours,
            "to_number": ours if is_inbound else theirs,
            "started_at": at,
            "answered_at": at if was_answered else None,
            "ended_at": at + timedelta(seconds=duration or 0) if status in ENDED else None,
            "duration": duration,
            "account": tenant.twilio,
            "provider": tenant.twilio.provider,
            "created_at": at,
            **fields,
        }
    )


def make_receipt(account: ProviderAccount, *, kind: str = ReceiptKind.STATUS, **fields: Any) -> WebhookReceipt:
    return WebhookReceipt.all_orgs.create(
        **{
            "organization_id": account.organization_id,
            "account": account,
            "provider": account.provider,
            "kind": kind,
            "event_key": str(new_id()),
            "path": "/hooks/",
            "body": f"{account.organization.slug} receipt".encode(),
            **fields,
        }
    )
