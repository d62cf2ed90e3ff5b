"""Pictures and files that came with a text; copied to us, because the provider's links expire."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned
from sms.enums import MediaState
from sms.models.message import Message


class MediaFile(OrgOwned):
    """One attachment of an inbound message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="media", verbose_name=_("message"))
    position = models.PositiveSmallIntegerField(_("position"))
    source_url = models.CharField(_("where it came from"), max_length=1000)
    content_type = models.CharField(_("content type"), max_length=100)
    state = models.CharField(_("state"), max_length=8, choices=MediaState.choices, default=MediaState.PENDING)
    file = models.FileField(_("file"), upload_to="mms/%Y/%m/", blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    fetch_attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("due at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("media file")
        verbose_name_plural = _("media files")
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="media_has_its_place_in_the_message"),
        ]
        indexes = [
            # Serves the worker: which files are still to be fetched?
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="pending"), name="media_due"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.position}"
