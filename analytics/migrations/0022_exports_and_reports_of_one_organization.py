"""Exports, reports and their mails never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("export_and_author_are_of_one_organization", "analytics_export", "author_id", "core_user"),
    ("report_and_author_are_of_one_organization", "analytics_scheduledreport", "author_id", "core_user"),
    (
        "recipient_and_report_are_of_one_organization",
        "analytics_reportrecipient",
        "report_id",
        "analytics_scheduledreport",
    ),
    ("recipient_and_user_are_of_one_organization", "analytics_reportrecipient", "user_id", "core_user"),
    ("mail_and_report_are_of_one_organization", "analytics_reportmail", "report_id", "analytics_scheduledreport"),
    ("mail_and_user_are_of_one_organization", "analytics_reportmail", "user_id", "core_user"),
]


class Migration(migrations.Migration):
    dependencies = [("analytics", "0021_reports_by_mail"), ("core", "0006_voice_and_people")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
