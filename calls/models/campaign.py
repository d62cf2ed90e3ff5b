"""Calls that belong together, for one purpose."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from calls.enums import CampaignStatus
from contactcenter.core.models import OrgOwned, same_org_unique


class Campaign(OrgOwned):
    """One campaign of calls. `services` and the admin change it, and say so in events."""

    name = models.CharField(pgettext_lazy("thing", "name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            same_org_unique("campaign"),
            models.CheckConstraint(
                condition=models.Q(status=CampaignStatus.COMPLETED, completed_at__isnull=False)
                | (~models.Q(status=CampaignStatus.COMPLETED) & models.Q(completed_at__isnull=True)),
                name="exactly_completed_campaigns_have_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.name
