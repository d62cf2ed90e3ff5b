from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0023_find_contacts_of_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="single_keys",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Turn this off when you dictate, or when letters do things that you do not expect.",
                verbose_name="single keys are shortcuts",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="welcomed_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the first explanation was put away.",
                null=True,
                verbose_name="welcomed at",
            ),
        ),
    ]
