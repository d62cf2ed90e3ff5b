import contactcenter.core.ids
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

_STATUSES = [
    ("OFFLINE", "Offline"),
    ("AVAILABLE", "Available"),
    ("BUSY", "Busy"),
    ("BREAK", "Break"),
    ("TRAINING", "Training"),
    ("WRAP_UP", "Wrap-up"),
]
_SOURCES = [
    ("self", "the agent"),
    ("supervisor", "a supervisor"),
    ("api", "the API"),
    ("watchdog", "the watchdog"),
]
_ID = models.UUIDField(default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False)


def _organization() -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="core.organization",
        verbose_name="organization",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0012_one_default_team"),
        ("core", "0031_find_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="last_heard_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last heard of"),
        ),
        migrations.AddField(
            model_name="agent",
            name="status_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=80, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="agent",
            name="status_source",
            field=models.CharField(
                blank=True, choices=_SOURCES, db_default="", default="", max_length=10, verbose_name="set by way of"
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="status_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="set by",
            ),
        ),
        migrations.CreateModel(
            name="AgentStatusChange",
            fields=[
                ("id", _ID.clone()),
                (
                    "from_status",
                    models.CharField(blank=True, choices=_STATUSES, max_length=10, verbose_name="from"),
                ),
                ("to_status", models.CharField(choices=_STATUSES, max_length=10, verbose_name="to")),
                ("reason", models.CharField(blank=True, max_length=80, verbose_name="reason")),
                (
                    "source",
                    models.CharField(blank=True, choices=_SOURCES, max_length=10, verbose_name="by way of"),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "agent",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="status_changes",
                        to="agents.agent",
                        verbose_name="agent",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("organization", _organization()),
            ],
            options={
                "verbose_name": "change of status",
                "verbose_name_plural": "changes of status",
                "abstract": False,
                "default_manager_name": "all_orgs",
                "indexes": [
                    models.Index(fields=["agent", "-at", "-id"], name="status_change_of_agent"),
                    models.Index(fields=["organization", "-at", "-id"], name="status_change_newest"),
                ],
            },
            managers=[("all_orgs", django.db.models.manager.Manager())],
        ),
        migrations.CreateModel(
            name="StatusReason",
            fields=[
                ("id", _ID.clone()),
                ("name", models.CharField(max_length=80, verbose_name="reason")),
                ("organization", _organization()),
            ],
            options={
                "verbose_name": "reason for a status",
                "verbose_name_plural": "reasons for statuses",
                "abstract": False,
                "default_manager_name": "all_orgs",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "name"), name="status_reason_is_offered_once"),
                ],
            },
            managers=[("all_orgs", django.db.models.manager.Manager())],
        ),
    ]
