"""Files that people send with texts: each is stored once in its organization, however often it is sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, User, same_org_unique
from sms.models.message import Message


class Upload(OrgOwned):
    """One file of ours. Its type is what its content says, its name what somebody called it last."""

    uploaded_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    content_type = models.CharField(_("content type"), max_length=100)
    name = models.CharField(_("name"), max_length=120)
    file = models.FileField(_("file"), upload_to="mms-sent/%Y/%m/")
    unused_since = models.DateTimeField(
        _("unused since"), null=True, blank=True, help_text=_("Empty: a text was written with it, so it is kept.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("file of ours")
        verbose_name_plural = _("files of ours")
        constraints = [
            same_org_unique("upload"),
            models.UniqueConstraint(fields=["organization", "sha256"], name="file_is_stored_once_in_its_organization"),
        ]
        indexes = [
            # Serves the sweep: which files did nobody send in the end?
            models.Index(fields=["unused_since"], condition=models.Q(unused_since__isnull=False), name="upload_unused"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.size}"


class SentFile(OrgOwned):
    """One file of one text of ours."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files", verbose_name=_("message"))
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("file of a text")
        verbose_name_plural = _("files of texts")
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="file_has_its_place_in_the_text"),
        ]

    def __str__(self) -> str:
        return str(self.position + 1)
