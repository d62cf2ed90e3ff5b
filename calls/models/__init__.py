"""Calls and everything that hangs on one."""

from calls.models.attempt import CallAttempt
from calls.models.call import Call
from calls.models.campaign import Campaign
from calls.models.command import CallCommand
from calls.models.event import CallEvent
from calls.models.offer import CallOffer
from calls.models.recording import CallRecording
from calls.models.transcript import CallTranscript, TranscriptPiece

__all__ = [
    "Call",
    "CallAttempt",
    "CallCommand",
    "CallEvent",
    "CallOffer",
    "CallRecording",
    "CallTranscript",
    "Campaign",
    "TranscriptPiece",
]
