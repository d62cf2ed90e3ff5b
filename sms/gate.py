"""The gate that every text passes when it is accepted: may it go, to this number, and when?

What can change while a text waits is asked again under the sender's lock (`sms.attempts.take`) and before a failover.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contactcenter.core.models import Organization, PhoneNumber
from sms import budget, consent, countries, quiet, quota, reachability, spending, velocity
from sms.enums import ErrorCode, HoldReason, MessageClass, MessageStatus
from sms.models import SmsPolicy
from sms.prices import Money
from sms.refusals import ContactOptedOut, SendTimePassed, SendTimeTooFar

FARTHEST = timedelta(days=365)
# A client that says "now" is a little late when its request arrives.
LATE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A text that somebody wants to send. `send_at`: when, if not at once. `cost`: as far as it is estimated."""

    org: Organization
    policy: SmsPolicy
    sender: PhoneNumber
    to_address: str
    segments: int
    cost: Money
    message_class: MessageClass
    now: datetime
    send_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """How a text is accepted: queued, scheduled for `due_at`, or held; it may go until `sendable_until`."""

    status: MessageStatus
    due_at: datetime | None = None
    error_code: ErrorCode | None = None
    hold_reason: HoldReason | None = None
    sendable_until: datetime | None = None


def admit(candidate: Candidate) -> Admission:
    """Decide about a text. Must run in the transaction that stores it.

    Raises ContactOptedOut, NumberCannotReceive, CountryNotAllowed, DestinationTooBusy, QuotaExceeded, BudgetSpent,
    SendTimePassed, SendTimeTooFar.
    """
    due_at = _due_at(candidate)
    consent.demand_stable(candidate.org.pk, candidate.to_address)
    if consent.is_opted_out(candidate.org, candidate.to_address):
        raise ContactOptedOut
    countries.demand_allowed(candidate.org, candidate.policy, candidate.to_address)
    reachability.demand(candidate.org, candidate.to_address)
    quota.demand_room(candidate.org, now=candidate.now)
    velocity.demand_calm(candidate.org, candidate.policy, candidate.to_address, now=candidate.now)
    hold = budget.demand_money(candidate.org, candidate.policy, candidate.cost, now=candidate.now)
    if hold is None and not spending.reserve(candidate.org, candidate.policy, candidate.cost, now=candidate.now):
        hold = HoldReason.SPENDING
    admission = _in_time(candidate, due_at)
    # A held text keeps the time it should have gone at, for whoever releases it.
    return replace(admission, status=MessageStatus.HELD, error_code=None, hold_reason=hold) if hold else admission


def _due_at(candidate: Candidate) -> datetime:
    if candidate.send_at is None:
        return candidate.now
    if candidate.send_at < candidate.now - LATE:
        raise SendTimePassed
    if candidate.send_at > candidate.now + FARTHEST:
        raise SendTimeTooFar
    return max(candidate.send_at, candidate.now)


def _in_time(candidate: Candidate, due_at: datetime) -> Admission:
    """Queue the text, or schedule it for when it was wanted, or for the end of the quiet hours."""
    hours = quiet.hours_between(
        candidate.sender,
        candidate.to_address,
        org=candidate.org,
        policy=candidate.policy,
        message_class=candidate.message_class,
        at=due_at,
    )
    until = hours.sendable_until
    if hours.sendable_from is not None:
        return Admission(
            status=MessageStatus.SCHEDULED,
            due_at=hours.sendable_from,
            error_code=ErrorCode.QUIET_HOURS,
            sendable_until=until,
        )
    if due_at > candidate.now:
        return Admission(status=MessageStatus.SCHEDULED, due_at=due_at, sendable_until=until)
    return Admission(status=MessageStatus.QUEUED, sendable_until=until)
