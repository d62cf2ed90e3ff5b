"""Twilio's words about calls. Source: the enum of its Call resource; webhooks have `initiated` and `answered` too."""

from collections.abc import Mapping

from contactcenter.providers.base import ProviderError, ProviderName
from contactcenter.providers.errors import Phase, describe
from contactcenter.providers.voice import CallWord

CALL_WORDS: Mapping[str, CallWord] = {
    "queued": CallWord.QUEUED,
    "initiated": CallWord.QUEUED,
    "ringing": CallWord.RINGING,
    "in-progress": CallWord.IN_PROGRESS,
    "answered": CallWord.IN_PROGRESS,
    "completed": CallWord.COMPLETED,
    "busy": CallWord.BUSY,
    "no-answer": CallWord.NO_ANSWER,
    "canceled": CallWord.CANCELED,
    "failed": CallWord.FAILED,
}
DIRECTIONS: Mapping[str, str] = {
    "inbound": "INBOUND",
    "outbound-api": "OUTBOUND",
    "outbound-dial": "OUTBOUND",
}
_NEVER_ANSWERED = (CallWord.BUSY, CallWord.NO_ANSWER, CallWord.CANCELED, CallWord.FAILED)
ENDS = (*_NEVER_ANSWERED, CallWord.COMPLETED)
_ANSWERED = (CallWord.IN_PROGRESS, CallWord.COMPLETED)


def answered(word: CallWord | None, direction: str) -> bool | None:
    """What a word proves about a leg: False also for incoming ones, True only for outgoing ones.

    An incoming call is in progress as soon as our document plays, which is before a person takes it.
    """
    if word in _NEVER_ANSWERED:
        return False
    return True if word in _ANSWERED and direction == "OUTBOUND" else None


def failure_of(word: CallWord | None, code: str) -> ProviderError | None:
    """The error of a leg that failed: by its code, else by the word."""
    if word is not CallWord.FAILED:
        return None
    known = code if code and code != "0" else "failed"
    return describe(ProviderName.TWILIO, known, phase=Phase.DLR)
