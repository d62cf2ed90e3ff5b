from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts are sent meanwhile.
    dependencies = [("sms", "0005_handled_requests_of_the_bus")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            # Serves the sweep: whose request has not come back from the bus in time?
            index=models.Index(
                fields=["awaiting_until"], condition=models.Q(awaiting_until__isnull=False), name="message_awaiting"
            ),
        ),
    ]
