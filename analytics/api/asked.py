"""What a request for figures asks for: whose calls, and of which time."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.periods import MOST_PERIODS
from contactcenter.core.roles import Right
from contactcenter.web.api.errors import Problem, invalid_input, invalid_parameter
from contactcenter.web.api.permissions import grants
from contactcenter.web.api.query import number
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.spans import Span, midnight

_DAYS = 30
_MICROSECOND = timedelta(microseconds=1)


def whose(request: ApiRequest) -> UUID | None:
    """Return None for who may read everybody's figures, else the caller's id: their own are all they may read."""
    return None if grants(request, Right.READ_ALL_ANALYTICS) else request.user.pk


def stretch(params: QueryDict, now: datetime) -> tuple[datetime, datetime]:
    """Return from when and before when: as asked, else the last 30 days in UTC, today among them. Raises Problem."""
    span = Span.of(params)
    if span.until is None:
        since = span.since or first_of_days(_DAYS, now.date())
        return since, max(now, since) + _MICROSECOND
    if span.since is not None:
        return span.since, span.until
    try:
        return first_of_days(_DAYS, (span.until - _MICROSECOND).date()), span.until
    except OverflowError:
        raise invalid_parameter("end date", params.get("end_date", "")) from None


def days(params: QueryDict) -> int:
    """Return how many days back the dashboard looks, today among them. Raises Problem."""
    return number(params, "days", default=7, least=1, most=365)


def first_of_days(count: int, last: date) -> datetime:
    """Return when the first of `count` days in UTC begins, of which `last` is the last. Raises OverflowError."""
    return midnight(last - timedelta(days=count - 1))


def too_many_periods() -> Problem:
    """Return the 422 for a stretch that has more periods than an answer can hold."""
    sentence = _("These are more than %(most)s periods: ask for less time, or for longer periods.")
    return invalid_input(("query", "start_date"), sentence % {"most": MOST_PERIODS}, "too_many_periods")
