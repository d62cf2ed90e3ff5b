"""Notes and whom they mention never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("note_and_conversation_are_of_one_organization", "sms_note", "conversation_id", "sms_conversation"),
    ("note_and_author_are_of_one_organization", "sms_note", "author_id", "core_user"),
    ("mention_and_note_are_of_one_organization", "sms_notemention", "note_id", "sms_note"),
    ("mention_and_person_are_of_one_organization", "sms_notemention", "user_id", "core_user"),
    ("mention_and_conversation_are_of_one_organization", "sms_notemention", "conversation_id", "sms_conversation"),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0040_private_notes")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
