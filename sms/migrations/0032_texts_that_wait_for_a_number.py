from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_ANSWERED_ONCE = models.UniqueConstraint(
    fields=["answers"], condition=models.Q(answers__isnull=False), name="keyword_is_answered_once"
)


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts are sent meanwhile.
    dependencies = [("sms", "0031_consent_of_one_organization")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            # Serves an opt-out: which texts wait for this number?
            index=models.Index(
                fields=["organization", "to_address"],
                condition=models.Q(status__in=["scheduled", "queued", "claimed"]),
                name="message_waiting_for_number",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            # Serves the flags of a conversation: which sentences may be opt-outs?
            index=models.Index(
                fields=["conversation"], condition=models.Q(consent_flag="open"), name="message_flagged"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AddConstraint(model_name="message", constraint=_ANSWERED_ONCE)],
            database_operations=[
                migrations.RunSQL(
                    sql=(
                        "CREATE UNIQUE INDEX CONCURRENTLY keyword_is_answered_once "
                        "ON sms_message (answers_id) WHERE answers_id IS NOT NULL"
                    ),
                    reverse_sql="DROP INDEX CONCURRENTLY keyword_is_answered_once",
                )
            ],
        ),
    ]
