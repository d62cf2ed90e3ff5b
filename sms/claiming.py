"""Which due texts a sender takes next: the more urgent class first, one of a conversation, no faster than a number may.

One statement. A *lane* is what one sender has to send in one class. Of every sender as many texts are taken as its rate
leaves room for; what has to wait for its rate is left queued, without a lease, and `Claims.again_in` says for how long.
See docs/limits.md and docs/decisions/0018.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from contactcenter.core.models import AddressKind
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

_WAITING = "status = 'queued' AND awaiting_until IS NULL"
_URGENCY = "array_position(%(urgency)s::text[], {}.message_class::text)"
# How many texts there is room for, of a rate and the moment until which it is used up. A moment that no use of the rate
# can have made was written by a clock that has been put back since.
_USED = """
CASE WHEN {0}.paced_until BETWEEN now() AND now() + make_interval(secs => {1} + 1)
     THEN extract(epoch FROM {0}.paced_until - now())::float8 ELSE 0 END
"""
_CLAIM = f"""
WITH RECURSIVE lane AS (
    -- Skips from lane to lane along the index, however many texts each has.
    (
        SELECT account_id, from_address, message_class FROM sms_message
        WHERE {_WAITING} ORDER BY account_id, from_address, message_class LIMIT 1
    )
    UNION ALL
    SELECT n.* FROM lane AS l CROSS JOIN LATERAL (
        SELECT account_id, from_address, message_class FROM sms_message
        WHERE {_WAITING}
            AND (account_id, from_address, message_class) > (l.account_id, l.from_address, l.message_class)
        ORDER BY account_id, from_address, message_class LIMIT 1
    ) AS n
), sender AS MATERIALIZED (
    SELECT p.id, p.account_id, p.address, r.rate, r.burst, {_USED.format("p", "r.burst")} AS used, p.paced_until,
        a.provider = %(account_paced)s AS account_is_paced
    FROM (SELECT DISTINCT account_id, from_address FROM lane) AS l
    JOIN core_phonenumber AS p ON p.account_id = l.account_id AND p.address = l.from_address
    JOIN core_provideraccount AS a ON a.id = p.account_id
    CROSS JOIN LATERAL (
        SELECT coalesce(p.texts_per_second::float8, CASE
            WHEN p.kind <> %(phone)s THEN %(short_code)s
            WHEN p.address ~ '^\\+1(800|833|844|855|866|877|888)' THEN %(toll_free)s
            ELSE %(long_code)s
        END) AS rate
    ) AS s
    CROSS JOIN LATERAL (SELECT s.rate, greatest(1 / s.rate, %(burst)s) AS burst) AS r
    WHERE a.provider = ANY(%(providers)s) AND coalesce(p.paused_until <= now(), true) AND EXISTS (
        SELECT FROM sms_message AS m
        WHERE {_WAITING} AND m.account_id = p.account_id AND m.from_address = p.address AND m.next_attempt_at <= now()
    )
), locked AS MATERIALIZED (
    -- One claim at a time per sender. A row that changed after our snapshot fails the last condition: what is under way
    -- by then we cannot see.
    SELECT p.id FROM core_phonenumber AS p JOIN sender AS s ON s.id = p.id
    WHERE (s.burst - s.used) * s.rate + 1e-6 >= 1 AND p.paced_until IS NOT DISTINCT FROM s.paced_until
    FOR NO KEY UPDATE OF p SKIP LOCKED
), account AS MATERIALIZED (
    SELECT a.id, a.paced_until, {_USED.format("a", "%(burst)s")} AS used
    FROM core_provideraccount AS a
    WHERE a.id IN (SELECT account_id FROM sender WHERE account_is_paced)
), account_locked AS MATERIALIZED (
    SELECT a.id FROM core_provideraccount AS a JOIN account AS s ON s.id = a.id
    WHERE a.paced_until IS NOT DISTINCT FROM s.paced_until
    FOR NO KEY UPDATE OF a SKIP LOCKED
), room AS MATERIALIZED (
    SELECT s.id, s.account_id, s.address, floor((s.burst - s.used) * s.rate + 1e-6) AS texts,
        CASE WHEN s.account_is_paced THEN floor((%(burst)s - a.used) * %(account_rate)s + 1e-6) END AS of_account
    FROM sender AS s JOIN locked ON locked.id = s.id
    LEFT JOIN (account AS a JOIN account_locked ON account_locked.id = a.id) ON a.id = s.account_id
    WHERE NOT s.account_is_paced OR a.id IS NOT NULL
), fit AS (
    SELECT c.id, r.id AS sender_id, r.account_id, r.of_account, r.texts, c.conversation_id, c.next_attempt_at,
        CASE WHEN %(by_age)s THEN 0 ELSE {_URGENCY.format("l")} END AS urgency
    FROM room AS r JOIN lane AS l ON l.account_id = r.account_id AND l.from_address = r.address
    CROSS JOIN LATERAL (
        SELECT w.* FROM (
            SELECT id, conversation_id, message_class, next_attempt_at FROM sms_message
            WHERE {_WAITING} AND account_id = l.account_id AND from_address = l.from_address
                AND message_class = l.message_class AND next_attempt_at <= now()
            ORDER BY next_attempt_at, id LIMIT {_LOOKED_AT}
        ) AS w
        WHERE NOT EXISTS (
            SELECT FROM sms_message AS e WHERE e.conversation_id = w.conversation_id
                AND e.status IN ('claimed', 'sending')
        ) AND NOT EXISTS (
            SELECT FROM sms_message AS e WHERE e.conversation_id = w.conversation_id
                AND e.status IN ('queued', 'claimed', 'sending') AND e.status = 'queued' AND e.awaiting_until IS NULL
                AND e.next_attempt_at <= now() + make_interval(secs => {_PATIENCE_SECONDS})
                AND ({_URGENCY.format("e")}, e.id) < ({_URGENCY.format("w")}, w.id)
        )
        ORDER BY w.next_attempt_at, w.id LIMIT least(r.texts, %(limit)s)
    ) AS c
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY sender_id ORDER BY urgency, next_attempt_at, id) AS place FROM fit
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY urgency, next_attempt_at, id) AS place_in_account
    FROM placed WHERE place <= texts
), picked AS MATERIALIZED (
    SELECT id, sender_id, account_id FROM numbered WHERE of_account IS NULL OR place_in_account <= of_account
    ORDER BY urgency, next_attempt_at, id LIMIT %(limit)s
), due AS MATERIALIZED (
    SELECT m.id, picked.sender_id, picked.account_id FROM sms_message AS m JOIN picked ON picked.id = m.id
    WHERE {_WAITING} AND m.next_attempt_at <= now()
    FOR UPDATE OF m SKIP LOCKED
), claimed AS (
    UPDATE sms_message AS m
    SET status = 'claimed', lease_token = gen_random_uuid(),
        lease_until = now() + make_interval(secs => %(lease)s), claims = claims + 1
    FROM due WHERE m.id = due.id
    RETURNING m.id, m.lease_token, due.sender_id, due.account_id
), paced AS (
    UPDATE core_phonenumber AS p SET paced_until = now() + make_interval(secs => s.used + n.texts / s.rate)
    FROM (SELECT sender_id, count(*) AS texts FROM claimed GROUP BY 1) AS n JOIN sender AS s ON s.id = n.sender_id
    WHERE p.id = n.sender_id
), account_paced AS (
    UPDATE core_provideraccount AS p
    SET paced_until = now() + make_interval(secs => a.used + n.texts / %(account_rate)s)
    FROM (SELECT account_id, count(*) AS texts FROM claimed GROUP BY 1) AS n JOIN account AS a ON a.id = n.account_id
    WHERE p.id = n.account_id
)
SELECT id, lease_token, NULL::float8 FROM claimed
UNION ALL
SELECT NULL, NULL, min(s.used - s.burst + (1 + coalesce(r.texts, 0)) / s.rate)
FROM sender AS s LEFT JOIN room AS r ON r.id = s.id
WHERE r.id IS NULL OR r.of_account < 1 OR r.texts = (SELECT count(*) FROM claimed WHERE sender_id = s.id)
"""  # noqa: S608 - a statement of our own


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
        **{"urgency": list(URGENCY), "burst": _BURST_SECONDS, "phone": AddressKind.PHONE},
        "long_code": settings.LONG_CODE_TEXTS_PER_SECOND,
        "toll_free": settings.TOLL_FREE_TEXTS_PER_SECOND,
        "short_code": settings.SHORT_CODE_TEXTS_PER_SECOND,
        "account_paced": ProviderName.TELNYX,
        "account_rate": settings.TELNYX_TEXTS_PER_SECOND,
    }
