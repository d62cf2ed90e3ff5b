"""The second way of a text, its alarms and the chosen accounts never cross organizations."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    (
        "policy_and_primary_account_are_of_one_organization",
        "sms_smspolicy",
        "primary_account_id",
        "core_provideraccount",
    ),
    (
        "policy_and_fallback_account_are_of_one_organization",
        "sms_smspolicy",
        "fallback_account_id",
        "core_provideraccount",
    ),
    ("reroute_and_message_are_of_one_organization", "sms_reroute", "message_id", "sms_message"),
    ("reroute_and_first_account_are_of_one_organization", "sms_reroute", "from_account_id", "core_provideraccount"),
    ("reroute_and_next_account_are_of_one_organization", "sms_reroute", "to_account_id", "core_provideraccount"),
    ("alarm_and_message_are_of_one_organization", "sms_alarm", "message_id", "sms_message"),
    ("alarm_and_attempt_are_of_one_organization", "sms_alarm", "attempt_id", "sms_attempt"),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0010_failover")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
