"""Labels: the organization's own words for what a conversation or a contact is about."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models.base import OrgOwned, same_org_unique


class LabelColor(models.TextChoices):
    """The colours that labels have in both themes."""

    GRAY = "gray", _("gray")
    BLUE = "blue", _("blue")
    GREEN = "green", _("green")
    AMBER = "amber", _("amber")
    RED = "red", _("red")
    VIOLET = "violet", _("violet")


class Label(OrgOwned):
    """A word that conversations and contacts can carry."""

    name = models.CharField(pgettext_lazy("label", "name"), max_length=40)
    color = models.CharField(_("color"), max_length=8, choices=LabelColor.choices, default=LabelColor.GRAY)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints = [
            same_org_unique("label"),
            models.UniqueConstraint(
                "organization", models.functions.Lower("name"), name="label_name_is_unique_in_its_organization"
            ),
        ]

    def __str__(self) -> str:
        return self.name
