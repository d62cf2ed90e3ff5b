"""How fast one caller may call: against clients that run wild, not against traffic.

Counted in the memory of each process: a request below the limit costs no query, and no server can be missing. With
several processes a caller may reach as many times the limit. What must hold exactly (log-ins, texts an hour) is counted
in PostgreSQL where it happens.
"""

from threading import Lock
from time import monotonic

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from contactcenter.core import tallies
from contactcenter.core.models import User

_WINDOW = 60.0
_MOST_CALLERS = 10_000


class Pace:
    """The generic cell rate algorithm: a minute's requests may come at once, then they are spread over the minute."""

    def __init__(self) -> None:
        self._lock = Lock()
        # By caller: until when what they asked so far would keep them busy at exactly the limit.
        self._busy_until: dict[str, float] = {}

    def wait(self, caller: str, *, per_minute: int, now: float) -> float:
        """Count one request at `now` (seconds, monotonic); 0, or the seconds after which it may be repeated."""
        each = _WINDOW / per_minute
        with self._lock:
            busy_until = max(self._busy_until.get(caller, now), now)
            too_early = busy_until - now - (_WINDOW - each)
            if too_early > each / 1000:  # Less is the rounding of sums.
                return too_early
            self._busy_until[caller] = busy_until + each
            if len(self._busy_until) > _MOST_CALLERS:
                self._drop_idle(now)
        return 0.0

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._busy_until.clear()

    def _drop_idle(self, now: float) -> None:
        self._busy_until = {caller: until for caller, until in self._busy_until.items() if until > now}
        if len(self._busy_until) > _MOST_CALLERS // 2:  # Memory counts for more than the limit of so many.
            self._busy_until.clear()


pace = Pace()


class ApiThrottle(BaseThrottle):
    """Counts people (with whatever credential) under their id, strangers under their network address."""

    def __init__(self) -> None:
        self._wait = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        is_known = isinstance(request.user, User)
        limit = settings.API_REQUESTS_PER_MINUTE if is_known else settings.API_PUBLIC_REQUESTS_PER_MINUTE
        caller = f"user {request.user.pk}" if is_known else _address(request)
        if limit <= 0 or caller is None:
            return True
        self._wait = pace.wait(caller, per_minute=limit, now=monotonic())
        if self._wait:
            tallies.API_THROTTLED.add("person" if is_known else "stranger")
        return not self._wait

    def wait(self) -> float:
        """Return the seconds for Retry-After, which DRF rounds up."""
        return self._wait


def _address(request: Request) -> str | None:
    try:
        return f"address {get_ip(request._request)}"
    except PermissionDenied:  # Behind a Unix socket there is none, and all strangers together are not one caller.
        return None
