from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Cast, Coalesce

WAITING = Coalesce("waiting_since", Cast(Value("infinity"), models.DateTimeField()))


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts come meanwhile.
    dependencies = [("sms", "0041_notes_of_one_organization")]

    operations = [
        AddIndexConcurrently(
            model_name="conversation",
            # Serves the views "Mine" and "Unassigned", and the filter by person, newest first.
            index=models.Index(
                fields=["organization", "state", "assignee", "-last_message_at", "-id"], name="conversation_of_person"
            ),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            # Serves the filter by team, newest first.
            index=models.Index(
                condition=models.Q(("team__isnull", False)),
                fields=["organization", "state", "team", "-last_message_at", "-id"],
                name="conversation_of_team",
            ),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            # Serves the filter by our number, newest first.
            index=models.Index(
                fields=["organization", "state", "phone_number", "-last_message_at", "-id"],
                name="conversation_of_number",
            ),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            # Serves the order by waiting time: who waits longest first, who does not wait last.
            index=models.Index("organization", "state", WAITING, "id", name="conversation_waiting"),
        ),
        AddIndexConcurrently(
            model_name="conversation",
            # Serves the same order for "Mine", "Unassigned" and one person.
            index=models.Index("organization", "state", "assignee", WAITING, "id", name="conversation_waiting_person"),
        ),
    ]
