"""A report, its account and its differences never cross organizations."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("report_and_account_are_of_one_organization", "sms_reconciliationreport", "account_id", "core_provideraccount"),
    ("difference_and_report_are_of_one_organization", "sms_reconciliationrow", "report_id", "sms_reconciliationreport"),
    ("difference_and_message_are_of_one_organization", "sms_reconciliationrow", "message_id", "sms_message"),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0020_doubts_and_checks")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
