"""An agent and their user belong to one organization: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization


class Migration(migrations.Migration):
    dependencies = [("agents", "0002_initial"), ("core", "0002_same_organization")]

    operations = [
        same_organization(
            "agent_and_user_are_of_one_organization",
            table="agents_agent",
            column="user_id",
            target="core_user",
        ),
    ]
