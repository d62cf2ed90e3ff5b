from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0010_unpublished_events_by_position")]

    operations = [
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("token", models.UUIDField(null=True)),
                ("until", models.DateTimeField()),
            ],
        ),
    ]
