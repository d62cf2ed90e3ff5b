"""The log of an organization's accepted texts in Valkey, by which most refusals need no lock in PostgreSQL.

It can only refuse, and only what PostgreSQL would refuse: its members are texts that are committed, with the moment
that PostgreSQL counts them by. Whatever is missing (Valkey was wiped, killed, frozen, or missed a text) is decided by
PostgreSQL, which then fills the log up. See docs/decisions/0018.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

_SOCKET_SECONDS = 0.1
_SILENCE_SECONDS = 2.0
# Callers whose clock differs by more from the server's get no answer: their refusals would be too long or too short.
_CLOCKS_DIFFER_MS = 1000
# One call over both windows. KEYS: the log. ARGV: the caller's time, the most difference, then limit and length of each
# window, in milliseconds. Returns the milliseconds until one more text fits into each of them.
_WAIT = """
local time = redis.call('TIME')
local server, now = time[1] * 1000 + time[2] / 1000, tonumber(ARGV[1])
if math.abs(server - now) > tonumber(ARGV[2]) then return 0 end
local wait, longest = 0, 0
for i = 3, #ARGV, 2 do
    local limit, length = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
    longest = math.max(longest, length)
    local last = limit > 0 and redis.call('ZREVRANGE', KEYS[1], limit - 1, limit - 1, 'WITHSCORES')[2]
    if last then wait = math.max(wait, tonumber(last) + length - now) end
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', math.min(server, now) - longest)
return tostring(wait)
"""


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` texts in any `seconds`."""

    limit: int
    seconds: int


class _Silence:
    """Until when Valkey is not asked, because it did not answer: a request pays for that once."""

    until = 0.0


def seconds_to_wait(org_id: UUID, windows: Sequence[Window], *, now: datetime) -> float:
    """Return the seconds until one more text fits into all windows; 0.0 when the log does not know that it does not."""
    numbers = [value for window in windows for value in (window.limit, window.seconds * 1000)]
    answer = _ask(lambda client: client.eval(_WAIT, 1, _key(org_id), _milliseconds(now), _CLOCKS_DIFFER_MS, *numbers))
    return max(0.0, float(answer or 0) / 1000)


def remember(org_id: UUID, texts: Iterable[tuple[UUID, datetime]], *, windows: Sequence[Window]) -> None:
    """Write committed texts (id, created_at) into the log. One that is missing costs time, never a text too many."""
    members = {str(pk): _milliseconds(created_at) for pk, created_at in texts}
    if not members:
        return

    def write(client: "redis.Redis") -> None:
        with client.pipeline(transaction=True) as pipe:
            pipe.zadd(_key(org_id), members)
            pipe.expire(_key(org_id), max(window.seconds for window in windows))
            pipe.execute()

    _ask(write)


def _key(org_id: UUID) -> str:
    return f"sms:quota:{org_id}"


def _milliseconds(moment: datetime) -> float:
    return round(moment.timestamp() * 1000, 3)


@cache
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(
        url,
        socket_timeout=_SOCKET_SECONDS,
        socket_connect_timeout=_SOCKET_SECONDS,
        retry=Retry(NoBackoff(), 0),  # The client's own repeats would make a tenth of a second several.
    )


def _ask(question: Any) -> Any:
    if time.monotonic() < _Silence.until:
        return None
    try:
        return question(_client(settings.REDIS_URL))
    except redis.RedisError as error:
        _Silence.until = time.monotonic() + _SILENCE_SECONDS
        logger.warning("the log of the limits did not answer (%s): PostgreSQL decides", type(error).__name__)
        return None
