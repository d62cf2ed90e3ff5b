"""Who was told that we are closed never crosses organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization


class Migration(migrations.Migration):
    dependencies = [("sms", "0056_who_was_told_that_we_are_closed")]

    operations = [
        same_organization(
            "closed_reply_and_conversation_are_of_one_organization",
            table="sms_closedreply",
            column="conversation_id",
            target="sms_conversation",
        ),
    ]
