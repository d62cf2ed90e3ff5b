"""The words of a call's life, and which may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallDirection(models.TextChoices):
    INBOUND = "INBOUND", _("inbound")
    OUTBOUND = "OUTBOUND", _("outbound")


class CallStatus(models.TextChoices):
    QUEUED = "QUEUED", _("queued")
    RINGING = "RINGING", _("ringing")
    IN_PROGRESS = "IN_PROGRESS", _("in progress")
    ON_HOLD = "ON_HOLD", _("on hold")
    COMPLETED = "COMPLETED", _("completed")
    NO_ANSWER = "NO_ANSWER", _("not answered")
    BUSY = "BUSY", _("busy")
    FAILED = "FAILED", _("failed")
    CANCELED = "CANCELED", _("canceled")


ACTIVE = (CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.ON_HOLD)
# What an agent holds: everything that has not ended.
LIVE = (CallStatus.QUEUED, *ACTIVE)
ENDED = (
    CallStatus.COMPLETED,
    CallStatus.NO_ANSWER,
    CallStatus.BUSY,
    CallStatus.FAILED,
    CallStatus.CANCELED,
)
MISSED = (CallStatus.NO_ANSWER,)
_UNANSWERED_ENDS = (CallStatus.NO_ANSWER, CallStatus.BUSY, CallStatus.CANCELED)

# What may follow a status. Ending a call that was never answered completes it, as the API's clients are used to.
FOLLOWS: dict[str, frozenset[str]] = {
    CallStatus.QUEUED: frozenset(
        {
            CallStatus.RINGING,
            CallStatus.IN_PROGRESS,
            CallStatus.COMPLETED,
            CallStatus.FAILED,
            *_UNANSWERED_ENDS,
        }
    ),
    CallStatus.RINGING: frozenset({CallStatus.IN_PROGRESS, CallStatus.COMPLETED, CallStatus.FAILED, *_UNANSWERED_ENDS}),
    CallStatus.IN_PROGRESS: frozenset({CallStatus.ON_HOLD, CallStatus.COMPLETED, CallStatus.FAILED}),
    CallStatus.ON_HOLD: frozenset({CallStatus.IN_PROGRESS, CallStatus.COMPLETED, CallStatus.FAILED}),
    **{status: frozenset() for status in ENDED},
}
# How far a status is along the way; a provider's report only moves a call up. Holding and talking are equally far.
RANK: dict[str, int] = {
    CallStatus.QUEUED: 0,
    CallStatus.RINGING: 10,
    CallStatus.IN_PROGRESS: 20,
    CallStatus.ON_HOLD: 20,
    **dict.fromkeys(ENDED, 30),
}


class Placing(models.TextChoices):
    """How far the dialling of an outbound call is: the same claims, leases and doubts as of a text."""

    NONE = "", _("nothing to dial")
    DUE = "due", _("due")
    CLAIMED = "claimed", _("claimed")
    DIALLING = "dialling", _("dialling")
    UNCERTAIN = "uncertain", _("uncertain")
    PLACED = "placed", _("placed")
    REFUSED = "refused", _("refused")


LEASED = (Placing.CLAIMED, Placing.DIALLING)


class AttemptState(models.TextChoices):
    """What we know of one dial request to a provider."""

    SUBMITTING = "submitting", _("submitting")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    NOT_SENT = "not_sent", _("not sent")
    UNKNOWN = "unknown", _("unknown")


class CallErrorCode(models.TextChoices):
    """Failure codes of the API contract, each with the sentence that a person reads about a call."""

    VALIDATION_ERROR = "VALIDATION_ERROR", _("The provider refused the number. Check it and call again.")
    AUTH_ERROR = "AUTH_ERROR", _("The provider account does not let us in. Tell an administrator.")
    RATE_LIMITED = "RATE_LIMITED", _("Too many calls at once. Wait a little and call again.")
    PROVIDER_ERROR = "PROVIDER_ERROR", _("The provider could not place the call. Try again later.")
    TIMEOUT = "TIMEOUT", _("The provider did not answer in time.")
    RETRYING = "RETRYING", _("Not dialled yet: we try again by ourselves.")
    FINAL_FAILURE = "FINAL_FAILURE", _("The call could not be connected.")
    UNKNOWN_OUTCOME = "UNKNOWN_OUTCOME", _("We do not know whether this call was placed.")


class CommandState(models.TextChoices):
    """What became of one command to a live call. Commands may be repeated: providers know them by their id."""

    DUE = "due", _("due")
    DONE = "done", _("done")
    TOO_LATE = "too_late", _("the call was over")
    FAILED = "failed", _("failed")


class OfferState(models.TextChoices):
    """What became of ringing one agent for one call."""

    RINGING = "ringing", _("ringing")
    ANSWERED = "answered", _("answered")
    MISSED = "missed", _("missed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RecordingKind(models.TextChoices):
    CALL = "call", _("call")
    VOICEMAIL = "voicemail", _("voicemail")


class RecordingState(models.TextChoices):
    PENDING = "pending", _("being fetched")
    STORED = "stored", _("stored")
    FAILED = "failed", _("could not be fetched")


class Sentiment(models.TextChoices):
    POSITIVE = "positive", _("positive")
    NEUTRAL = "neutral", _("neutral")
    NEGATIVE = "negative", _("negative")


class CampaignStatus(models.TextChoices):
    DRAFT = "DRAFT", _("draft")
    ACTIVE = "ACTIVE", _("active")
    PAUSED = "PAUSED", _("paused")
    COMPLETED = "COMPLETED", _("completed")


class Outcome(models.TextChoices):
    """What `call.ended` says came of a call; the disposition travels beside it."""

    COMPLETED = "completed", _("completed")
    CALLBACK_REQUESTED = "callback_requested", _("callback requested")
    VOICEMAIL = "voicemail", _("voicemail")
    FAILED = "failed", _("failed")


class CallReceiptKind(models.TextChoices):
    """What a stored webhook is about, so that a worker finds its own."""

    VOICE = "calls-voice", _("report on a call")
