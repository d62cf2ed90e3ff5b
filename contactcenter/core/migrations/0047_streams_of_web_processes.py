from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0046_tallies")]

    operations = [
        migrations.AddField(
            model_name="heartbeat",
            name="streams",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="live streams"),
        ),
    ]
