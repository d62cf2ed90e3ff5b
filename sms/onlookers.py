"""Who looks at a conversation, and who types in it, just now. Only in Valkey, where it ends by itself.

Without Valkey nobody is seen, and nothing else changes.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from contactcenter.core import doorbell
from contactcenter.core.models import Organization, User
from sms.models import Conversation

logger = logging.getLogger(__name__)

CHANGED = "sms:presence"
# A page says every ten seconds that it is looked at: one report may be lost.
HERE_SECONDS = 25.0
# While somebody types, their page says so every four seconds.
TYPING_SECONDS = 9.0
_MOST_SHOWN = 20
_SOCKET_SECONDS = 0.2
_SILENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else who has the conversation open."""

    name: str
    is_typing: bool


class _Silence:
    """Until when Valkey is not asked, because it did not answer: a page pays for that once."""

    until = 0.0


def note(*, conversation: Conversation, user: User, is_typing: bool) -> None:
    """Remember that `user` looks at the conversation, and ring at the others' pages if that is new."""
    now = time.time()
    here, typing = _keys(conversation)
    who = str(user.pk)

    def write(client: Any) -> bool:
        with client.pipeline(transaction=True) as pipe:
            pipe.zscore(here, who)
            pipe.zscore(typing, who)
            pipe.zadd(here, {who: now + HERE_SECONDS})
            pipe.zadd(typing, {who: now + TYPING_SECONDS}) if is_typing else pipe.zrem(typing, who)
            pipe.expire(here, int(HERE_SECONDS) + 1)
            pipe.expire(typing, int(HERE_SECONDS) + 1)
            was_here, was_typing, *_rest = pipe.execute()
        return not _lasts(was_here, now) or _lasts(was_typing, now) != is_typing

    if _ask(write):
        _ring(conversation)


def leave(*, conversation: Conversation, user: User) -> None:
    """Forget that `user` looks at the conversation, because their page was closed."""
    here, typing = _keys(conversation)

    def write(client: Any) -> bool:
        with client.pipeline(transaction=True) as pipe:
            pipe.zrem(here, str(user.pk))
            pipe.zrem(typing, str(user.pk))
            return bool(pipe.execute()[0])

    if _ask(write):
        _ring(conversation)


def others(*, org: Organization, conversation: Conversation, user: User) -> list[Colleague]:
    """Return who else has the conversation open, by name; whoever types comes first."""
    now = time.time()
    here, typing = _keys(conversation)

    def read(client: Any) -> tuple[list[bytes], list[bytes]]:
        with client.pipeline(transaction=False) as pipe:
            pipe.zrangebyscore(here, now, "+inf", start=0, num=_MOST_SHOWN)
            pipe.zrangebyscore(typing, now, "+inf", start=0, num=_MOST_SHOWN)
            found: tuple[list[bytes], list[bytes]] = tuple(pipe.execute())
        return found

    looking, writing = _ask(read) or ([], [])
    ids = {UUID(who.decode()) for who in looking} - {user.pk}
    if not ids:
        return []
    typists = {UUID(who.decode()) for who in writing}
    people = User.objects.filter(organization=org, pk__in=ids).order_by("first_name", "last_name", "pk")
    found = [Colleague(person.get_full_name(), person.pk in typists) for person in people]
    return sorted(found, key=lambda colleague: not colleague.is_typing)


def _keys(conversation: Conversation) -> tuple[str, str]:
    start = f"sms:presence:{conversation.organization_id}:{conversation.pk}"
    return f"{start}:here", f"{start}:typing"


def _lasts(until: float | None, now: float) -> bool:
    return until is not None and until >= now


def _ring(conversation: Conversation) -> None:
    doorbell.ring(conversation.organization_id, CHANGED, conversation_id=conversation.pk)


@cache
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(
        url,
        socket_timeout=_SOCKET_SECONDS,
        socket_connect_timeout=_SOCKET_SECONDS,
        retry=Retry(NoBackoff(), 0),  # The client's own repeats would make a moment several.
    )


def _ask(question: Callable[[Any], Any]) -> Any:
    if time.monotonic() < _Silence.until:
        return None
    try:
        return question(_client(settings.REDIS_URL))
    except redis.RedisError as error:
        _Silence.until = time.monotonic() + _SILENCE_SECONDS
        logger.warning("Valkey did not answer (%s): nobody is shown who else is there", type(error).__name__)
        return None
