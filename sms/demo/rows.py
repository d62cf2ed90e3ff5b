"""The rows of one demo organization, inserted in bulk and dated back."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contactcenter.core.models import AuditEntry, Contact, ContactNumber, WebhookReceipt
from sms.models import Attempt, Consent, ConsentEntry, Conversation, MediaFile, Message, ProviderEvent

_BATCH = 500


@dataclass(slots=True)
class Rows:
    """Everything of one organization, in the order in which it can be inserted."""

    contacts: list[Contact] = field(default_factory=list)
    numbers: list[ContactNumber] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    receipts: list[WebhookReceipt] = field(default_factory=list)
    events: list[ProviderEvent] = field(default_factory=list)
    media: list[MediaFile] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    decisions: list[ConsentEntry] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)
    # Of several kinds: what stands around the conversations, and what hangs on them. Each kind after what it refers to.
    around: list[Any] = field(default_factory=list)
    work: list[Any] = field(default_factory=list)
    ages: list[tuple[Any, datetime]] = field(default_factory=list)

    def insert(self) -> None:
        """Insert all of it, and date it back."""
        for rows in (
            *_by_kind(self.around),
            self.contacts,
            self.numbers,
            self.conversations,
            self.messages,
            self.attempts,
            self.receipts,
            self.events,
            self.media,
            self.consents,
            self.decisions,
            self.audit,
            *_by_kind(self.work),
        ):
            if rows:
                manager: Any = type(rows[0])._base_manager
                manager.bulk_create(rows, batch_size=_BATCH)
        self.date_back()

    def date_back(self) -> None:
        """Give rows the age of their texts where inserting stamped the present."""
        dated: dict[type, list[Any]] = defaultdict(list)
        for row, at in self.ages:
            row.created_at = at
            dated[type(row)].append(row)
        for model, rows in dated.items():
            manager: Any = model._base_manager  # type: ignore[attr-defined]
            manager.bulk_update(rows, ["created_at"], batch_size=_BATCH)


def _by_kind(rows: list[Any]) -> list[list[Any]]:
    kinds: dict[type, list[Any]] = defaultdict(list)
    for row in rows:
        kinds[type(row)].append(row)
    return list(kinds.values())
