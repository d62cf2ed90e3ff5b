"""Filters of the inbox that people keep under a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models import OrgOwned, User


class SavedView(OrgOwned):
    """A filter with a name, for its owner or for everybody of the organization."""

    owner = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("saved by")
    )
    name = models.CharField(pgettext_lazy("view", "name"), max_length=40)
    is_shared = models.BooleanField(_("for everybody"), default=False)
    words = models.JSONField(
        _("filter"), default=dict, blank=True, help_text=_("Names and values as in the inbox's address.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            # Its index also serves the menu: the views of one person.
            models.UniqueConstraint("owner", models.functions.Lower("name"), name="person_has_a_view_of_a_name_once"),
        ]
        indexes = [
            # Serves the menu: the views that are for everybody.
            models.Index(fields=["organization"], condition=models.Q(is_shared=True), name="saved_view_shared"),
        ]

    def __str__(self) -> str:
        return self.name
