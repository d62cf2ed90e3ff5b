"""Texts that wait for their request to come back from the event bus, and the requests that were handled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0011_leases"), ("sms", "0003_more_edges_of_one_organization")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="awaiting_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="correlation_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What the events about this text refer to; empty: its own id.",
                max_length=255,
                verbose_name="correlation",
            ),
        ),
    ]
