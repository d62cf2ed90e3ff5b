import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The table is large, and texts come meanwhile.
    dependencies = [("core", "0080_find_names_of_an_organization"), ("sms", "0083_find_texts_of_a_month")]

    operations = [
        AddIndexConcurrently(
            model_name="conversation",
            # Serves a contact's conversations, newest first, and the search by name, which compares many people by
            # when they wrote last, without their rows.
            index=models.Index(fields=["contact", "-last_message_at", "-id"], name="conversation_of_contact"),
        ),
        migrations.AlterField(
            model_name="conversation",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.contact",
                verbose_name="contact",
            ),
        ),
    ]
