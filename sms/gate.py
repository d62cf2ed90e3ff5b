"""The gate that every text passes when it is accepted: may it go, to this number, and when?

What can change while a text waits is asked again under the sender's lock (`sms.attempts.take`) and before a failover.
"""

from dataclasses import dataclass
from datetime import datetime

from contactcenter.core.models import Organization, PhoneNumber
from sms import consent, quota
from sms.enums import ErrorCode, HoldReason, MessageClass, MessageStatus
from sms.models import SmsPolicy
from sms.refusals import ContactOptedOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A text that somebody wants to send. `send_at`: when, if not at once."""

    org: Organization
    policy: SmsPolicy
    sender: PhoneNumber
    to_address: str
    segments: int
    message_class: MessageClass
    now: datetime
    send_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """How a text is accepted: queued, scheduled for `due_at`, or held for a reason."""

    status: MessageStatus
    due_at: datetime | None = None
    error_code: ErrorCode | None = None
    hold_reason: HoldReason | None = None


def admit(candidate: Candidate) -> Admission:
    """Decide about a text. Must run in the transaction that stores it.

    Raises ContactOptedOut, QuotaExceeded.
    """
    if consent.is_opted_out(candidate.org, candidate.to_address):
        raise ContactOptedOut
    quota.demand_room(candidate.org, now=candidate.now)
    if candidate.send_at is not None and candidate.send_at > candidate.now:
        return Admission(status=MessageStatus.SCHEDULED, due_at=candidate.send_at)
    return Admission(status=MessageStatus.QUEUED)
