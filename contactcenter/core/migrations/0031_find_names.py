from django.db import migrations

# Serves the inbox's search: contacts of one organization by the beginnings of their names' words.
INDEX = """
CREATE INDEX CONCURRENTLY contact_by_words ON core_contact USING gin (organization_id, search) WITH (fastupdate = off)
"""


class Migration(migrations.Migration):
    atomic = False  # The table may be large.
    dependencies = [("core", "0030_words_of_names")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX CONCURRENTLY contact_by_words")]
