"""Events from before there was a position get theirs, in the order in which they were made."""

from django.db import migrations

_NUMBER = """
WITH earlier AS (
    SELECT id, row_number() OVER (ORDER BY id) AS number FROM core_outboxevent WHERE position = 0
)
UPDATE core_outboxevent AS e SET position = earlier.number - (SELECT count(*) FROM earlier) FROM earlier
WHERE e.id = earlier.id
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0008_events_have_a_position")]

    # Below 1, where no event that came meanwhile can be.
    operations = [
        migrations.RunSQL(sql=_NUMBER, reverse_sql="UPDATE core_outboxevent SET position = 0 WHERE position < 1")
    ]
