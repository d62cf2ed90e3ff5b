"""Indexes for the look-ups and checks, made beside the work on the two largest tables."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("sms", "0021_reconciliation_of_one_organization")]

    operations = [
        AddIndexConcurrently(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("next_lookup_at__isnull", False), ("state", "unknown")),
                fields=["next_lookup_at"],
                name="attempt_to_look_into",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("next_check_at__isnull", False)), fields=["next_check_at"], name="message_to_check"
            ),
        ),
    ]
