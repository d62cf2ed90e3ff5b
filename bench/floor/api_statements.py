"""One statement for each list: PostgreSQL finds the rows, counts them and writes the JSON.

Parameters: `org`, `size` of the page, `more` (one row beyond it, which tells whether there are any), `pk`, `base` (the
address of the installation) and `sentences` (by error code, in the caller's language).
"""

from typing import Final

_TIME: Final = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


def _time(column: str) -> str:
    return _TIME.format(column)


def _cursor(plain: str) -> str:
    """Return the opaque word that the product makes of a key."""
    return rf"rtrim(translate(encode(convert_to({plain}, 'UTF8'), 'base64'), E'+/\n', '-_'), '=')"


def _keyset(column: str) -> str:
    at = f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
    return _cursor(f"{at} || '+00:00 ' || replace(id::text, '-', '')")


_PAGED: Final = """
WITH found AS MATERIALIZED ({rows} LIMIT %(more)s), shown AS (SELECT * FROM found LIMIT %(size)s)
SELECT json_build_object(
    'items', coalesce((SELECT json_agg({item}) FROM shown), '[]'), 'total', ({total}),
    'page', {page}, 'page_size', %(size)s, 'has_more', (SELECT count(*) > %(size)s FROM found){cursor})::text
"""
_NEXT: Final = (
    ", 'next_cursor', (SELECT CASE WHEN count(*) > %(size)s THEN (array_agg({key}))[%(size)s] END FROM found)"
)

_CALL: Final = f"""json_build_object(
    'id', id, 'from_number', from_number, 'to_number', to_number, 'direction', direction, 'status', status,
    'provider', nullif(provider, ''), 'organization_id', organization_id, 'agent_id', agent_id,
    'supervisor_id', supervisor_id, 'campaign_id', campaign_id, 'contact_id', contact_id,
    'start_time', {_time("started_at")}, 'end_time', {_time("ended_at")}, 'duration', duration,
    'recording_url', NULL, 'disposition', nullif(disposition, ''), 'notes', nullif(notes, ''),
    'metadata', metadata, 'extra_metadata', metadata, 'created_at', {_time("created_at")})"""
_CALL_ROWS: Final = """SELECT * FROM calls_call
    WHERE organization_id = %(org)s AND deleted_at IS NULL ORDER BY started_at DESC, id DESC"""
_CALL_TOTAL: Final = "SELECT count(*) FROM calls_call WHERE organization_id = %(org)s AND deleted_at IS NULL"

CALLS: Final = _PAGED.format(rows=_CALL_ROWS, total=_CALL_TOTAL, item=_CALL, page="1", cursor="")
CALLS_BY_CURSOR: Final = _PAGED.format(
    rows=_CALL_ROWS, total=_CALL_TOTAL, item=_CALL, page="NULL", cursor=_NEXT.format(key=_keyset("started_at"))
)

AGENTS: Final = f"""
SELECT coalesce(json_agg(json_build_object(
    'id', id, 'user_id', user_id, 'status', status, 'max_capacity', max_capacity, 'current_load', current_load,
    'skills', skills, 'language', language, 'metadata', metadata,
    'is_available', is_active AND status = 'AVAILABLE' AND current_load < max_capacity,
    'capacity_percentage', round(100.0 * current_load / max_capacity, 2)::float,
    'created_at', {_time("created_at")}, 'updated_at', {_time("updated_at")})), '[]')::text
FROM (SELECT a.*, u.is_active FROM agents_agent a JOIN core_user u ON u.id = a.user_id
      WHERE a.organization_id = %(org)s ORDER BY a.id LIMIT %(size)s) AS agent
"""

_MEDIA: Final = """SELECT f.position, json_build_object(
        'id', f.id, 'url', CASE f.state WHEN 'stored' THEN %(base)s || '/sms/media/' || f.id || '/' END,
        'content_type', f.content_type, 'size', f.size, 'state', f.state) AS item
    FROM sms_mediafile f WHERE f.message_id = shown.id AND f.organization_id = %(org)s
    UNION ALL SELECT 1000 + place, json_build_object(
        'id', NULL, 'url', url, 'content_type', NULL, 'size', NULL, 'state', 'linked')
    FROM jsonb_array_elements_text(media_urls) WITH ORDINALITY AS given (url, place)"""
_SMS: Final = f"""json_build_object(
    'id', id, 'conversation_id', conversation_id, 'from_number', from_address, 'to_number', to_address, 'body', body,
    'direction', direction, 'status', CASE status WHEN 'claimed' THEN 'queued' ELSE status END,
    'segments', segments, 'encoding', encoding, 'provider', nullif(provider, ''),
    'provider_message_id', nullif(provider_message_id, ''), 'error_code', nullif(error_code, ''),
    'error_message', coalesce(nullif(error_message, ''), %(sentences)s::jsonb ->> error_code), 'cost', cost::text,
    'cost_currency', nullif(cost_currency, ''), 'cost_source', nullif(cost_source, ''),
    'media', coalesce((SELECT json_agg(item ORDER BY position) FROM ({_MEDIA}) AS media), '[]'),
    'created_at', {_time("created_at")}, 'sent_at', {_time("sent_at")}, 'delivered_at', {_time("delivered_at")},
    'organization_id', organization_id)"""
INBOX: Final = _PAGED.format(
    rows="SELECT * FROM sms_message WHERE organization_id = %(org)s ORDER BY created_at DESC, id DESC",
    total="SELECT count(*) FROM sms_message WHERE organization_id = %(org)s",
    item=_SMS,
    page="1",
    cursor="",
)
THREAD: Final = _PAGED.format(
    rows="""SELECT * FROM sms_message WHERE conversation_id = %(pk)s AND organization_id = %(org)s ORDER BY id DESC""",
    total="SELECT count(*) FROM sms_message WHERE conversation_id = %(pk)s AND organization_id = %(org)s",
    item=_SMS,
    page="1",
    cursor=_NEXT.format(key=_cursor("replace(id::text, '-', '')")),
)

_CONVERSATION: Final = f"""json_build_object(
    'id', id, 'contact_number', address, 'contact_name', nullif(name, ''), 'last_message', last_preview,
    'unread_count', unread_count, 'last_message_at', {_time("last_message_at")}, 'status', state,
    'assignee_id', assignee_id)"""
_CONVERSATION_ROWS: Final = """SELECT v.*, c.name FROM sms_conversation v JOIN core_contact c ON c.id = v.contact_id
    WHERE v.organization_id = %(org)s ORDER BY v.last_message_at DESC, v.id DESC"""
CONVERSATIONS: Final = (
    f"SELECT coalesce(json_agg({_CONVERSATION}), '[]')::text FROM ({_CONVERSATION_ROWS} LIMIT 200) AS conversation"
)
CONVERSATION_PAGE: Final = _PAGED.format(
    rows=_CONVERSATION_ROWS,
    total="SELECT count(*) FROM sms_conversation WHERE organization_id = %(org)s",
    item=_CONVERSATION,
    page="1",
    cursor=_NEXT.format(key=_keyset("last_message_at")),
)
