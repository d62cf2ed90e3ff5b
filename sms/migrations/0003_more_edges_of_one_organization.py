"""People, receipts, attempts and the texts that consents come from never cross organizations either."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("conversation_and_assignee_are_of_one_organization", "sms_conversation", "assignee_id", "core_user"),
    ("message_and_author_are_of_one_organization", "sms_message", "author_id", "core_user"),
    ("event_and_receipt_are_of_one_organization", "sms_providerevent", "receipt_id", "core_webhookreceipt"),
    ("event_and_attempt_are_of_one_organization", "sms_providerevent", "attempt_id", "sms_attempt"),
    ("consent_and_message_are_of_one_organization", "sms_consent", "message_id", "sms_message"),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0002_same_organization")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
