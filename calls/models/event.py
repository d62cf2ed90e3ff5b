"""What providers reported about our calls, also when it changed nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.enums import CallStatus
from calls.models.call import Call
from contactcenter.core.models import OrgOwned, Provider, ProviderAccount, WebhookReceipt


class CallEvent(OrgOwned):
    """One report of a provider about one call, with the provider's own word."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("account"))
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    event_key = models.CharField(_("event key"), max_length=200)
    receipt = models.ForeignKey(
        WebhookReceipt, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("receipt")
    )
    call = models.ForeignKey(
        Call, on_delete=models.CASCADE, null=True, blank=True, related_name="events", verbose_name=_("call")
    )
    leg = models.CharField(_("leg"), max_length=8)
    kind = models.CharField(_("kind"), max_length=24)
    raw_status = models.CharField(_("the provider's word"), max_length=60, blank=True)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=CallStatus.choices,
        blank=True,
        help_text=_("Empty: a word that moves no call."),
    )
    sequence = models.PositiveIntegerField(_("number"), null=True, blank=True)
    changed_status = models.BooleanField(_("moved the call"), default=False)
    occurred_at = models.DateTimeField(_("occurred at"), null=True, blank=True)
    created_at = models.DateTimeField(_("stored at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("call event")
        verbose_name_plural = _("call events")
        constraints = [
            models.UniqueConstraint(fields=["account", "event_key"], name="call_event_is_stored_once"),
        ]

    def __str__(self) -> str:
        return self.raw_status or self.kind
