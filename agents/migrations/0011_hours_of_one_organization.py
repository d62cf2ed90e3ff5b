"""Hours, holidays and numbers of teams never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("number_and_team_are_of_one_organization", "agents_teamnumber", "team_id", "agents_team"),
    ("team_and_number_are_of_one_organization", "agents_teamnumber", "phone_number_id", "core_phonenumber"),
    ("hours_and_team_are_of_one_organization", "agents_businesshours", "team_id", "agents_team"),
    ("holiday_and_hours_are_of_one_organization", "agents_holiday", "hours_id", "agents_businesshours"),
]


class Migration(migrations.Migration):
    dependencies = [("agents", "0010_business_hours_and_assignment")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
