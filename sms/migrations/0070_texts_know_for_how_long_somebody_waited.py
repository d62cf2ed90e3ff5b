from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sms", "0061_files_of_one_organization")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="waited_since",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when the customer had waited for this text, the first answer by a person.",
                null=True,
                verbose_name="waited since",
            ),
        ),
    ]
