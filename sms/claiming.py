"""Which due texts go next: the more urgent class first, one of a conversation, no faster than a number may.

One statement: a function in the database (migration 0028), which is planned once per connection. Of every sender as
many texts are taken as its rate leaves room for; what has to wait for the rate stays queued, without a lease, and
`Claims.again_in` says for how long. Rules and reasons: docs/limits.md.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from contactcenter.providers.base import ProviderName
from sms.enums import URGENCY

# One claim of so many looks at nothing but age, so that bulk texts move also while replies never end.
_AGE_COUNTS_EVERY = 8
# A rate above four a second may be used in bursts of this many seconds' worth.
_BURST_SECONDS = 0.25
# An earlier text of the conversation that tries again within this many seconds is waited for.
_PATIENCE_SECONDS = 60
# Looked at per lane: more waiting texts of one conversation than this hold their lane up until they are fewer.
_LOOKED_AT = 500
_SHORTEST_WAIT = 0.1

_CLAIM = """
SELECT message_id, token, again_in FROM sms_claim(
    %(limit)s, %(providers)s::text[], %(urgency)s::text[], %(by_age)s, %(lease)s, %(long_code)s, %(toll_free)s,
    %(short_code)s, %(burst)s, %(account_paced)s, %(account_rate)s, %(patience)s, %(looked_at)s
)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One message that is ours until the lease ends. `taken` is this process's monotonic clock before the claim."""

    message_id: UUID
    token: UUID
    taken: float


@dataclass(frozen=True, slots=True)
class Claims:
    """What one look at the queue brought. `again_in`: the seconds after which a sender's rate has room again."""

    taken: list[Claim]
    again_in: float | None


def look(limit: int, *, providers: Sequence[str], by_age: bool | None = None) -> Claims:
    """Lease up to `limit` due messages of `providers` by the database's clock.

    `by_age`: the oldest first, whatever they are for; by default one look of eight does so.
    """
    taken = time.monotonic()
    chosen = secrets.randbelow(_AGE_COUNTS_EVERY) == 0 if by_age is None else by_age
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, _values(limit, [str(name) for name in providers], by_age=chosen))
        rows = cursor.fetchall()
    waits = [wait for message_id, _token, wait in rows if message_id is None and wait is not None]
    return Claims(
        [Claim(message_id, token, taken) for message_id, token, _wait in rows if message_id is not None],
        max(_SHORTEST_WAIT, *waits) if waits else None,
    )


def _values(limit: int, providers: list[str], *, by_age: bool) -> dict[str, Any]:
    return {
        **{"limit": limit, "providers": providers, "by_age": by_age, "lease": settings.SENDER_LEASE_SECONDS},
        **{"urgency": list(URGENCY), "burst": _BURST_SECONDS},
        "long_code": settings.LONG_CODE_TEXTS_PER_SECOND,
        "toll_free": settings.TOLL_FREE_TEXTS_PER_SECOND,
        "short_code": settings.SHORT_CODE_TEXTS_PER_SECOND,
        "account_paced": ProviderName.TELNYX,
        "account_rate": settings.TELNYX_TEXTS_PER_SECOND,
        **{"patience": _PATIENCE_SECONDS, "looked_at": _LOOKED_AT},
    }
