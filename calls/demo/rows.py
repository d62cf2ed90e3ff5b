"""The rows of one demo organization, inserted in bulk and dated back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from calls.models import (
    Call,
    CallAttempt,
    CallEvent,
    CallOffer,
    CallTranscript,
    Campaign,
    TranscriptPiece,
)
from contactcenter.core.models import Organization

_BATCH = 500


@dataclass(slots=True)
class Rows:
    """Everything of one organization, in the order in which it can be inserted."""

    org: Organization
    campaigns: list[Campaign] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    attempts: list[CallAttempt] = field(default_factory=list)
    offers: list[CallOffer] = field(default_factory=list)
    events: list[CallEvent] = field(default_factory=list)
    transcripts: list[CallTranscript] = field(default_factory=list)
    pieces: list[TranscriptPiece] = field(default_factory=list)

    def insert(self) -> None:
        """Insert all of it, and date it back."""
        campaigns = [(row, row.created_at, row.updated_at) for row in self.campaigns]
        for model, rows in (
            (Campaign, self.campaigns),
            (Call, self.calls),
            (CallAttempt, self.attempts),
            (CallOffer, self.offers),
            (CallEvent, self.events),
            (CallTranscript, self.transcripts),
            (TranscriptPiece, self.pieces),
        ):
            self._insert(model, rows)
        self._date_back(campaigns)

    def _insert(self, model: Any, rows: Sequence[Any]) -> None:
        model.objects.for_org(self.org).bulk_create(rows, batch_size=_BATCH)

    def _date_back(self, campaigns: list[tuple[Campaign, datetime, datetime]]) -> None:
        """Give rows their age where inserting stamped the present. All rows of the organization are ours."""
        for row, created_at, updated_at in campaigns:
            Campaign.objects.for_org(self.org).filter(pk=row.pk).update(created_at=created_at, updated_at=updated_at)
        CallEvent.objects.for_org(self.org).update(created_at=F("occurred_at"))
        for transcript in self.transcripts:
            transcript.created_at = transcript.call.answered_at or transcript.call.started_at
        CallTranscript.objects.for_org(self.org).bulk_update(self.transcripts, ["created_at"])
