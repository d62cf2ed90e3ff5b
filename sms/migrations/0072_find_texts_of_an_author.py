"""Serves what a person who is deleted leaves behind, without the many texts that have no author."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts come meanwhile.
    dependencies = [("sms", "0071_earlier_answers_know_it_too")]

    operations = [
        AddIndexConcurrently(
            "message",
            models.Index(condition=models.Q(author__isnull=False), fields=["author"], name="message_of_author"),
        ),
    ]
