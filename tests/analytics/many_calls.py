"""Very many calls of a running installation."""

from tests.stack import Stack

_CALLS = """
INSERT INTO calls_call (id, organization_id, direction, status, from_number, to_number, agent_id, contact_id,
    started_at, answered_at, ended_at, duration, disposition, notes, metadata, account_id, provider, provider_call_id,
    provider_leg_id, provider_session_id, error_code, provider_error_code, error_message, cost_currency, dial_state,
    claims, retries, created_at)
SELECT uuidv7(), u.organization_id, 'INBOUND', (ARRAY['COMPLETED', 'COMPLETED', 'NO_ANSWER'])[1 + n %% 3],
    '+4207' || lpad((n %% 100000000)::text, 8, '0'), '+12025550110', u.id, k.id,
    at, at, at + interval '1 minute', 60, 'sold', '', '{{}}', NULL, 'TWILIO', '', '', '', '', '', '', '', '', 0, 0, at
FROM generate_series(1, {count}) AS n
CROSS JOIN LATERAL (SELECT now() - interval '1 year' + n * interval '20 seconds' AS at) AS t
CROSS JOIN (SELECT id, organization_id FROM core_user WHERE email = 'agent@aurora.example') AS u
JOIN LATERAL (SELECT id FROM core_contact WHERE organization_id = u.organization_id ORDER BY id LIMIT 1) AS k ON true
"""


def make_many_calls(stack: Stack, count: int) -> None:
    """Give Aurora's agent ended calls from numbers of their own, one every twenty seconds from a year ago on.

    Without triggers: an agent's load is of no interest here.
    """
    stack.query("SET session_replication_role = replica;" + _CALLS.format(count=count))
    stack.query("VACUUM ANALYZE calls_call")
