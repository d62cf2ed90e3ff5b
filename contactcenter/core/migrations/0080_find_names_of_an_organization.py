"""The search asks for names of one organization, and how many people others know costs it nothing.

GIN reads everything that begins with a word before it compares columns. So the organization stands before each word, in
one column, and is part of the beginning.
"""

from django.db import migrations

# The last digits of an organization's id are chance. Who shares them is told apart by the rows.
_WORDS = """
CREATE FUNCTION core_words_of_organization(organization_id uuid, words tsvector) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(' ' || strip(words)::text, ' ''', ' ''' || right(organization_id::text, 8))::tsvector
$$
"""
# Serves the inbox's search: contacts of an organization by the beginnings of their names' words.
_FIND = """
CREATE INDEX CONCURRENTLY contact_by_words_of_organization ON core_contact
USING gin (core_words_of_organization(organization_id, search)) WITH (fastupdate = off)
"""
_EARLIER = """
CREATE INDEX CONCURRENTLY contact_by_words ON core_contact USING gin (organization_id, search) WITH (fastupdate = off)
"""


class Migration(migrations.Migration):
    atomic = False  # The table may be large.
    dependencies = [("core", "0047_streams_of_web_processes")]

    operations = [
        migrations.RunSQL(_WORDS, "DROP FUNCTION core_words_of_organization(uuid, tsvector)"),
        migrations.RunSQL(_FIND, "DROP INDEX CONCURRENTLY contact_by_words_of_organization"),
        migrations.RunSQL("DROP INDEX CONCURRENTLY contact_by_words", _EARLIER),
    ]
