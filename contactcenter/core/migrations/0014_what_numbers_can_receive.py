import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0013_rates_and_pauses_of_numbers"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactnumber",
            name="delivery_code",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=40, verbose_name="the provider's error code"
            ),
        ),
        migrations.AddField(
            model_name="contactnumber",
            name="delivery_since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="since"),
        ),
        migrations.AddField(
            model_name="contactnumber",
            name="delivery_state",
            field=models.CharField(
                choices=[
                    ("ok", "texts arrive"),
                    ("invalid", "does not exist"),
                    ("no_sms", "cannot get texts"),
                    ("unreachable", "not reached lately"),
                ],
                db_default="ok",
                default="ok",
                max_length=11,
                verbose_name="texts to it",
            ),
        ),
        migrations.AddField(
            model_name="contactnumber",
            name="missed_at",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateTimeField(),
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                size=None,
                verbose_name="missed at",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("delivery_state", "ok"), ("delivery_since__isnull", False), _connector="OR"),
                name="marked_number_says_since_when",
            ),
        ),
    ]
