"""Consent hangs on the number, not on the contact."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned
from sms.enums import ConsentSource, ConsentState
from sms.models.message import Message


class Consent(OrgOwned):
    """Whether one address may be texted by the organization. No row: nothing was ever said, so it may."""

    address = models.CharField(_("number"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=ConsentState.choices)
    source = models.CharField(_("known from"), max_length=10, choices=ConsentSource.choices)
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    changed_at = models.DateTimeField(_("changed at"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(fields=["organization", "address"], name="number_has_one_consent_per_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}"
