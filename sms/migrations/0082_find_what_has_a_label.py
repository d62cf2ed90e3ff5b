"""Lists of a label by their orders. Both indexes begin with a column that had an index of its own, as does the
constraint of the pair: those two go."""

import django.db.models.deletion
from django.db import migrations, models

# Serves the filter by label, newest first, with whatever else is filtered by: the table is not touched.
_NEWEST = """
CREATE INDEX CONCURRENTLY conversation_of_label ON sms_conversationlabel
    (label_id, state, last_message_at DESC, conversation_id DESC)
    INCLUDE (organization_id, assignee_id, team_id, phone_number_id, unread_count)
"""
# Serves the same in the order by waiting time.
_WAITING = """
CREATE INDEX CONCURRENTLY conversation_of_label_waiting ON sms_conversationlabel
    (label_id, state, COALESCE(waiting_since, 'infinity'::timestamptz), conversation_id)
"""
_FILLED = """
ALTER TABLE sms_conversationlabel ADD CONSTRAINT a_label_knows_its_conversation CHECK (
    state IS NOT NULL AND phone_number_id IS NOT NULL AND unread_count IS NOT NULL AND last_message_at IS NOT NULL
) NOT VALID
"""


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts come meanwhile.
    dependencies = [("sms", "0081_earlier_labels_know_it_too")]

    operations = [
        migrations.RunSQL(_FILLED, "ALTER TABLE sms_conversationlabel DROP CONSTRAINT a_label_knows_its_conversation"),
        migrations.RunSQL(
            "ALTER TABLE sms_conversationlabel VALIDATE CONSTRAINT a_label_knows_its_conversation",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(_NEWEST, "DROP INDEX CONCURRENTLY conversation_of_label"),
        migrations.RunSQL(_WAITING, "DROP INDEX CONCURRENTLY conversation_of_label_waiting"),
        migrations.AlterField(
            model_name="conversationlabel",
            name="conversation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="labels",
                to="sms.conversation",
                verbose_name="conversation",
            ),
        ),
        migrations.AlterField(
            model_name="conversationlabel",
            name="label",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.label",
                verbose_name="label",
            ),
        ),
    ]
