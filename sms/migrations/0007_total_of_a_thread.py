from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts are sent meanwhile.
    dependencies = [("sms", "0006_texts_that_wait_for_the_bus")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            # Serves the thread: newest first, paged by key; with the organization also its total, without its rows.
            index=models.Index(fields=["conversation", "-id"], include=["organization"], name="message_of_thread"),
        ),
        RemoveIndexConcurrently(model_name="message", name="message_thread"),
    ]
