from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts come meanwhile.
    dependencies = [("sms", "0057_told_ones_are_of_one_organization")]

    operations = [
        AddIndexConcurrently(
            model_name="conversation",
            # Serves assignment: who waits in a team, and belongs to nobody? The most urgent first.
            index=models.Index(
                condition=models.Q(
                    ("assignee__isnull", True),
                    ("state", "open"),
                    ("team__isnull", False),
                    ("waiting_since__isnull", False),
                ),
                fields=["team", "-priority", "waiting_since"],
                name="conversation_to_assign",
            ),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            # Serves assignment: how many open ones does an agent hold?
            index=models.Index(
                condition=models.Q(("assignee__isnull", False), ("state", "open")),
                fields=["assignee"],
                name="conversation_held",
            ),
        ),
    ]
