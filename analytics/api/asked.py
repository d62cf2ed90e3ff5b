"""What a request for figures asks for: whose calls, and of which time."""

from datetime import datetime, timedelta, tzinfo
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter

from analytics.periods import MOST_PERIODS
from analytics.selectors.report import Span
from contactcenter.core.roles import Right
from contactcenter.core.zones import UTC_ZONE
from contactcenter.web.api.errors import Problem, invalid_input, invalid_parameter
from contactcenter.web.api.permissions import grants
from contactcenter.web.api.query import number
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.spans import Span as Stretch
from contactcenter.web.api.spans import midnight

ZONE_PARAMETER = OpenApiParameter(
    "tz", default="UTC", description="The time zone of days and periods, by its IANA name, for example Europe/Prague."
)
_DAYS = 30
_MICROSECOND = timedelta(microseconds=1)


def whose(request: ApiRequest) -> UUID | None:
    """Return None for who may read everybody's figures, else the caller's id: their own are all they may read."""
    return None if grants(request, Right.READ_ALL_ANALYTICS) else request.user.pk


def zone(params: QueryDict) -> ZoneInfo:
    """Return the time zone of days and periods, UTC unless it is asked for. Raises Problem."""
    given = params.get("tz", "").strip()
    if not given:
        return UTC_ZONE
    if given not in _zones():
        raise invalid_parameter("time zone", given)
    return ZoneInfo(given)


@cache
def _zones() -> set[str]:
    return available_timezones()


def stretch(params: QueryDict, now: datetime, tz: tzinfo) -> Span:
    """Return the time that is asked for, else the last 30 days of the zone, today among them. Raises Problem."""
    asked = Stretch.of(params, tz)
    if asked.until is None:
        since = asked.since or first_of_days(_DAYS, now, tz)
        try:
            return Span(since, max(now, since) + _MICROSECOND)
        except OverflowError:
            raise invalid_parameter("start date", params.get("start_date", "")) from None
    if asked.since is not None:
        return Span(asked.since, asked.until)
    try:
        return Span(first_of_days(_DAYS, asked.until - _MICROSECOND, tz), asked.until)
    except OverflowError:
        raise invalid_parameter("end date", params.get("end_date", "")) from None


def days(params: QueryDict) -> int:
    """Return how many days back the dashboard looks, today among them. Raises Problem."""
    return number(params, "days", default=7, least=1, most=365)


def first_of_days(count: int, last: datetime, tz: tzinfo) -> datetime:
    """Return when the first of `count` days of the zone begins, the last one that of `last`. Raises OverflowError."""
    return midnight(last.astimezone(tz).date() - timedelta(days=count - 1), tz)


def too_many_periods() -> Problem:
    """Return the 422 for a stretch that has more periods than an answer can hold."""
    sentence = _("These are more than %(most)s periods: ask for less time, or for longer periods.")
    return invalid_input(("query", "start_date"), sentence % {"most": MOST_PERIODS}, "too_many_periods")
