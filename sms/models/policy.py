"""What an organization decided about its texts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned


class SmsPolicy(OrgOwned):
    """One organization's rules for sending. No row: the installation's defaults, which are these fields' defaults."""

    resend_uncertain_classes = models.JSONField(
        _("send again by itself"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_(
            "Classes of texts of which a second one is better than none, such as one-time codes: when nobody knows "
            "whether one arrived, it is closed and a new one is sent."
        ),
    )
    resend_uncertain_seconds = models.PositiveIntegerField(
        _("seconds until then"),
        default=180,
        db_default=180,
        help_text=_("How long a text of these classes may be in doubt before a new one is sent."),
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("rules for texts")
        verbose_name_plural = _("rules for texts")
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="organization_has_one_policy_for_texts"),
        ]

    def __str__(self) -> str:
        return str(_("Rules for texts"))
