"""Where a text left its first way: through another account than it was meant for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, ProviderAccount
from sms.enums import ErrorCode, RerouteKind
from sms.models.message import Message


class Reroute(OrgOwned):
    """One change of a text's account, with its reason. Written once, never changed."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reroutes", verbose_name=_("message"))
    kind = models.CharField(_("kind"), max_length=10, choices=RerouteKind.choices)
    from_account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("from account")
    )
    to_account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("to account")
    )
    from_address = models.CharField(_("sender before"), max_length=20)
    to_address = models.CharField(_("sender after"), max_length=20)
    error_code = models.CharField(_("error"), max_length=20, choices=ErrorCode.choices, blank=True)
    provider_error_code = models.CharField(_("the provider's error code"), max_length=40, blank=True)
    error_message = models.CharField(_("the provider's words"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("changed at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("change of way")
        verbose_name_plural = _("changes of way")
        constraints = [
            # The database, not the code, makes a second failover impossible.
            models.UniqueConstraint(
                fields=["message"],
                condition=~models.Q(kind=RerouteKind.CIRCUIT),
                name="message_fails_over_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_account=models.F("to_account")), name="reroute_leads_to_another_account"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
