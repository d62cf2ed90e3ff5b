"""Teams, labels and events of conversations never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("conversation_and_team_are_of_one_organization", "sms_conversation", "team_id", "agents_team"),
    ("label_and_conversation_are_of_one_organization", "sms_conversationlabel", "conversation_id", "sms_conversation"),
    ("conversation_and_label_are_of_one_organization", "sms_conversationlabel", "label_id", "core_label"),
    (
        "history_and_conversation_are_of_one_organization",
        "sms_conversationevent",
        "conversation_id",
        "sms_conversation",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0036_conversations_have_work")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
