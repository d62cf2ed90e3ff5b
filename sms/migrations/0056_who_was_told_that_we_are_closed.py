import contactcenter.core.ids
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0011_hours_of_one_organization"),
        ("core", "0016_labels"),
        ("sms", "0049_answers_and_drafts_of_one_organization"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedReply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("closed_until", models.DateTimeField(verbose_name="closed until")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="told at")),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closed_replies",
                        to="sms.conversation",
                        verbose_name="conversation",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.organization",
                        verbose_name="organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer outside business hours",
                "verbose_name_plural": "answers outside business hours",
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name="closedreply",
            constraint=models.UniqueConstraint(
                fields=("conversation", "closed_until"), name="conversation_is_told_once_that_we_are_closed"
            ),
        ),
    ]
