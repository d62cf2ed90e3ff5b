from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0005_total_of_calls")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="failovers",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="failovers"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(condition=models.Q(("failovers__lte", 1)), name="call_fails_over_once"),
        ),
    ]
