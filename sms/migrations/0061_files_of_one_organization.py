"""Files that are sent never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("file_and_who_brought_it_are_of_one_organization", "sms_upload", "uploaded_by_id", "core_user"),
    ("file_and_its_text_are_of_one_organization", "sms_sentfile", "message_id", "sms_message"),
    ("file_of_a_text_and_upload_are_of_one_organization", "sms_sentfile", "upload_id", "sms_upload"),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0060_files_of_texts")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
