"""What providers reported about our texts, also when it changed nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, Provider, ProviderAccount, WebhookReceipt
from sms.enums import MessageStatus
from sms.models.attempt import Attempt
from sms.models.message import Message


class ProviderEvent(OrgOwned):
    """One report of a provider about one text, with the provider's own word."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("account"))
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    event_key = models.CharField(_("event key"), max_length=200)
    receipt = models.ForeignKey(
        WebhookReceipt,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("receipt"),
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("message"),
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("attempt")
    )
    provider_message_id = models.CharField(_("the provider's id"), max_length=64, blank=True)
    raw_status = models.CharField(_("the provider's word"), max_length=60)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=MessageStatus.choices,
        blank=True,
        help_text=_("Empty: a word that we do not know."),
    )
    error_code = models.CharField(_("the provider's error code"), max_length=40, blank=True)
    changed_status = models.BooleanField(_("moved the message"), default=False)
    occurred_at = models.DateTimeField(_("occurred at"), null=True, blank=True)
    created_at = models.DateTimeField(_("stored at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        constraints = [
            models.UniqueConstraint(fields=["account", "event_key"], name="provider_event_is_stored_once"),
        ]

    def __str__(self) -> str:
        return self.raw_status
