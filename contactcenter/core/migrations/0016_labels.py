import contactcenter.core.ids
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0015_calls_may_fail_over"),
    ]

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                (
                    "color",
                    models.CharField(
                        choices=[
                            ("gray", "gray"),
                            ("blue", "blue"),
                            ("green", "green"),
                            ("amber", "amber"),
                            ("red", "red"),
                            ("violet", "violet"),
                        ],
                        default="gray",
                        max_length=8,
                        verbose_name="color",
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
            ],
            options={
                "verbose_name": "label",
                "verbose_name_plural": "labels",
                "abstract": False,
                "default_manager_name": "all_orgs",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "id"), name="label_can_be_referred_to_with_its_organization"
                    ),
                    models.UniqueConstraint(
                        models.F("organization"),
                        django.db.models.functions.text.Lower("name"),
                        name="label_name_is_unique_in_its_organization",
                    ),
                ],
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
    ]
