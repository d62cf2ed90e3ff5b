from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Left


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts are sent meanwhile.
    dependencies = [("sms", "0026_pauses_of_one_organization")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            # Serves the claim: from lane to lane, and the due ones of each, the oldest first.
            index=models.Index(
                fields=["account", "from_address", "message_class", "next_attempt_at", "id"],
                condition=models.Q(status="queued", awaiting_until__isnull=True),
                name="message_of_lane",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            # Serves the claim: is one of this conversation under way, or before this one?
            index=models.Index(
                fields=["conversation", "id"],
                condition=models.Q(status__in=["queued", "claimed", "sending"]),
                name="message_before_its_end",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            # Serves the guards against toll fraud: how many went to this number, or to this range of numbers?
            index=models.Index(
                models.F("organization"),
                Left("to_address", 8),
                models.F("created_at").desc(),
                include=["to_address"],
                condition=models.Q(direction="outbound"),
                name="message_to_range",
            ),
        ),
    ]
