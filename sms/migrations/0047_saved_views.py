import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import contactcenter.core.ids
from contactcenter.core.same_organization import same_organization


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0031_find_names"),
        ("sms", "0046_find_texts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("is_shared", models.BooleanField(default=False, verbose_name="for everybody")),
                (
                    "words",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Names and values as in the inbox's address.",
                        verbose_name="filter",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
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
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="saved by",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "abstract": False,
                "default_manager_name": "all_orgs",
                "indexes": [
                    # Serves the menu: the views that are for everybody.
                    models.Index(
                        condition=models.Q(("is_shared", True)), fields=["organization"], name="saved_view_shared"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("owner"),
                        django.db.models.functions.text.Lower("name"),
                        name="person_has_a_view_of_a_name_once",
                    )
                ],
            },
            managers=[("all_orgs", django.db.models.manager.Manager())],
        ),
        same_organization(
            "view_and_owner_are_of_one_organization", table="sms_savedview", column="owner_id", target="core_user"
        ),
    ]
