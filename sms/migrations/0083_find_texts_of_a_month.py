"""The search asks for words of one month and one organization, and what others wrote, or long ago, costs it nothing.

GIN reads everything that begins with a word before it compares columns. So organization and month stand before each
word, in one column, and are part of the beginning.
"""

from django.db import migrations

# The last digits of an organization's id are chance. Who shares them is told apart by the rows.
_WORDS = """
CREATE FUNCTION sms_words_of_month(organization_id uuid, month integer, words tsvector) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(
        ' ' || strip(words)::text, ' ''', ' ''' || right(organization_id::text, 8) || month::text
    )::tsvector
$$
"""
# Serves the inbox's search: texts of an organization by the beginnings of their words, month by month. Entries are put
# in in lots: one by one they were half of what an accepted text cost. Searches read the lot that waits, so it stays
# small (kB).
_FIND = """
CREATE INDEX CONCURRENTLY message_by_words_of_month ON sms_message
USING gin (sms_words_of_month(organization_id, month, search)) WITH (fastupdate = on, gin_pending_list_limit = 256)
"""
_EARLIER = """
CREATE INDEX CONCURRENTLY message_by_words ON sms_message USING gin (organization_id, month, search)
WITH (fastupdate = on, gin_pending_list_limit = 256)
"""


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts come meanwhile.
    dependencies = [("sms", "0082_find_what_has_a_label")]

    operations = [
        migrations.RunSQL(_WORDS, "DROP FUNCTION sms_words_of_month(uuid, integer, tsvector)"),
        migrations.RunSQL(_FIND, "DROP INDEX CONCURRENTLY message_by_words_of_month"),
        migrations.RunSQL("DROP INDEX CONCURRENTLY message_by_words", _EARLIER),
    ]
