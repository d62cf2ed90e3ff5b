import contactcenter.core.ids
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0016_labels"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactAttribute",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="How programs call it. It cannot be changed later.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]*$", "Use small letters, digits and _, for example city."
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("text", "text"), ("number", "number"), ("date", "date"), ("choice", "choice")],
                        default="text",
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="Of the kind choice: what can be chosen, with commas between.",
                        size=None,
                        verbose_name="choices",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "field of contacts",
                "verbose_name_plural": "fields of contacts",
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ContactImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("file_name", models.CharField(max_length=120, verbose_name="file")),
                (
                    "content",
                    models.TextField(
                        blank=True, help_text="Removed when the import has ended.", verbose_name="content"
                    ),
                ),
                ("delimiter", models.CharField(max_length=1, verbose_name="separator")),
                ("encoding", models.CharField(max_length=12, verbose_name="encoding")),
                (
                    "headings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), size=None, verbose_name="headings"
                    ),
                ),
                (
                    "mapping",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(blank=True, max_length=60),
                        help_text="One word for each column; empty: left out.",
                        size=None,
                        verbose_name="meaning of the columns",
                    ),
                ),
                (
                    "duplicates",
                    models.CharField(
                        choices=[
                            ("skip", "leave the contact as it is"),
                            ("update", "change the contact to what the file says"),
                            ("refuse", "list the row as refused"),
                        ],
                        default="skip",
                        max_length=6,
                        verbose_name="contacts that are there already",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "not started"),
                            ("running", "in work"),
                            ("done", "done"),
                            ("canceled", "canceled"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("row_count", models.PositiveIntegerField(verbose_name="rows")),
                ("next_row", models.PositiveIntegerField(default=0, verbose_name="rows decided about")),
                ("created_count", models.PositiveIntegerField(default=0, verbose_name="new contacts")),
                ("updated_count", models.PositiveIntegerField(default=0, verbose_name="changed contacts")),
                ("skipped_count", models.PositiveIntegerField(default=0, verbose_name="left as they were")),
                ("refused_count", models.PositiveIntegerField(default=0, verbose_name="refused rows")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("worked_at", models.DateTimeField(blank=True, null=True, verbose_name="last worked on")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "import of contacts",
                "verbose_name_plural": "imports of contacts",
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ContactLabel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
            options={
                "verbose_name": "label of a contact",
                "verbose_name_plural": "labels of contacts",
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ContactNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("body", models.TextField(verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "note about a contact",
                "verbose_name_plural": "notes about contacts",
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="RefusedRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="row")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("nothing", "It has neither a phone number nor an e-mail address."),
                            ("number", "The phone number cannot be read, or does not exist."),
                            ("email", "The e-mail address cannot be read."),
                            ("language", "The language is unknown. Use a code such as en, cs or es."),
                            ("time_zone", "The time zone is unknown. Use a name such as Europe/Prague."),
                            ("too_long", "A value is too long."),
                            ("attribute", "A value does not fit its field."),
                            ("several", "Its numbers belong to more than one contact."),
                            ("exists", "The contact is there already."),
                            ("columns", "The row has more columns than the headings."),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                (
                    "cells",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(blank=True), size=None, verbose_name="cells"
                    ),
                ),
            ],
            options={
                "verbose_name": "refused row",
                "verbose_name_plural": "refused rows",
                "abstract": False,
                "default_manager_name": "all_orgs",
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="contact",
            name="attributes",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="own fields"),
        ),
        migrations.AddField(
            model_name="contactattribute",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AddField(
            model_name="contactimport",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="started by",
            ),
        ),
        migrations.AddField(
            model_name="contactimport",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AddField(
            model_name="contactlabel",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="labels",
                to="core.contact",
                verbose_name="contact",
            ),
        ),
        migrations.AddField(
            model_name="contactlabel",
            name="label",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.label",
                verbose_name="label",
            ),
        ),
        migrations.AddField(
            model_name="contactlabel",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AddField(
            model_name="contactnote",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author",
            ),
        ),
        migrations.AddField(
            model_name="contactnote",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="core.contact",
                verbose_name="contact",
            ),
        ),
        migrations.AddField(
            model_name="contactnote",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AddField(
            model_name="refusedrow",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AddField(
            model_name="refusedrow",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="refused",
                to="core.contactimport",
                verbose_name="import",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactattribute",
            constraint=models.UniqueConstraint(
                fields=("organization", "key"), name="attribute_key_is_unique_in_its_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactattribute",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__regex", "^[a-z][a-z0-9_]*$")), name="attribute_key_is_a_plain_word"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactattribute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "choice"), _negated=True), ("choices__len__gt", 0), _connector="OR"
                ),
                name="attribute_of_choices_has_some",
            ),
        ),
        migrations.AddIndex(
            model_name="contactimport",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["worked_at"], name="contact_import_in_work"
            ),
        ),
        migrations.AddIndex(
            model_name="contactimport",
            index=models.Index(fields=["organization", "-created_at"], name="contact_import_newest"),
        ),
        migrations.AddConstraint(
            model_name="contactimport",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="contact_import_can_be_referred_to_with_its_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_row__lte", models.F("row_count"))),
                name="import_goes_no_further_than_its_rows",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "next_row",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("created_count"), "+", models.F("updated_count")
                                ),
                                "+",
                                models.F("skipped_count"),
                            ),
                            "+",
                            models.F("refused_count"),
                        ),
                    )
                ),
                name="import_counts_every_row_once",
            ),
        ),
        migrations.AddIndex(
            model_name="contactlabel",
            index=models.Index(fields=["label", "-contact"], name="contact_by_label"),
        ),
        migrations.AddConstraint(
            model_name="contactlabel",
            constraint=models.UniqueConstraint(fields=("contact", "label"), name="contact_has_a_label_once"),
        ),
        migrations.AddIndex(
            model_name="contactnote",
            index=models.Index(fields=["contact", "-created_at"], name="contact_note_newest"),
        ),
        migrations.AddConstraint(
            model_name="refusedrow",
            constraint=models.UniqueConstraint(fields=("source", "number"), name="row_is_refused_once"),
        ),
    ]
