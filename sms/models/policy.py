"""What an organization decided about its texts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, ProviderAccount


class SmsPolicy(OrgOwned):
    """One organization's rules for sending. No row: the installation's defaults, which are these fields' defaults."""

    primary_account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("primary account"),
        help_text=_("What new texts go through. Empty: the account of the default sender."),
    )
    fallback_account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fallback account"),
        help_text=_("What takes over when the primary account certainly failed. Empty: the other active account."),
    )
    fails_over = models.BooleanField(
        _("fail over"),
        default=True,
        db_default=True,
        help_text=_("Texts may go through the other account, with a number of that account."),
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("rules for texts")
        verbose_name_plural = _("rules for texts")
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(primary_account__isnull=True)
                    | models.Q(fallback_account__isnull=True)
                    | ~models.Q(primary_account=models.F("fallback_account"))
                ),
                name="fallback_is_another_account_than_the_primary",
            ),
            models.UniqueConstraint(fields=["organization"], name="organization_has_one_policy_for_texts"),
        ]

    def __str__(self) -> str:
        return str(_("Rules for texts"))
