"""A pause and its number never cross organizations."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("pause_and_number_are_of_one_organization", "sms_senderpause", "phone_number_id", "core_phonenumber"),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0025_limits_and_pauses")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
