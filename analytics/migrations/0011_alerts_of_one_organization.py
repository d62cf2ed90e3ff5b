"""Rules and alerts never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("alert_and_rule_are_of_one_organization", "analytics_alertevent", "rule_id", "analytics_alertrule"),
    ("alert_and_its_seer_are_of_one_organization", "analytics_alertevent", "seen_by_id", "core_user"),
]


class Migration(migrations.Migration):
    dependencies = [("analytics", "0010_alerts")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
