"""What helps people to answer: texts that are written once for all, and texts that are not finished yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agents.models import Team
from contactcenter.core.models import OrgOwned, User
from sms.models.conversation import Conversation


class CannedAnswer(OrgOwned):
    """A text that people send again and again, found by its shortcut. `body` may hold variables (`sms.variables`)."""

    shortcut = models.CharField(_("shortcut"), max_length=32)
    title = models.CharField(pgettext_lazy("text", "title"), max_length=80)
    body = models.TextField(_("text"))
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("Only this team finds it. Empty: everybody."),
    )
    language = models.CharField(_("language"), max_length=5, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = [
            models.UniqueConstraint(
                "organization", models.functions.Lower("shortcut"), name="shortcut_is_unique_in_its_organization"
            ),
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut}"


class Draft(OrgOwned):
    """What one person has typed in one conversation and not sent."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("who"))
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("conversation")
    )
    body = models.TextField(_("text"), blank=True)
    # Ids of uploads as text. A file that is gone is left out, so they bind nothing.
    files = models.JSONField(_("files"), default=list, db_default=[], blank=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["user", "conversation"], name="one_draft_per_person_and_conversation"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
