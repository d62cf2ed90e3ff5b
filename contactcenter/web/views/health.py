"""Whether the installation works: real checks of the database, the broker and the workers."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout

import redis
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from contactcenter.core import clock
from contactcenter.core.models import Heartbeat
from contactcenter.web.access import Access, register

_BROKER_SECONDS = 0.4
_broker_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="health")


@register(Access.PUBLIC)
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when everything works, else 503; the body names what does not."""
    database = _database()
    checks = {"database": database, "broker": _broker(), "workers": database and _workers()}
    healthy = all(checks.values())
    body = {
        "status": "ok" if healthy else "unavailable",
        "checks": {name: "ok" if fine else "down" for name, fine in checks.items()},
        "time": timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    response = JsonResponse(body, status=200 if healthy else 503)
    response["Cache-Control"] = "no-store"
    # Whoever asks reads the answer; a probe every second must not fill the log with errors.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _database() -> bool:
    """Whether PostgreSQL is there; it is asked for the time, by which workers give their signs of life."""
    try:
        clock.compare()
    except DatabaseError:
        return False
    return True


def _workers() -> bool:
    return Heartbeat.objects.alive(now=clock.now()).exists()


def _ping() -> bool:
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_BROKER_SECONDS,
        socket_connect_timeout=_BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _broker() -> bool:
    # The client may try more than once; a frozen broker must still not hold the answer up.
    try:
        return _broker_pool.submit(_ping).result(timeout=2 * _BROKER_SECONDS)
    except FutureTimeout:
        return False
