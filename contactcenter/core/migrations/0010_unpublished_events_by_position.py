from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table may be large, and events are written meanwhile.
    dependencies = [("core", "0009_earlier_events_get_their_position")]

    operations = [
        AddIndexConcurrently(
            model_name="outboxevent",
            # The publisher's question: what is unpublished, oldest first?
            index=models.Index(
                fields=["position"], condition=models.Q(published_at__isnull=True), name="outbox_to_publish"
            ),
        ),
        RemoveIndexConcurrently(model_name="outboxevent", name="outbox_unpublished"),
    ]
