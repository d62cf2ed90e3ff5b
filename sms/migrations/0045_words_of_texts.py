"""What the search reads: words of texts, the month of a text, the last digits of a number.

PostgreSQL keeps all three up to date. No model names them, because no page shows them: whatever loads texts would carry
their words along.
"""

from django.db import migrations

MESSAGES = """
ALTER TABLE sms_message
    ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', core_plain(body))) STORED,
    ADD COLUMN month integer GENERATED ALWAYS AS (
        extract(year FROM created_at AT TIME ZONE 'UTC')::integer * 12
        + extract(month FROM created_at AT TIME ZONE 'UTC')::integer
    ) STORED
"""
CONVERSATIONS = """
ALTER TABLE sms_conversation
    ADD COLUMN address_end varchar(4) GENERATED ALWAYS AS (right(address, 4)) STORED
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0044_find_views"), ("core", "0031_find_names")]

    operations = [
        migrations.RunSQL(MESSAGES, "ALTER TABLE sms_message DROP COLUMN search, DROP COLUMN month"),
        migrations.RunSQL(CONVERSATIONS, "ALTER TABLE sms_conversation DROP COLUMN address_end"),
    ]
