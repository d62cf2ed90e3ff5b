"""The addresses of Telnyx's recordings carry a signature and a session token; cut off they open nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0003_load_follows_the_calls")]

    operations = [
        migrations.AlterField(
            model_name="callrecording",
            name="source_url",
            field=models.TextField(verbose_name="where it came from"),
        ),
    ]
