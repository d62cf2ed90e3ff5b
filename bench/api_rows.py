"""What the API's lists are measured on: as many rows in one organization as in the other, made by SQL."""

from bench.common import Installation

# For every organization of the demo: one row of each kind that the made ones are copies of, but for what they name.
_AGENTS = """
WITH people AS (
    INSERT INTO core_user SELECT made.* FROM core_user u, generate_series(1, %s) AS n,
        jsonb_populate_record(u, jsonb_build_object('id', uuidv7(), 'email', n || '.' || u.email)) AS made
    WHERE u.id IN (SELECT DISTINCT ON (organization_id) id FROM core_user
        WHERE role = 'AGENT' AND organization_id IS NOT NULL ORDER BY organization_id, id)
    RETURNING id, organization_id
), numbered AS (SELECT *, row_number() OVER (ORDER BY id) AS n FROM people)
INSERT INTO agents_agent (id, organization_id, user_id, status, max_capacity, current_load, skills, language,
    phone_number, metadata, created_at, updated_at)
SELECT uuidv7(), organization_id, id, (ARRAY['AVAILABLE', 'BUSY', 'BREAK', 'OFFLINE'])[1 + n %% 4], 1 + n %% 5, 0,
    '{sales,support}', 'en', '', jsonb_build_object('desk', n), now() - n * interval '1 hour', now()
FROM numbered
"""
_CALLS = """
WITH lines AS (
    SELECT DISTINCT ON (organization_id) p.*,
        (SELECT array_agg(user_id) FROM agents_agent a WHERE a.organization_id = p.organization_id) AS agents,
        (SELECT array_agg(id) FROM core_contact c WHERE c.organization_id = p.organization_id) AS contacts
    FROM core_phonenumber p WHERE is_default ORDER BY organization_id, id
)
INSERT INTO calls_call (id, organization_id, direction, status, from_number, to_number, agent_id, contact_id,
    started_at, answered_at, ended_at, duration, disposition, notes, metadata, account_id, provider, provider_call_id,
    provider_leg_id, provider_session_id, error_code, provider_error_code, error_message, cost_currency, dial_state,
    claims, retries, created_at)
SELECT uuidv7(), l.organization_id, CASE WHEN n %% 3 = 0 THEN 'OUTBOUND' ELSE 'INBOUND' END,
    (ARRAY['COMPLETED', 'COMPLETED', 'COMPLETED', 'NO_ANSWER', 'BUSY'])[1 + n %% 5],
    '+1303' || lpad(n::text, 7, '0'), l.address,
    l.agents[1 + n %% cardinality(l.agents)], l.contacts[1 + n %% cardinality(l.contacts)],
    at, at + interval '5 s', at + interval '65 s', CASE WHEN n %% 5 < 3 THEN 60 END,
    CASE WHEN n %% 2 = 0 THEN 'Řešení nalezeno' ELSE '' END,
    CASE WHEN n %% 4 = 0 THEN 'Asked about the order and wants to be called back.' ELSE '' END,
    jsonb_build_object('order', n, 'source', 'shop', 'tags', jsonb_build_array('new', 'vip')),
    l.account_id, l.provider, 'CA' || md5(l.organization_id::text || n), '', '', '', '', '', '', '', 0, 0, at
FROM lines l, generate_series(1, %s) AS n, LATERAL (SELECT now() - n * interval '47 s' AS at) AS clock
"""
_CONVERSATIONS = """
WITH template AS (
    SELECT DISTINCT ON (organization_id) id, contact_id FROM sms_conversation WHERE state = 'open'
    ORDER BY organization_id, id
), contacts AS (
    INSERT INTO core_contact (id, organization_id, name, email, language, time_zone, created_at, updated_at)
    SELECT made.id, made.organization_id, made.name, made.email, made.language, made.time_zone, made.created_at,
        made.updated_at FROM template t JOIN core_contact c ON c.id = t.contact_id,
        generate_series(1, %s) AS n, jsonb_populate_record(c, jsonb_build_object(
            'id', uuidv7(), 'name', CASE WHEN n %% 5 = 0 THEN '' ELSE 'Žofie ' || n END)) AS made
    RETURNING id, organization_id
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY organization_id ORDER BY id) AS n FROM contacts
)
INSERT INTO sms_conversation (id, organization_id, contact_id, phone_number_id, address, state, assignee_id,
    unread_count, last_message_at, last_preview, last_direction, last_status, last_message_id, created_at)
SELECT made.id, made.organization_id, made.contact_id, made.phone_number_id, made.address, made.state,
    made.assignee_id, made.unread_count, made.last_message_at, made.last_preview, made.last_direction,
    made.last_status, made.last_message_id, made.created_at FROM template
    JOIN sms_conversation t ON t.id = template.id JOIN numbered c ON c.organization_id = t.organization_id,
    jsonb_populate_record(t, jsonb_build_object('id', uuidv7(), 'contact_id', c.id, 'unread_count', c.n %% 3,
        'address', '+1305' || lpad(c.n::text, 7, '0'), 'last_message_at', now() - c.n * interval '61 s')) AS made
"""
_TEXTS = """
WITH lines AS (
    SELECT organization_id, array_agg(id ORDER BY id DESC) AS ids FROM sms_conversation GROUP BY 1
), texts AS (
    INSERT INTO sms_message (id, organization_id, conversation_id, direction, from_address, to_address, body,
        media_urls, encoding, segments, metadata, idempotency_key, correlation_id, status, rank, is_unconfirmed,
        error_code, provider_error_code, error_message, account_id, provider, provider_message_id, claims, retries,
        cost, cost_currency, cost_source, created_at, sent_at, delivered_at)
    SELECT uuidv7(), l.organization_id, l.id, direction,
        CASE direction WHEN 'inbound' THEN l.address ELSE p.address END,
        CASE direction WHEN 'inbound' THEN p.address ELSE l.address END,
        'Dobrý den, číslo objednávky je ' || n || ' 🙂 and it should have come yesterday.',
        CASE WHEN n %% 20 = 1 THEN '["https://shop.example/picture.jpg"]' ELSE '[]' END::jsonb, 'UCS-2', 2,
        '{}', '', '',
        CASE direction WHEN 'inbound' THEN 'received' ELSE status END, 0, false,
        CASE status WHEN 'failed' THEN 'PROVIDER_ERROR' ELSE '' END, '', '',
        p.account_id, p.provider, 'SM' || md5(l.organization_id::text || n), 0, 0,
        CASE status WHEN 'delivered' THEN 0.0158 END, CASE status WHEN 'delivered' THEN 'USD' ELSE '' END,
        CASE status WHEN 'delivered' THEN 'webhook' ELSE '' END, at, at + interval '1.2 s', at + interval '3.4 s'
    FROM generate_series(%s, 1, -1) AS n
    CROSS JOIN LATERAL (SELECT now() - n * interval '47 s' AS at,
        CASE WHEN n %% 2 = 0 THEN 'inbound' ELSE 'outbound' END AS direction,
        CASE WHEN n %% 2 = 0 THEN 'received' WHEN n %% 7 = 0 THEN 'failed' ELSE 'delivered' END AS status) AS made
    CROSS JOIN lines
    JOIN sms_conversation l ON l.id = ids[CASE WHEN n %% 10 = 0 THEN 1 ELSE 1 + n %% cardinality(ids) END]
    JOIN core_phonenumber p ON p.id = l.phone_number_id
    RETURNING id, organization_id, direction
)
INSERT INTO sms_mediafile (id, organization_id, message_id, position, source_url, content_type, state, file, size,
    sha256, fetch_attempts, error)
SELECT uuidv7(), organization_id, id, 0, 'https://media.example/a', 'image/jpeg', 'stored', 'a.jpg', 48211, '', 1, ''
FROM texts WHERE direction = 'inbound' AND hashtext(id::text) %% 10 = 0
"""


def fill(stack: Installation, *, agents: int, calls: int, conversations: int, texts: int) -> None:
    """Add that many rows to each organization; every tenth text belongs to one and the same conversation."""
    stack.query(_AGENTS, agents)
    stack.query(_CALLS, calls)
    stack.query(_CONVERSATIONS, conversations)
    stack.query(_TEXTS, texts)
    # The floor has the sentence of a class of errors; the product has one for each code of a provider besides.
    stack.query("UPDATE sms_message SET provider_error_code = '', error_message = '' WHERE error_code <> ''")
    stack.query("VACUUM ANALYZE")
