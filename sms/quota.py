"""How many texts an organization may send.

PostgreSQL counts, under an advisory lock, so that parallel requests cannot pass together.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from contactcenter.core.models import Organization
from sms.enums import Direction
from sms.models import Message
from sms.refusals import QuotaExceeded

_LOCK_SPACE = 7301


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` texts in any `seconds`."""

    limit: int
    seconds: int


def windows_of(org: Organization) -> tuple[Window, Window]:
    """Return the hourly and the daily window of `org`: its own numbers, else the installation's."""
    hourly = org.sms_hourly_limit if org.sms_hourly_limit is not None else settings.SMS_RATE_LIMIT
    daily = org.sms_daily_limit if org.sms_daily_limit is not None else settings.SMS_DAILY_LIMIT
    return (
        Window(hourly, settings.SMS_RATE_WINDOW_SECONDS),
        Window(daily, settings.SMS_DAILY_WINDOW_SECONDS),
    )


def demand_room(org: Organization, *, now: datetime) -> None:
    """Return when one more text fits into both windows. Must run in the transaction that inserts it.

    Raises QuotaExceeded with the exact time until the oldest text that stands in the way leaves its window.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, str(org.pk)])
    waits = [_wait(org, window, now) for window in windows_of(org)]
    if max(waits) > 0:
        raise QuotaExceeded(retry_after=max(waits))


def _wait(org: Organization, window: Window, now: datetime) -> int:
    if window.limit == 0:
        return window.seconds
    since = now - timedelta(seconds=window.seconds)
    in_the_way = (
        Message.objects.for_org(org)
        .filter(direction=Direction.OUTBOUND, created_at__gt=since)
        .order_by("-created_at")
        .values_list("created_at", flat=True)[window.limit - 1 : window.limit]
    )
    oldest = next(iter(in_the_way), None)
    if oldest is None:
        return 0
    remaining = (oldest + timedelta(seconds=window.seconds) - now).total_seconds()
    return max(1, int(-(-remaining // 1)))
