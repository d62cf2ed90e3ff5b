"""What one more status of a text costs: every index of the table gets an entry, because statuses are indexed."""

import django.db.models.deletion
from django.db import migrations, models

# Entries of words are put into the index in lots: one by one they were half of what an accepted text cost. Searches
# read the lot that waits, so it stays small (kB).
_IN_LOTS = "ALTER INDEX message_by_words SET (fastupdate = on, gin_pending_list_limit = 256)"
_ONE_BY_ONE = "ALTER INDEX message_by_words SET (fastupdate = off)"


class Migration(migrations.Migration):
    dependencies = [("sms", "0058_find_who_is_to_be_assigned")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="conversation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="sms.conversation",
                verbose_name="conversation",
            ),
        ),
        migrations.RunSQL(_IN_LOTS, _ONE_BY_ONE),
    ]
