import contactcenter.core.ids
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_late_rows_mark_their_hour"),
        ("core", "0045_alerts_are_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("figure", models.CharField(max_length=40, verbose_name="figure")),
                (
                    "comparison",
                    models.CharField(choices=[("ge", "at least"), ("le", "at most")], max_length=2, verbose_name="is"),
                ),
                ("threshold", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="threshold")),
                (
                    "window_minutes",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="minutes counted"),
                ),
                (
                    "clear_threshold",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="ends at"),
                ),
                ("clear_minutes", models.PositiveSmallIntegerField(default=0, verbose_name="ends after minutes")),
                ("only_when_open", models.BooleanField(default=False, verbose_name="only in business hours")),
                ("by_mail", models.BooleanField(default=True, verbose_name="by e-mail too")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="removed at")),
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
                "verbose_name": "rule for alerts",
                "verbose_name_plural": "rules for alerts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True), ("removed_at__isnull", True)),
                        fields=["organization"],
                        name="alert_rule_in_force",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "id"), name="alert_rule_can_be_referred_to_with_its_organization"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("clear_threshold__isnull", True),
                            models.Q(("clear_threshold__lte", models.F("threshold")), ("comparison", "ge")),
                            models.Q(("clear_threshold__gte", models.F("threshold")), ("comparison", "le")),
                            _connector="OR",
                        ),
                        name="alert_ends_on_the_calm_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("window_minutes__isnull", True),
                            models.Q(("window_minutes__gte", 1), ("window_minutes__lte", 1440)),
                            _connector="OR",
                        ),
                        name="alert_counts_a_day_at_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("clear_minutes__lte", 1440)), name="alert_ends_within_a_day_of_calm"
                    ),
                ],
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="AlertEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("figure", models.CharField(max_length=40, verbose_name="figure")),
                (
                    "comparison",
                    models.CharField(choices=[("ge", "at least"), ("le", "at most")], max_length=2, verbose_name="is"),
                ),
                ("threshold", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="threshold")),
                ("value", models.DecimalField(decimal_places=4, max_digits=16, verbose_name="value")),
                (
                    "last_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=16, null=True, verbose_name="last value"
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="raised at")),
                ("calm_since", models.DateTimeField(blank=True, null=True, verbose_name="calm since")),
                ("cleared_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                ("mail_is_due", models.BooleanField(default=False, verbose_name="to be mailed")),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="seen at")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seen by",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="analytics.alertrule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "indexes": [
                    models.Index(fields=["organization", "-raised_at", "-id"], name="alert_newest"),
                    models.Index(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=["organization", "-raised_at"],
                        name="alert_now",
                    ),
                    models.Index(condition=models.Q(("mail_is_due", True)), fields=["raised_at"], name="alert_to_mail"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "id"), name="alert_can_be_referred_to_with_its_organization"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=("rule",),
                        name="alert_of_a_rule_is_raised_once_at_a_time",
                    ),
                ],
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
    ]
