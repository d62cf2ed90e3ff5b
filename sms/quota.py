"""How many texts an organization may send.

PostgreSQL counts, under an advisory lock, so that parallel requests cannot pass together; the log in Valkey refuses
early (`sms.quota_log`). Automatic answers pass, and do not count.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from contactcenter.core.models import Organization
from sms import quota_log
from sms.enums import Direction, MessageClass
from sms.models import Message
from sms.quota_log import Window
from sms.refusals import QuotaExceeded

_LOCK_SPACE = 7301


def windows_of(org: Organization) -> tuple[Window, Window]:
    """Return the hourly and the daily window of `org`: its own numbers, else the installation's."""
    hourly = org.sms_hourly_limit if org.sms_hourly_limit is not None else settings.SMS_RATE_LIMIT
    daily = org.sms_daily_limit if org.sms_daily_limit is not None else settings.SMS_DAILY_LIMIT
    return (
        Window(hourly, settings.SMS_RATE_WINDOW_SECONDS),
        Window(daily, settings.SMS_DAILY_WINDOW_SECONDS),
    )


def lock(org: Organization) -> None:
    """Let the organization's texts be accepted one after the other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, str(org.pk)])


def demand_room(org: Organization, *, now: datetime) -> None:
    """Return when one more text fits into both windows. Must run in the transaction that inserts it.

    Raises QuotaExceeded with the exact time until the oldest text that stands in the way leaves its window.
    """
    windows = windows_of(org)
    if known := quota_log.seconds_to_wait(org.pk, windows, now=now):
        raise QuotaExceeded(retry_after=whole_seconds(known))
    lock(org)
    waits = [_wait(org, window, now) for window in windows]
    if max(waits) > 0:
        _fill_log(org, windows[waits.index(max(waits))], now)
        raise QuotaExceeded(retry_after=max(waits))


def remember(org: Organization, message: Message) -> None:
    """Write an accepted text into the log, once it is committed."""
    if message.message_class == MessageClass.AUTOMATIC:
        return
    text = (message.pk, message.created_at)
    transaction.on_commit(lambda: quota_log.remember(org.pk, [text], windows=windows_of(org)))


def whole_seconds(wait: float) -> int:
    """Return the seconds to wait as a client is told them: whole, and long enough."""
    return max(1, int(-(-wait // 1)))


def _wait(org: Organization, window: Window, now: datetime) -> int:
    if window.limit == 0:
        return window.seconds
    in_the_way = _counted(org, window, now).values_list("created_at", flat=True)[window.limit - 1 : window.limit]
    oldest = next(iter(in_the_way), None)
    if oldest is None:
        return 0
    return whole_seconds((oldest + timedelta(seconds=window.seconds) - now).total_seconds())


def _counted(org: Organization, window: Window, now: datetime) -> Any:
    since = now - timedelta(seconds=window.seconds)
    rows = Message.objects.for_org(org).filter(direction=Direction.OUTBOUND, created_at__gt=since)
    return rows.exclude(message_class=MessageClass.AUTOMATIC).order_by("-created_at")


def _fill_log(org: Organization, window: Window, now: datetime) -> None:
    if connection.savepoint_ids:  # Somebody's transaction around ours: its own texts may yet be rolled back.
        return
    texts = _counted(org, window, now).values_list("pk", "created_at")[: window.limit]
    quota_log.remember(org.pk, texts, windows=windows_of(org))
