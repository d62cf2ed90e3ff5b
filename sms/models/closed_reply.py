"""Who was told that we are closed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned
from sms.models.conversation import Conversation


class ClosedReply(OrgOwned):
    """Somebody who wrote outside business hours was told so, and is not told again until the hours begin."""

    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.CASCADE,
        related_name="closed_replies",
        db_index=False,  # The constraint brings one.
        verbose_name=_("conversation"),
    )
    closed_until = models.DateTimeField(_("closed until"))
    created_at = models.DateTimeField(_("told at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("answer outside business hours")
        verbose_name_plural = _("answers outside business hours")
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "closed_until"], name="conversation_is_told_once_that_we_are_closed"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
