"""Stretches of time in query parameters: `start_date` and `end_date`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter

from contactcenter.web.api.errors import invalid_input, invalid_parameter

SPAN_PARAMETERS = [
    OpenApiParameter("start_date", description="A day (2025-10-01) or a moment in ISO 8601, in UTC unless it says."),
    OpenApiParameter("end_date", description="The last day, which counts as a whole, or the last moment."),
]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.,]+)(?:([Zz])|([ +-])([0-9:]+))?\Z")
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` on and before `until`; None has no end on that side."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, params: QueryDict, zone: tzinfo = UTC) -> "Span":
        """Read `start_date` and `end_date`, in the zone unless they say.

        Raises Problem: 400 for a malformed one, 422 when the end comes first.
        """
        since = _read(params, "start_date", "start date", _first_of, zone)
        until = _read(params, "end_date", "end date", _end_of, zone)
        if since is not None and until is not None and until <= since:
            raise end_first()
        return cls(since, until)


def end_first() -> Exception:
    """Return the 422 for a stretch that ends before it begins."""
    return invalid_input(("query", "end_date"), _("The end comes before the start."), "end_before_start")


def midnight(day: date, zone: tzinfo = UTC) -> datetime:
    """Return when the day begins in the zone, in UTC. Raises OverflowError at the ends of the calendar."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def _read(
    params: QueryDict, name: str, called: str, day_as: Callable[[date, tzinfo], datetime], zone: tzinfo
) -> datetime | None:
    given = params.get(name, "").strip()
    if not given:
        return None
    try:
        if _DAY.match(given):
            return day_as(date.fromisoformat(given), zone)
        at = _moment(given, zone)
        return at + _MICROSECOND if name == "end_date" else at
    except (ValueError, OverflowError):
        raise invalid_parameter(called, given) from None


def _first_of(day: date, zone: tzinfo) -> datetime:
    return midnight(day, zone)


def _end_of(day: date, zone: tzinfo) -> datetime:
    return midnight(day + timedelta(days=1), zone)


def _moment(given: str, zone: tzinfo) -> datetime:
    """Return the moment that is meant; without an offset it is the zone's. Raises ValueError, OverflowError."""
    found = _MOMENT.match(given)
    if found is None:
        raise ValueError("not a moment")
    clock, zulu, sign, offset = found.groups()
    if zulu or not sign:
        return datetime.fromisoformat(clock).replace(tzinfo=zone).astimezone(UTC)
    # A plus sign that was not escaped arrives as a space.
    return datetime.fromisoformat(f"{clock}{'-' if sign == '-' else '+'}{offset}").astimezone(UTC)
