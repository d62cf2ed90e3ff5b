"""Statuses and their history never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("status_and_setter_are_of_one_organization", "agents_agent", "status_by_id", "core_user"),
    ("status_change_and_agent_are_of_one_organization", "agents_agentstatuschange", "agent_id", "agents_agent"),
    ("status_change_and_setter_are_of_one_organization", "agents_agentstatuschange", "by_id", "core_user"),
]


class Migration(migrations.Migration):
    dependencies = [("agents", "0020_statuses_have_reasons_and_a_history")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
