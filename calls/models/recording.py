"""What was recorded; copied to us, because the provider's links expire."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.enums import RecordingKind, RecordingState
from calls.models.call import Call
from contactcenter.core.models import OrgOwned, ProviderAccount


class CallRecording(OrgOwned):
    """One recording of a call, or of a caller's message. `duration` in whole seconds."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="recordings", verbose_name=_("call"))
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("account"))
    kind = models.CharField(_("kind"), max_length=10, choices=RecordingKind.choices)
    provider_recording_id = models.CharField(_("the provider's id"), max_length=64)
    source_url = models.TextField(_("where it came from"))
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    duration = models.PositiveIntegerField(_("seconds"), null=True, blank=True)
    channels = models.PositiveSmallIntegerField(_("channels"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=RecordingState.choices, default=RecordingState.PENDING)
    file = models.FileField(_("file"), upload_to="recordings/%Y/%m/", blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    fetch_attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("due at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.UniqueConstraint(fields=["account", "provider_recording_id"], name="recording_is_stored_once"),
        ]
        indexes = [
            # Serves the worker: which files are still to be fetched?
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="pending"), name="recording_due"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
