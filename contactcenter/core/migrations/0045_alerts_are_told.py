from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0031_find_names")]

    operations = [
        migrations.AlterField(
            model_name="pushmessage",
            name="event",
            field=models.CharField(
                choices=[
                    ("mine", "New text in a conversation of yours"),
                    ("unassigned", "New text that nobody has yet"),
                    ("assigned", "A conversation was given to you"),
                    ("mention", "Somebody mentioned you in a note"),
                    ("failed", "A text of yours did not arrive"),
                    ("alert", "An alert was raised"),
                ],
                max_length=12,
                verbose_name="event",
            ),
        ),
    ]
