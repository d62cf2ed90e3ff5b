"""What an organization decided about its texts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned


class SmsPolicy(OrgOwned):
    """One organization's rules for sending. No row: the installation's defaults, which are these fields' defaults."""

    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("rules for texts")
        verbose_name_plural = _("rules for texts")
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="organization_has_one_policy_for_texts"),
        ]

    def __str__(self) -> str:
        return str(_("Rules for texts"))
