from django.db import migrations

# Serves the inbox's search: texts of one organization by the beginnings of their words, month by month, so that a
# common word does not bring all texts that ever held it. Without fastupdate, whose pending list every search would read.
MESSAGES = """
CREATE INDEX CONCURRENTLY message_by_words ON sms_message USING gin (organization_id, month, search)
WITH (fastupdate = off)
"""
# Serves the inbox's search by the end of a number.
CONVERSATIONS = """
CREATE INDEX CONCURRENTLY conversation_by_digits ON sms_conversation (organization_id, address_end)
"""


class Migration(migrations.Migration):
    atomic = False  # The tables are large, and texts come meanwhile.
    dependencies = [("sms", "0045_words_of_texts")]

    operations = [
        migrations.RunSQL(MESSAGES, "DROP INDEX CONCURRENTLY message_by_words"),
        migrations.RunSQL(CONVERSATIONS, "DROP INDEX CONCURRENTLY conversation_by_digits"),
    ]
