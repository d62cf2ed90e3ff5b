from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and calls go on meanwhile.
    dependencies = [("calls", "0004_recordings_have_addresses_of_any_length")]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            # Serves the total of GET /api/calls/, which without it reads every call of the organization.
            index=models.Index(fields=["organization"], condition=models.Q(deleted_at__isnull=True), name="call_total"),
        ),
    ]
