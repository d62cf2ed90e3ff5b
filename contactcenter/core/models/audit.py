"""Who did what, kept whatever becomes of the object."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models.base import OrgOwned


class AuditEntry(OrgOwned):
    """One deed of a person or of the system. Written once, never changed. Holds no bodies and no secrets."""

    actor = models.ForeignKey(
        "core.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("actor"),
    )
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.UUIDField(_("object"), null=True, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return self.action
