"""The statements around one network call, as few as can be.

Every text passes here, in many threads of one process; what they cost it in Python and in round trips is what bounds
the texts that a worker sends in a second. Built by the ORM the same work takes three times as long
(docs/benchmarks.md).
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from contactcenter.core import events
from contactcenter.core.models import ProviderAccount
from contactcenter.providers.base import Accepted
from sms import outcomes, timetable, transitions
from sms.enums import RANK, AttemptState, ConsentState, CostSource, MessageStatus
from sms.models import Message

# What sending and recording read of a message; the rest is fetched when somebody asks for it.
_WANTED = {
    *("id", "organization_id", "conversation_id", "from_address", "to_address", "body", "media_urls", "file_count"),
    *("status", "rank"),
    *("account_id", "provider", "retries", "failovers", "segments", "lease_token", "lease_until", "cost", "error_code"),
    "correlation_id",
}
# In the order of the model's fields, as Model.from_db wants it.
_MESSAGE = tuple(field.attname for field in Message._meta.concrete_fields if field.attname in _WANTED)
_ACCOUNT = tuple(field.attname for field in ProviderAccount._meta.concrete_fields)
_TAKE = f"""
SELECT {", ".join(f"m.{name}" for name in _MESSAGE)}, {", ".join(f"a.{name}" for name in _ACCOUNT)},
    EXISTS (
        SELECT FROM sms_consent AS r
        WHERE r.organization_id = m.organization_id AND r.address = m.to_address AND r.state = %(opted_out)s
            AND m.answers_id IS NULL
    ), coalesce(m.sendable_until <= now(), false), c.id IS NOT NULL
FROM sms_message AS m LEFT JOIN core_provideraccount AS a ON a.id = m.account_id
    LEFT JOIN core_providercircuit AS c ON c.account_id = m.account_id AND c.state <> 'closed'
WHERE m.id = %(message)s AND m.status = %(claimed)s AND m.lease_token = %(token)s
FOR UPDATE OF m
"""  # noqa: S608 - names of our own columns
# Every status change shows in the inbox, if the message is its conversation's last one.
_SHOWN = """
shown AS (
    UPDATE sms_conversation AS c SET last_status = %(to)s
    FROM moved WHERE c.id = moved.conversation_id AND c.last_message_id = moved.id
)
"""
_BEGIN = f"""
WITH moved AS (
    UPDATE sms_message SET status = %(to)s, rank = %(rank)s, next_attempt_at = NULL
    WHERE id = %(message)s AND status = %(claimed)s AND lease_token = %(token)s
    RETURNING id, conversation_id, organization_id
), {_SHOWN}
INSERT INTO sms_attempt (id, organization_id, message_id, account_id, provider, state, request, dialled_at,
    provider_message_id, error_code, provider_error_code, error_message)
SELECT %(attempt)s, organization_id, id, %(account)s, %(provider)s, %(state)s, %(request)s::jsonb, clock_timestamp(),
    '', '', '', '' FROM moved
