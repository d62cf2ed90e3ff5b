import agents.weekly
import contactcenter.core.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0006_new_profiles_start_with_their_load"),
        ("core", "0016_labels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BusinessHours",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "weekly",
                    models.CharField(
                        help_text="For example: Mo-Fr 09:00-12:00, 13:00-17:00; Sa 10:00-14:00",
                        max_length=300,
                        validators=[agents.weekly.validate],
                        verbose_name="hours",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Empty: the organization's.",
                        max_length=64,
                        verbose_name="time zone",
                    ),
                ),
                (
                    "reply_en",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="answer in English"),
                ),
                ("reply_cs", models.CharField(blank=True, default="", max_length=300, verbose_name="answer in Czech")),
                (
                    "reply_es",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="answer in Spanish"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
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
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the organization, and every team without hours of its own.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="agents.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "business hours",
                "verbose_name_plural": "business hours",
                "abstract": False,
                "default_manager_name": "all_orgs",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "id"), name="business_hours_can_be_referred_to_with_its_organization"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "team"), name="business_hours_are_said_once", nulls_distinct=False
                    ),
                ],
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "hours",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holidays",
                        to="agents.businesshours",
                        verbose_name="hours",
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
                "verbose_name": "holiday",
                "verbose_name_plural": "holidays",
                "abstract": False,
                "default_manager_name": "all_orgs",
                "constraints": [models.UniqueConstraint(fields=("hours", "day"), name="day_is_a_holiday_once")],
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="TeamNumber",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
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
                (
                    "phone_number",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.phonenumber",
                        verbose_name="our number",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="numbers",
                        to="agents.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "number of a team",
                "verbose_name_plural": "numbers of teams",
                "abstract": False,
                "default_manager_name": "all_orgs",
                "constraints": [models.UniqueConstraint(fields=("phone_number",), name="number_is_served_by_one_team")],
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="agent",
            name="last_seen_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last seen"),
        ),
        migrations.AddField(
            model_name="agent",
            name="text_capacity",
            field=models.PositiveSmallIntegerField(
                db_default=5,
                default=5,
                help_text="How many open conversations are given to this agent by themselves. 0: none.",
                verbose_name="conversations at once",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="assignment",
            field=models.CharField(
                choices=[
                    ("off", "by people only"),
                    ("round_robin", "in turn"),
                    ("least_busy", "to whoever has the fewest open ones"),
                ],
                db_default="off",
                default="off",
                max_length=12,
                verbose_name="assign conversations",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="assigns_when_closed",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="assign outside business hours too"
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="is_default",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Answers at the numbers that no other team serves.",
                verbose_name="default team",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="required_skills",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60),
                blank=True,
                db_default=[],
                default=list,
                help_text="Only members who have all of them are given conversations. Separated by commas.",
                size=None,
                verbose_name="required skills",
            ),
        ),
        migrations.AddField(
            model_name="teammember",
            name="last_assigned_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="last given a conversation"),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.CheckConstraint(
                condition=models.Q(("text_capacity__gte", 0), ("text_capacity__lte", 100)),
                name="agent_text_capacity_is_0_to_100",
            ),
        ),
    ]
