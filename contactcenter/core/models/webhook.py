"""What providers told us, exactly as it arrived; and how often somebody told us something without a signature."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.ids import new_id
from contactcenter.core.models.base import OrgOwned, same_org_unique
from contactcenter.core.models.provider_account import Provider, ProviderAccount


class WebhookReceipt(OrgOwned):
    """One genuine webhook, stored before anything was done with it. A duplicate is not a second row."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("account"))
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    kind = models.CharField(_("kind"), max_length=16)
    event_key = models.CharField(_("event key"), max_length=200)
    path = models.CharField(_("path and query"), max_length=500)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    body = models.BinaryField(_("body"))
    received_at = models.DateTimeField(_("received at"), db_default=models.functions.Now())
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("due at"), db_default=models.functions.Now())
    attempts = models.PositiveSmallIntegerField(_("attempts"), db_default=0)
    error = models.CharField(_("error"), max_length=300, blank=True, db_default="")

    class Meta(OrgOwned.Meta):
        verbose_name = _("webhook receipt")
        verbose_name_plural = _("webhook receipts")
        constraints = [
            same_org_unique("webhook_receipt"),
            # The account is part of the key, so that no tenant can occupy the key of another tenant's event.
            models.UniqueConstraint(fields=["account", "event_key"], name="webhook_is_stored_once"),
        ]
        indexes = [
            # The worker's question: which receipts are due?
            models.Index(
                fields=["kind", "next_attempt_at"],
                condition=models.Q(processed_at__isnull=True),
                name="webhook_receipt_due",
            ),
            # The admin's list, newest first.
            models.Index(fields=["organization", "-received_at"], name="webhook_receipt_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.received_at:%Y-%m-%d %H:%M:%S}"


class WebhookRefusal(models.Model):
    """How many webhooks were refused in one hour for one reason; nothing of their content is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    reason = models.CharField(_("reason"), max_length=40)
    hour = models.DateTimeField(_("hour"))
    count = models.PositiveIntegerField(_("count"), default=1)
    last_at = models.DateTimeField(_("last at"), auto_now=True)

    class Meta:
        verbose_name = _("webhook refusal")
        verbose_name_plural = _("webhook refusals")
        constraints = [
            models.UniqueConstraint(fields=["provider", "reason", "hour"], name="refusals_are_counted_by_the_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.reason} × {self.count}"
