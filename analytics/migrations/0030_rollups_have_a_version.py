"""What was read from rollups of one version may be kept: every change of them makes another one."""

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0022_exports_and_reports_of_one_organization")]

    operations = [
        migrations.AddField(
            model_name="rollupstate",
            name="version",
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), verbose_name="version"),
        ),
    ]
