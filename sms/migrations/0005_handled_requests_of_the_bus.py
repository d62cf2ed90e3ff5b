import contactcenter.core.ids
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0011_leases"),
        ("sms", "0004_requests_of_the_event_bus"),
    ]

    operations = [
        migrations.CreateModel(
            name="BusRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=contactcenter.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("idempotency_key", models.CharField(max_length=255, verbose_name="idempotency key")),
                ("correlation_id", models.CharField(max_length=255, verbose_name="correlation")),
                (
                    "error_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "VALIDATION_ERROR",
                                "The provider refused the number or the text. Check both and send again.",
                            ),
                            ("AUTH_ERROR", "The provider account does not let us in. Tell an administrator."),
                            ("RATE_LIMITED", "Too many texts at once. Wait a little and send again."),
                            ("PROVIDER_ERROR", "The provider could not take the text. Try again later."),
                            ("TIMEOUT", "The provider did not answer in time."),
                            ("RETRYING", "Not sent yet: we try again by ourselves."),
                            ("FINAL_FAILURE", "The text could not be delivered to this phone."),
                            (
                                "OPTED_OUT",
                                "This person asked not to get texts. Only they can allow it again, by texting START.",
                            ),
                            ("QUIET_HOURS", "Held back by quiet hours."),
                            (
                                "UNKNOWN_OUTCOME",
                                "We do not know whether this arrived. Ask the person before you send it again.",
                            ),
                        ],
                        max_length=20,
                        verbose_name="error",
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
                "verbose_name": "request of the event bus",
                "verbose_name_plural": "requests of the event bus",
                "abstract": False,
                "default_manager_name": "all_orgs",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "idempotency_key"), name="bus_request_is_handled_once"
                    )
                ],
            },
            managers=[
                ("all_orgs", django.db.models.manager.Manager()),
            ],
        ),
    ]
