"""Events that were caused in a transaction and are told to the outside after it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models.base import OrgOwned


class OutboxEvent(OrgOwned):
    """One event, written in the transaction of its cause, so that neither can exist without the other."""

    type = models.CharField(_("type"), max_length=40)
    object_id = models.UUIDField(_("object"), help_text=_("Events of one object are published in their order."))
    actor = models.ForeignKey(
        "core.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("actor")
    )
    data = models.JSONField(_("data"))
    # The database's trigger gives the number while it holds the object's lock, so a later event of one object has a
    # higher one, whichever host wrote it.
    position = models.BigIntegerField(_("position"), db_default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("outbox event")
        verbose_name_plural = _("outbox events")
        indexes = [
            # The publisher's question: what is unpublished, oldest first?
            models.Index(fields=["position"], condition=models.Q(published_at__isnull=True), name="outbox_to_publish"),
            models.Index(fields=["organization", "-created_at"], name="outbox_newest"),
        ]

    def __str__(self) -> str:
        return self.type
