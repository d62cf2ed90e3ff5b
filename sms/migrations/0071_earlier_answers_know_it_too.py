"""Earlier texts of people that answered somebody: since their first text behind the last answer that was not taken back.

Rebuilt from the texts alone, as `sms.undoing` does it for one conversation.
"""

from django.db import migrations

_FILL = """
WITH turns AS (
    SELECT m.id, m.conversation_id, m.created_at, m.direction = 'inbound' AS asks,
        m.author_id IS NOT NULL AND m.message_class = 'reply' AS is_persons,
        count(*) FILTER (WHERE m.direction = 'outbound') OVER (
            PARTITION BY m.conversation_id ORDER BY m.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS turn
    FROM sms_message AS m
    WHERE m.direction = 'inbound' OR (m.status <> 'canceled' AND m.message_class NOT IN ('automatic', 'bulk'))
), questions AS (
    SELECT conversation_id, turn, min(created_at) AS since FROM turns WHERE asks GROUP BY conversation_id, turn
)
UPDATE sms_message AS m SET waited_since = q.since
FROM turns AS t JOIN questions AS q USING (conversation_id, turn)
WHERE m.id = t.id AND NOT t.asks AND t.is_persons
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0070_texts_know_for_how_long_somebody_waited")]

    operations = [migrations.RunSQL(sql=_FILL, reverse_sql="UPDATE sms_message SET waited_since = NULL")]
