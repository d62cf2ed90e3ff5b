from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts come meanwhile.
    dependencies = [("sms", "0037_work_of_one_organization")]

    operations = [
        AddIndexConcurrently(
            model_name="conversation",
            # Serves the sweep: whose snooze has ended?
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", False)),
                fields=["snoozed_until"],
                name="conversation_to_wake",
            ),
        ),
    ]
