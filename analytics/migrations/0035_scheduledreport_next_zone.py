from django.db import migrations, models


class Migration(migrations.Migration):
    """Reports that are there already are planned once more: their zone is none."""

    dependencies = [
        ("analytics", "0034_mails_of_alerts_that_are_left"),
    ]

    operations = [
        migrations.AddField(
            model_name="scheduledreport",
            name="next_zone",
            field=models.CharField(db_default="", default="", editable=False, max_length=64),
        ),
    ]
