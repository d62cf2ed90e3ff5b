import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0045_alerts_are_told")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False, verbose_name="figure")),
                ("count", models.BigIntegerField(verbose_name="count")),
                ("total", models.FloatField(default=0.0, verbose_name="sum")),
                (
                    "buckets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="buckets",
                    ),
                ),
            ],
            options={"verbose_name": "tally", "verbose_name_plural": "tallies"},
        ),
    ]
