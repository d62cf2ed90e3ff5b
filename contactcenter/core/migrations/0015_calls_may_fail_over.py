from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0014_what_numbers_can_receive")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="calls_fail_over",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="After a certain refusal; the person called then sees the other account's number.",
                verbose_name="calls may use the other account",
            ),
        ),
    ]
