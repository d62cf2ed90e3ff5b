from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and calls come meanwhile.
    dependencies = [("calls", "0007_live_calls_of_an_agent")]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            # With the organization, which every question names: else PostgreSQL takes an agent's calls of their own
            # organization for few, and reads them all to find the newest.
            index=models.Index(
                fields=["agent", "organization", "-started_at", "-id"],
                condition=models.Q(("deleted_at__isnull", True)),
                name="call_of_agent_newest",
            ),
        ),
        RemoveIndexConcurrently(model_name="call", name="call_by_agent"),
    ]
