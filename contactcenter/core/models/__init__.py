"""The kernel's tables."""

from contactcenter.core.models.api_key import ApiKey
from contactcenter.core.models.audit import AuditEntry
from contactcenter.core.models.base import OrgOwned, same_org_unique
from contactcenter.core.models.circuit import CircuitChange, CircuitReason, CircuitState, ProviderCircuit
from contactcenter.core.models.contact import AddressKind, Contact, ContactNumber, Delivery
from contactcenter.core.models.contact_book import AttributeKind, ContactAttribute, ContactLabel, ContactNote
from contactcenter.core.models.contact_import import ContactImport, Duplicates, ImportState, Refusal, RefusedRow
from contactcenter.core.models.heartbeat import Heartbeat
from contactcenter.core.models.idempotency import IdempotencyKey
from contactcenter.core.models.invitation import Invitation
from contactcenter.core.models.label import Label, LabelColor
from contactcenter.core.models.lease import Lease
from contactcenter.core.models.notification import (
    NotificationChannel,
    NotificationEvent,
    NotificationPreference,
    PushDevice,
    PushMessage,
)
from contactcenter.core.models.organization import Organization
from contactcenter.core.models.outbox import OutboxEvent
from contactcenter.core.models.provider_account import PhoneNumber, Provider, ProviderAccount
from contactcenter.core.models.tally import Tally
from contactcenter.core.models.token import RefreshToken, SigningKey, TokenFamily
from contactcenter.core.models.user import User
from contactcenter.core.models.webhook import WebhookReceipt, WebhookRefusal

__all__ = [
    "AddressKind",
    "ApiKey",
    "AttributeKind",
    "AuditEntry",
    "CircuitChange",
    "CircuitReason",
    "CircuitState",
    "Contact",
    "ContactAttribute",
    "ContactImport",
    "ContactLabel",
    "ContactNote",
    "ContactNumber",
    "Delivery",
    "Duplicates",
    "Heartbeat",
    "IdempotencyKey",
    "ImportState",
    "Invitation",
    "Label",
    "LabelColor",
    "Lease",
    "NotificationChannel",
    "NotificationEvent",
    "NotificationPreference",
    "OrgOwned",
    "Organization",
    "OutboxEvent",
    "PhoneNumber",
    "Provider",
    "ProviderAccount",
    "ProviderCircuit",
    "PushDevice",
    "PushMessage",
    "RefreshToken",
    "Refusal",
    "RefusedRow",
    "SigningKey",
    "Tally",
    "TokenFamily",
    "User",
    "WebhookReceipt",
    "WebhookRefusal",
    "same_org_unique",
]
