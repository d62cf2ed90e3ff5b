"""What was said in a call."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.enums import Sentiment
from calls.models.call import Call
from contactcenter.core.models import OrgOwned, same_org_unique


class CallTranscript(OrgOwned):
    """The words of one call. Until `completed_at` pieces may still arrive; then it is published, once.

    `language` is BCP 47. `confidence` from 0 to 1. `score` from -1 (angry) to 1 (happy).
    """

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="transcript", verbose_name=_("call"))
    text = models.TextField(_("text"), blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
    confidence = models.FloatField(_("confidence"), null=True, blank=True)
    sentiment = models.CharField(_("mood"), max_length=8, choices=Sentiment.choices, blank=True)
    score = models.FloatField(_("mood from -1 to 1"), null=True, blank=True)
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("keywords"))
    # Pieces have stopped coming at this position (Twilio counts), or at this time.
    ends_at_position = models.PositiveIntegerField(null=True, editable=False)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")
        constraints = [
            same_org_unique("call_transcript"),
            models.CheckConstraint(
                condition=models.Q(confidence__isnull=True) | models.Q(confidence__gte=0, confidence__lte=1),
                name="confidence_is_0_to_1",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=-1, score__lte=1),
                name="mood_is_minus_1_to_1",
            ),
        ]
        indexes = [
            # Serves the sweep: which transcripts have waited long enough for their last pieces?
            models.Index(fields=["due_at"], condition=models.Q(completed_at__isnull=True), name="transcript_due"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class TranscriptPiece(OrgOwned):
    """One sentence or so. `position` orders the pieces where the provider counts them, else `said_at` does."""

    transcript = models.ForeignKey(
        CallTranscript, on_delete=models.CASCADE, related_name="pieces", verbose_name=_("transcript")
    )
    event_key = models.CharField(_("event key"), max_length=200)
    position = models.PositiveIntegerField(_("position"), null=True, blank=True)
    said_at = models.DateTimeField(_("said at"))
    speaker = models.CharField(_("speaker"), max_length=8, blank=True)
    text = models.TextField(_("text"))
    confidence = models.FloatField(_("confidence"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("piece of a transcript")
        verbose_name_plural = _("pieces of transcripts")
        constraints = [
            models.UniqueConstraint(fields=["transcript", "event_key"], name="piece_is_stored_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
