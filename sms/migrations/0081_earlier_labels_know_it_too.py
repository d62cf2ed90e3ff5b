"""Fills what rows of labels hold of their conversations. Whoever changes one meanwhile has filled its row already."""

from django.db import migrations

_FILL = """
UPDATE sms_conversationlabel AS l
SET state = c.state, assignee_id = c.assignee_id, team_id = c.team_id, phone_number_id = c.phone_number_id,
    unread_count = c.unread_count, last_message_at = c.last_message_at, waiting_since = c.waiting_since
FROM sms_conversation AS c WHERE c.id = l.conversation_id AND l.state IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0080_labels_know_their_conversation")]

    operations = [migrations.RunSQL(sql=_FILL, reverse_sql=migrations.RunSQL.noop)]
