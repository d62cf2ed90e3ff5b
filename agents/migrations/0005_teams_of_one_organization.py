"""Teams and their members never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("member_and_team_are_of_one_organization", "agents_teammember", "team_id", "agents_team"),
    ("member_and_agent_are_of_one_organization", "agents_teammember", "agent_id", "agents_agent"),
]


class Migration(migrations.Migration):
    dependencies = [("agents", "0004_load_phone_and_teams")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
