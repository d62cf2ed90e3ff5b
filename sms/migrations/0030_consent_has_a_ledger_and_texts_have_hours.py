import contactcenter.core.ids
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0011_leases"),
        ("sms", "0022_find_doubts_and_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("address", models.CharField(max_length=20, verbose_name="number")),
                (
                    "before",
                    models.CharField(
                        blank=True,
                        choices=[("opted_out", "opted out"), ("opted_in", "opted in")],
                        help_text="Empty: nothing was said.",
                        max_length=10,
                        verbose_name="before",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("opted_out", "opted out"), ("opted_in", "opted in")],
                        max_length=10,
                        verbose_name="decided",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("keyword", "the person's own word"),
                            ("provider", "the provider's report"),
                            ("agent", "an agent"),
                            ("proof", "a proof that a supervisor has seen"),
                        ],
                        max_length=10,
                        verbose_name="known from",
                    ),
                ),
                ("word", models.CharField(blank=True, max_length=40, verbose_name="word")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="proof")),
                ("created_at", models.DateTimeField(verbose_name="decided at")),
            ],
            options={
                "verbose_name": "decision about consent",
                "verbose_name_plural": "decisions about consent",
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="consent",
            name="pinned_account",
            field=models.ForeignKey(
                blank=True,
                help_text="Where the person took the opt-out back; the other provider may still block the number.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="core.provideraccount",
                verbose_name="only over",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="is_flagged",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Somebody has to read a sentence in it.",
                verbose_name="may hold an opt-out",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="answers",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The keyword that this text answers by itself; such a text passes an opt-out.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="sms.message",
                verbose_name="answers",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="consent_flag",
            field=models.CharField(
                blank=True,
                choices=[("open", "may be an opt-out"), ("obeyed", "was an opt-out"), ("dismissed", "was no opt-out")],
                db_default="",
                default="",
                max_length=10,
                verbose_name="opt-out?",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="sendable_until",
            field=models.DateTimeField(
                blank=True,
                help_text="When quiet hours begin where the recipient is.",
                null=True,
                verbose_name="quiet from",
            ),
        ),
        migrations.AddField(
            model_name="smspolicy",
            name="help_answer",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="answer to HELP"
            ),
        ),
        migrations.AddField(
            model_name="smspolicy",
            name="opt_in_answer",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="answer to START"
            ),
        ),
        migrations.AddField(
            model_name="smspolicy",
            name="opt_out_answer",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Empty: our sentence.",
                max_length=300,
                verbose_name="answer to STOP",
            ),
        ),
        migrations.AddField(
            model_name="smspolicy",
            name="provider_answers_words",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Switch this off only where the provider's own handling of STOP, START and HELP is switched off.",
                verbose_name="providers answer their own keywords",
            ),
        ),
        migrations.AddField(
            model_name="smspolicy",
            name="quiet_end",
            field=models.TimeField(blank=True, null=True, verbose_name="quiet until"),
        ),
        migrations.AddField(
            model_name="smspolicy",
            name="quiet_reply_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=60,
                default=60,
                help_text="Counted from the last text of the person. 0: never.",
                verbose_name="minutes in which an answer may go in quiet hours",
            ),
        ),
        migrations.AddField(
            model_name="smspolicy",
            name="quiet_start",
            field=models.TimeField(
                blank=True, help_text="By the clock of whoever gets the text.", null=True, verbose_name="quiet from"
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="source",
            field=models.CharField(
                choices=[
                    ("keyword", "the person's own word"),
                    ("provider", "the provider's report"),
                    ("agent", "an agent"),
                    ("proof", "a proof that a supervisor has seen"),
                ],
                max_length=10,
                verbose_name="known from",
            ),
        ),
        migrations.AddConstraint(
            model_name="smspolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_end__isnull", True), ("quiet_start__isnull", True)),
                    models.Q(("quiet_end__isnull", False), ("quiet_start__isnull", False)),
                    _connector="OR",
                ),
                name="quiet_hours_begin_and_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="smspolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quiet_start__isnull", True),
                    models.Q(("quiet_start", models.F("quiet_end")), _negated=True),
                    _connector="OR",
                ),
                name="quiet_hours_are_not_the_whole_day",
            ),
        ),
        migrations.AddField(
            model_name="consententry",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="consententry",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="sms.message",
                verbose_name="message",
            ),
        ),
        migrations.AddField(
            model_name="consententry",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AddIndex(
            model_name="consententry",
            index=models.Index(fields=["organization", "address", "-id"], name="consent_entry_of_number"),
        ),
        migrations.AddIndex(
            model_name="consententry",
            index=models.Index(fields=["organization", "-created_at", "-id"], name="consent_entry_newest"),
        ),
        migrations.AddConstraint(
            model_name="consententry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", "keyword")), fields=("message",), name="word_of_a_person_decides_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="consententry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "proof"), _negated=True), models.Q(("note", ""), _negated=True), _connector="OR"
                ),
                name="opt_in_by_others_has_a_proof",
            ),
        ),
        migrations.AddConstraint(
            model_name="consententry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "agent"), _negated=True), ("state", "opted_out"), _connector="OR"
                ),
                name="agents_only_opt_out",
            ),
        ),
    ]
