from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts come meanwhile.
    dependencies = [("sms", "0084_find_conversations_of_a_contact")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            # With the organization, which every question names: see calls.0008.
            index=models.Index(
                fields=["author", "organization", "-created_at", "-id"],
                condition=models.Q(("author__isnull", False)),
                name="message_of_author_newest",
            ),
        ),
        RemoveIndexConcurrently(model_name="message", name="message_of_author"),
    ]
