"""Every figure once more: a slow, obvious computation in Python over all rows; it shares nothing with the product."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from calls.models import Call
from contactcenter.core.models import Organization
from sms.models import Message

Rows = list[Any]
ENDED = ("COMPLETED", "NO_ANSWER", "BUSY", "FAILED", "CANCELED")


def calls_of(org: Organization) -> Rows:
    return [call for call in Call.all_orgs.filter(organization=org) if call.deleted_at is None]


def texts_of(org: Organization) -> Rows:
    return list(Message.all_orgs.filter(organization=org))


def when(row: Any) -> datetime:
    at: datetime = row.started_at if isinstance(row, Call) else row.created_at
    return at


def owner(row: Any) -> Any:
    return row.agent_id if isinstance(row, Call) else row.author_id


def number(row: Any) -> str:
    if isinstance(row, Call):
        return row.to_number if row.direction == "INBOUND" else row.from_number
    return row.to_address if row.direction == "inbound" else row.from_address


def country(row: Any) -> str | None:
    if isinstance(row, Call):
        theirs = row.from_number if row.direction == "INBOUND" else row.to_number
    else:
        theirs = row.from_address if row.direction == "inbound" else row.to_address
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(theirs, None)) or None
    except phonenumbers.NumberParseException:
        return None


def within(rows: Rows, since: datetime, until: datetime) -> Rows:
    return [row for row in rows if since <= when(row) < until]


def grouped(rows: Rows, key: Callable[[Any], Any]) -> dict[Any, Rows]:
    found: dict[Any, Rows] = {}
    for row in rows:
        if key(row) is not None:
            found.setdefault(key(row), []).append(row)
    return found


def _percent(part: int, whole: int) -> float | None:
    if whole == 0:
        return None
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _mean(amounts: Iterable[int]) -> int | None:
    amounts = list(amounts)
    return int((Decimal(sum(amounts)) / len(amounts)).quantize(Decimal(1), ROUND_HALF_UP)) if amounts else None


def _money(amounts: list[tuple[str, Decimal]]) -> Decimal | None:
    sums: dict[str, Decimal] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    charged = [amount for amount in sums.values() if amount]
    return (charged or [Decimal(0)])[0] if len(charged) < 2 else None


def figures_of_calls(rows: Rows, *, seconds: int) -> dict[str, Any]:
    inbound = [row for row in rows if row.direction == "INBOUND"]
    completed = [row for row in rows if row.status == "COMPLETED"]
    handled = [row for row in completed if row.agent_id]
    answered = [row for row in inbound if row.answered_at]
    abandoned = [row for row in inbound if not row.answered_at and row.status in ENDED]
    waits = [floor((row.answered_at - row.started_at).total_seconds()) for row in answered]
    quick = [wait for wait in waits if wait <= seconds]
    decided = len(answered) + len(abandoned)
    return {
        "total": len(rows),
        "inbound": len(inbound),
        "outbound": len([row for row in rows if row.direction == "OUTBOUND"]),
        "completed": len(completed),
        "missed": len([row for row in rows if row.status == "NO_ANSWER"]),
        "failed": len([row for row in rows if row.status == "FAILED"]),
        "busy": len([row for row in rows if row.status == "BUSY"]),
        "canceled": len([row for row in rows if row.status == "CANCELED"]),
        "handled": len([row for row in rows if row.agent_id]),
        "talked": sum(row.duration or 0 for row in completed),
        "handled_completed": len(handled),
        "handle_time": sum(row.duration or 0 for row in handled),
        "decided": decided,
        "answered": len(answered),
        "answered_in_time": len(quick),
        "waited": sum(waits),
        "abandoned": len(abandoned),
        "call_cost": _money([(row.cost_currency, row.cost) for row in rows if row.cost is not None]),
        "completion_rate": _percent(len(completed), len(rows)),
        "failure_rate": _percent(len([row for row in rows if row.status == "FAILED"]), len(rows)),
        "average_duration": _mean(row.duration or 0 for row in completed),
        "average_handle_time": _mean(row.duration or 0 for row in handled),
        "answer_rate": _percent(len(answered), decided),
        "speed_of_answer": _mean(waits),
        "service_level": _percent(len(quick), decided),
        "abandon_rate": _percent(len(abandoned), decided),
    }


def figures_of_texts(rows: Rows) -> dict[str, Any]:
    ours = [row for row in rows if row.direction == "outbound"]
    sent = [row for row in ours if row.provider_message_id]
    arrived = [row for row in ours if row.status in ("delivered", "read")]
    lost = [row for row in ours if row.status in ("undelivered", "failed")]
    answers = [row for row in rows if row.waited_since and row.status != "canceled"]
    waits = [floor((row.created_at - row.waited_since).total_seconds()) for row in answers]
    charged = [row for row in ours if row.cost is not None and (row.cost_source == "final" or row.provider_message_id)]
    return {
        "received": len([row for row in rows if row.direction == "inbound"]),
        "written": len(ours),
        "sent": len(sent),
        "delivered": len(arrived),
        "undelivered": len(lost),
        "reported": len(arrived) + len(lost),
        "blocked": len([row for row in ours if row.status == "blocked"]),
        "segments": sum(row.segments for row in sent),
        "replies": len([row for row in ours if row.author_id and row.message_class == "reply"]),
        "first_responses": len(answers),
        "response_wait": sum(waits),
        "charged": len(charged),
        "charged_segments": sum(row.segments for row in charged),
        "cost_billed": _money([(row.cost_currency, row.cost) for row in charged if row.cost_source == "final"]),
        "cost_estimated": _money([(row.cost_currency, row.cost) for row in charged if row.cost_source != "final"]),
        "cost": _money([(row.cost_currency, row.cost) for row in charged]),
        "delivery_rate": _percent(len(arrived), len(arrived) + len(lost)),
        "undelivered_rate": _percent(len(lost), len(arrived) + len(lost)),
        "first_response_time": _mean(waits),
    }


def seconds_between(since: datetime, until: datetime) -> int:
    """Return how many seconds of the clock begin between two moments of a day: those of statuses, and of calls."""
    first, last = (at.replace(microsecond=0) for at in (since.astimezone(UTC), until.astimezone(UTC)))
    return int((last - first) / timedelta(seconds=1))


def label_of(at: datetime, by: str, zone: ZoneInfo) -> tuple[str, datetime | None]:
    """Return how the period of a moment is written; an hour also by when it began, as two may be written alike."""
    local = at.astimezone(zone)
    if by == "hour":
        began = at.astimezone(UTC).replace(second=0, microsecond=0)
        while began.astimezone(zone).minute != 0:
            began -= timedelta(minutes=1)
        return f"{began.astimezone(zone):%Y-%m-%d %H}:00", began
    if by == "week":
        return f"{local:%G-W%V}", None
    return f"{local:%Y-%m}" if by == "month" else f"{local:%Y-%m-%d}", None


def labels_of(since: datetime, until: datetime, by: str, zone: ZoneInfo) -> list[tuple[str, datetime | None]]:
    """Return every period with a moment in a stretch of time: walk through it in small steps."""
    found: list[tuple[str, datetime | None]] = []
    at = since.astimezone(UTC)  # Adding to a time of a zone would move its clock, and lose the hour that comes twice.
    while at < until:
        one = label_of(at, by, zone)
        if one not in found[-1:]:
            found.append(one)
        # Clocks show full hours, and days begin, at quarters of an hour in UTC.
        at = at.replace(second=0, microsecond=0)
        at += timedelta(minutes=15 - at.minute % 15)
    return found
