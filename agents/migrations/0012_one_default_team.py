from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0011_hours_of_one_organization")]

    operations = [
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)),
                fields=("organization",),
                name="organization_has_one_default_team",
            ),
        ),
    ]
