"""Stored texts and their time: put off when quiet hours have begun, let go when their time has come."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q

from contactcenter.core import clock
from sms import policies, quiet, transitions
from sms.enums import ErrorCode, MessageStatus
from sms.models import Message, SmsPolicy
from sms.quiet import Hours


def put_off(message: Message) -> bool:
    """Schedule a claimed text for the end of the quiet hours that began while it waited; False when it may go.

    Must run in a transaction that holds the row.
    """
    stored = Message.all_orgs.select_related("organization", "conversation__contact").get(pk=message.pk)
    hours = quiet.hours_of(stored, policy=policies.of(stored.organization_id), at=clock.now())
    if hours.sendable_from is None:  # The rules, or the person's last word, have changed since.
        return False
    return _schedule(message, hours, only_from=Q(status=MessageStatus.CLAIMED))


def release(message: Message, *, policy: SmsPolicy, now: datetime) -> bool:
    """Queue a scheduled text whose time has come; in quiet hours it is scheduled for their end. True when queued.

    `message` brings its organization, conversation and contact. Must run in a transaction that holds the row.
    """
    scheduled = Q(status=MessageStatus.SCHEDULED)
    hours = quiet.hours_of(message, policy=policy, at=now)
    if hours.sendable_from is not None:
        _schedule(message, hours, only_from=scheduled)
        return False
    return queue(message, hours, due_at=F("send_at"), only_from=scheduled)


def queue(message: Message, hours: Hours, *, due_at: Any, only_from: Q) -> bool:
    """Queue a scheduled text, to be sent from `due_at` on. Must run in a transaction."""
    return transitions.move(
        message,
        MessageStatus.QUEUED,
        only_from=only_from,
        next_attempt_at=due_at,
        sendable_until=hours.sendable_until,
        error_code="",
    )


def _schedule(message: Message, hours: Hours, *, only_from: Q) -> bool:
    return transitions.move(
        message,
        MessageStatus.SCHEDULED,
        only_from=only_from,
        next_attempt_at=None,
        send_at=hours.sendable_from,
        sendable_until=hours.sendable_until,
        error_code=ErrorCode.QUIET_HOURS,
    )
