from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and calls come meanwhile.
    dependencies = [("calls", "0006_calls_fail_over_once")]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            # Serves an agent's day: which of their calls go on?
            index=models.Index(
                fields=["agent", "started_at", "id"],
                condition=models.Q(
                    ("deleted_at__isnull", True), ("status__in", ["QUEUED", "RINGING", "IN_PROGRESS", "ON_HOLD"])
                ),
                name="call_live_of_agent",
            ),
        ),
    ]
