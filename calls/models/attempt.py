"""The ledger of dial requests: written and committed before the network is touched."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.enums import AttemptState, CallErrorCode
from calls.models.call import Call
from contactcenter.core.models import OrgOwned, Provider, ProviderAccount, same_org_unique


class CallAttempt(OrgOwned):
    """One request to one provider to dial. Its id travels in the callback URL, and is Telnyx's command id."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("call"))
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("account"))
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    state = models.CharField(_("state"), max_length=10, choices=AttemptState.choices, default=AttemptState.SUBMITTING)
    request = models.JSONField(_("exact request"))
    dialled_at = models.DateTimeField(_("dialled at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    provider_call_id = models.CharField(_("the provider's id"), max_length=128, blank=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    error_code = models.CharField(_("error"), max_length=20, choices=CallErrorCode.choices, blank=True)
    provider_error_code = models.CharField(_("the provider's error code"), max_length=40, blank=True)
    error_message = models.CharField(_("the provider's words"), max_length=300, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("dial attempt")
        verbose_name_plural = _("dial attempts")
        constraints = [
            same_org_unique("call_attempt"),
            # The database, not the code, makes a second dial impossible while the first may have arrived.
            models.UniqueConstraint(
                fields=["call"],
                condition=models.Q(state__in=["submitting", "unknown", "accepted"]),
                name="call_is_with_one_provider_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