"""  # noqa: S608 - a statement of our own
_ACCEPT = f"""
WITH finished AS (
    UPDATE sms_attempt SET state = %(state)s, finished_at = clock_timestamp(), provider_message_id = %(provider_id)s
    WHERE id = %(attempt)s AND state = ANY(%(open)s)
), moved AS (
    UPDATE sms_message SET status = %(to)s, rank = %(rank)s, lease_token = NULL, lease_until = NULL,
        error_code = '', provider_error_code = '', error_message = '', provider_message_id = %(provider_id)s,
        hold_reason = '', next_check_at = clock_timestamp() + make_interval(secs => %(check)s),
        cost = coalesce(%(cost)s, cost), cost_currency = coalesce(%(currency)s, cost_currency),
        cost_source = coalesce(%(source)s, cost_source)
    WHERE id = %(message)s AND direction = 'outbound' AND rank < %(rank)s
        -- It may have gone to another account while the answer was on its way.
        AND account_id = %(account)s
    RETURNING id, conversation_id, organization_id, failovers
), {_SHOWN}, told AS (
    INSERT INTO core_outboxevent (id, organization_id, type, object_id, data, created_at)
    SELECT %(event)s, organization_id, %(event_type)s, id, %(event_data)s::jsonb, clock_timestamp() FROM moved
    -- Once: a first provider may have had the text before it came back.
    WHERE failovers = 0 OR NOT EXISTS (
        SELECT FROM sms_attempt AS e WHERE e.message_id = moved.id AND e.state = 'returned'
    )
)
SELECT count(*) FROM moved
"""  # noqa: S608 - a statement of our own


@dataclass(frozen=True, slots=True)
class Taken:
    """A claimed message, locked, with what decides whether it may be sent now.

    `is_out_of_use`: the breaker of its account is not closed.
    """

    message: Message
    account: ProviderAccount | None
    is_opted_out: bool
    is_quiet: bool
    is_out_of_use: bool


def take(message_id: UUID, token: UUID) -> Taken | None:
    """Lock the message that `token` leases; None when the lease is somebody else's. Must run in a transaction."""
    values: dict[str, Any] = {"message": message_id, "token": token, "claimed": MessageStatus.CLAIMED}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values | {"opted_out": ConsentState.OPTED_OUT})
        row = cursor.fetchone()
    if row is None:
        return None
    message = Message.from_db("default", _MESSAGE, row[: len(_MESSAGE)])
    if isinstance(message.media_urls, str):  # The ORM would have read the JSON.
        message.media_urls = json.loads(message.media_urls)
    *found, is_opted_out, is_quiet, is_out_of_use = row[len(_MESSAGE) :]
    account = ProviderAccount.from_db("default", _ACCOUNT, found) if message.account_id else None
    return Taken(message, account, is_opted_out=is_opted_out, is_quiet=is_quiet, is_out_of_use=is_out_of_use)


def begin(message: Message, account: ProviderAccount, attempt_id: UUID, wire: dict[str, Any]) -> None:
    """Write the attempt ahead and move its message from claimed to sending. Must run in a transaction."""
    to = MessageStatus.SENDING
    values: dict[str, Any] = {"message": message.pk, "token": message.lease_token, "claimed": MessageStatus.CLAIMED}
    values |= {"attempt": attempt_id, "account": account.pk, "provider": account.provider, "to": to, "rank": RANK[to]}
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, values | {"state": AttemptState.SUBMITTING, "request": json.dumps(wire)})
        if cursor.rowcount != 1:
            raise RuntimeError("a locked message changed its status")
    message.status, message.rank = to, RANK[to]
    transitions.announce(message.organization_id, message.conversation_id)


def accept(message: Message, attempt_id: UUID, outcome: Accepted) -> bool:
    """Write the provider's yes and tell the outside, in one statement.

    False when a callback was quicker and the status stays.

    Raises IntegrityError when another message has the provider's id.
    """
    to, is_priced = MessageStatus.ACCEPTED, outcome.cost is not None
    with connection.cursor() as cursor:
        cursor.execute(
            _ACCEPT,
            {
                "account": message.account_id,
                **{"message": message.pk, "attempt": attempt_id, "provider_id": outcome.provider_message_id},
                **{"to": to, "rank": RANK[to], "state": AttemptState.ACCEPTED},
                "open": [str(AttemptState.SUBMITTING), str(AttemptState.UNKNOWN)],
                "check": timetable.FIRST_CHECK.total_seconds(),
                "cost": outcome.cost,
                "currency": (outcome.currency or "") if is_priced else None,
                "source": CostSource.ESTIMATED if is_priced else None,
                **outcomes.sent_in_sql(message, outcome),
            },
        )
        moved = bool(cursor.fetchone()[0])
    if moved:
        message.status, message.rank = to, RANK[to]
        events.wake_publisher()
        transitions.announce(message.organization_id, message.conversation_id)
    return moved
