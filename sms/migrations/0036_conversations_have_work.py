import contactcenter.core.ids
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0006_new_profiles_start_with_their_load"),
        ("core", "0016_labels"),
        ("sms", "0035_prices_and_budgets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConversationEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assigned", "assigned"),
                            ("unassigned", "handed back"),
                            ("team", "given to a team"),
                            ("no_team", "taken from its team"),
                            ("state", "state changed"),
                            ("reopened", "reopened by a text"),
                            ("woken", "snooze ended"),
                            ("priority", "priority changed"),
                            ("labeled", "label added"),
                            ("unlabeled", "label removed"),
                            ("merged", "contact merged"),
                            ("opted_out", "opted out"),
                            ("opted_in", "opted in"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="detail")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
            ],
            options={
                "verbose_name": "event of a conversation",
                "verbose_name_plural": "events of conversations",
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ConversationLabel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
            options={
                "verbose_name": "label of a conversation",
                "verbose_name_plural": "labels of conversations",
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="conversation",
            name="priority",
            field=models.SmallIntegerField(
                choices=[(-1, "low"), (0, "normal"), (1, "high"), (2, "urgent")],
                db_default=0,
                default=0,
                verbose_name="priority",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="snoozed_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="snoozed until"),
        ),
        migrations.AddField(
            model_name="conversation",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="agents.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="waiting_since",
            field=models.DateTimeField(
                blank=True,
                help_text="When the first text came that nobody has answered.",
                null=True,
                verbose_name="waiting since",
            ),
        ),
        migrations.AlterField(
            model_name="conversation",
            name="state",
            field=models.CharField(
                choices=[("open", "open"), ("pending", "pending"), ("snoozed", "snoozed"), ("resolved", "resolved")],
                default="open",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "snoozed"), ("snoozed_until__isnull", True), _connector="OR"),
                name="only_snoozed_conversations_wake",
            ),
        ),
        migrations.AddField(
            model_name="conversationevent",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="conversationevent",
            name="conversation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="sms.conversation",
                verbose_name="conversation",
            ),
        ),
        migrations.AddField(
            model_name="conversationevent",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AddField(
            model_name="conversationlabel",
            name="conversation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="labels",
                to="sms.conversation",
                verbose_name="conversation",
            ),
        ),
        migrations.AddField(
            model_name="conversationlabel",
            name="label",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.label", verbose_name="label"
            ),
        ),
        migrations.AddField(
            model_name="conversationlabel",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AddIndex(
            model_name="conversationevent",
            index=models.Index(fields=["conversation", "-created_at"], name="conversation_event_newest"),
        ),
        migrations.AddConstraint(
            model_name="conversationlabel",
            constraint=models.UniqueConstraint(fields=("conversation", "label"), name="conversation_has_a_label_once"),
        ),
    ]
