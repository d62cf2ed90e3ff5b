"""Templates and drafts never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("template_and_team_are_of_one_organization", "sms_cannedanswer", "team_id", "agents_team"),
    ("draft_and_person_are_of_one_organization", "sms_draft", "user_id", "core_user"),
    ("draft_and_conversation_are_of_one_organization", "sms_draft", "conversation_id", "sms_conversation"),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0048_canned_answers_and_drafts")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
