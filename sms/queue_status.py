"""The state of the queue in figures, for operators: never a word, a number or a name of anybody's text."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min

from contactcenter.core import clock, receipts
from contactcenter.core.models import CircuitState, Heartbeat, Organization, ProviderCircuit
from sms import backlog
from sms.models import Message
from sms.queue_signs import SWEEP

# Sweeps come every few seconds; without one for so long nothing is taken back and nothing scheduled is let go.
STALE_SWEEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """Figures of one organization (`organization`: its slug) or of the whole installation. Ages are in seconds.

    `oldest_due_seconds`: how long the first due text has waited; `oldest_unfinished_seconds`: how old the oldest text
    without an end is, whatever it waits for. `receipts_waiting`: webhooks that could be processed, `receipts_failed`:
    that could not and are tried again. `circuits_open`: provider accounts that are left alone or tried now, without
    those that a person switched off.
    """

    organization: str | None
    counts: dict[str, int]
    uncertain: int
    held: int
    oldest_due_seconds: float | None
    oldest_unfinished_seconds: float | None
    receipts_waiting: int
    receipts_failed: int
    circuits_open: int
    last_sweep_at: datetime | None
    last_sweep_seconds: float | None
    workers: int

    def is_late(self, *, max_age: float) -> bool:
        """Whether a due text has waited for more than `max_age` seconds, or nobody sweeps any more."""
        waits = self.oldest_due_seconds is not None and self.oldest_due_seconds > max_age
        return waits or self.last_sweep_seconds is None or self.last_sweep_seconds > max(max_age, STALE_SWEEP_SECONDS)

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {**asdict(self), "last_sweep_at": self.last_sweep_at and self.last_sweep_at.isoformat()}


def of(org: Organization | None, *, now: datetime | None = None) -> QueueStatus:
    """Take the figures of one organization, or of the installation; `now` is the database's time."""
    if now is None:
        clock.compare()  # A command, or a process that has just begun, has not yet.
        now = clock.now()
    found = backlog.of(org, now=now)
    unfinished = backlog.unfinished(Message.all_orgs.all())
    circuits = ProviderCircuit.all_orgs.filter(account__is_active=True).exclude(state=CircuitState.CLOSED)
    if org is not None:
        unfinished, circuits = unfinished.filter(organization=org), circuits.filter(organization=org)
    unread = receipts.unread(org, now=now)
    swept_at = Heartbeat.objects.filter(name=SWEEP).values_list("beat_at", flat=True).first()
    return QueueStatus(
        organization=org.slug if org else None,
        counts=found.counts,
        uncertain=found.uncertain,
        held=found.held,
        oldest_due_seconds=found.oldest_due_seconds,
        oldest_unfinished_seconds=_age(unfinished.aggregate(oldest=Min("created_at"))["oldest"], now),
        receipts_waiting=unread.due,
        receipts_failed=unread.failed,
        circuits_open=circuits.count(),
        last_sweep_at=swept_at,
        last_sweep_seconds=_age(swept_at, now),
        workers=Heartbeat.objects.alive(now=now).count(),
    )


def _age(moment: datetime | None, now: datetime) -> float | None:
    # `now` may have been asked for a moment before the row was written.
    return None if moment is None else max(0.0, round((now - moment).total_seconds(), 1))
