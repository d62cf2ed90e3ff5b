"""Conversations, messages, attempts, reports and files never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("conversation_and_contact_are_of_one_organization", "sms_conversation", "contact_id", "core_contact"),
    (
        "conversation_and_our_number_are_of_one_organization",
        "sms_conversation",
        "phone_number_id",
        "core_phonenumber",
    ),
    (
        "message_and_conversation_are_of_one_organization",
        "sms_message",
        "conversation_id",
        "sms_conversation",
    ),
    ("message_and_account_are_of_one_organization", "sms_message", "account_id", "core_provideraccount"),
    ("attempt_and_message_are_of_one_organization", "sms_attempt", "message_id", "sms_message"),
    ("attempt_and_account_are_of_one_organization", "sms_attempt", "account_id", "core_provideraccount"),
    ("event_and_message_are_of_one_organization", "sms_providerevent", "message_id", "sms_message"),
    ("event_and_account_are_of_one_organization", "sms_providerevent", "account_id", "core_provideraccount"),
    ("media_and_message_are_of_one_organization", "sms_mediafile", "message_id", "sms_message"),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0001_initial"), ("core", "0002_same_organization")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
