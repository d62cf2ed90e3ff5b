"""What was said: pieces as they come, in any order, become one text that is published once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from calls import scripts, sentiment
from calls.enums import ENDED
from calls.models import Call, CallTranscript, TranscriptPiece
from contactcenter.core import clock, events
from contactcenter.providers.voice import TranscriptEvent

# How long the last pieces may be late, after the provider's last word or after the end of the call.
GRACE = timedelta(seconds=5)


def add(call: Call, event: TranscriptEvent) -> None:
    """Take over one event of a transcription. Must run in a transaction."""
    transcript, _new = CallTranscript.all_orgs.get_or_create(
        call=call, defaults={"organization_id": call.organization_id, "due_at": clock.now() + GRACE}
    )
    transcript = CallTranscript.all_orgs.select_for_update().get(pk=transcript.pk)
    if event.is_whole:
        _whole(transcript, event, _language(call, event))
        return
    if event.text and event.is_final:
        _piece(transcript, event)
    transcript.language = transcript.language or _language(call, event)
    transcript.due_at = clock.now() + GRACE
    if event.ends:
        transcript.ends_at_position = event.position or 0
    _rebuild(transcript)


def _language(call: Call, event: TranscriptEvent) -> str:
    """Return the language; where the event names none (Telnyx) it is the one that we asked for."""
    return event.language[:20] or scripts.language_of(call.organization)


def _whole(transcript: CallTranscript, event: TranscriptEvent, language: str) -> None:
    if transcript.completed_at is not None:
        return
    transcript.text, transcript.language = event.text, transcript.language or language
    transcript.confidence = event.confidence
    transcript.save()
    complete(transcript)


def _piece(transcript: CallTranscript, event: TranscriptEvent) -> None:
    TranscriptPiece.all_orgs.get_or_create(
        transcript=transcript,
        event_key=event.dedupe_key[:200],
        defaults={
            "organization_id": transcript.organization_id,
            "position": event.position,
            "said_at": event.occurred_at or clock.now(),
            "speaker": event.speaker,
            "text": event.text,
            "confidence": event.confidence,
        },
    )


def _rebuild(transcript: CallTranscript) -> None:
    """Put the text together anew; a piece that comes after the publishing still belongs to it."""
    pieces = sorted(TranscriptPiece.all_orgs.filter(transcript=transcript), key=_order)
    transcript.text = text_of(pieces)
    transcript.confidence = mean_confidence(pieces)
    transcript.save()


def _order(piece: TranscriptPiece) -> tuple[Any, ...]:
    return (piece.position is None, piece.position or 0, piece.said_at, piece.pk)


def text_of(pieces: Sequence[TranscriptPiece]) -> str:
    """Return the whole text: a line for each piece."""
    return "\n".join(piece.text for piece in pieces)


def mean_confidence(pieces: Sequence[TranscriptPiece]) -> float | None:
    """Return the mean over all characters; a long sentence counts for more than a short one."""
    known = [(piece.confidence, len(piece.text)) for piece in pieces if piece.confidence is not None]
    weight = sum(length for _confidence, length in known)
    if not weight:
        return None
    return round(min(1.0, max(0.0, sum(confidence * length for confidence, length in known) / weight)), 6)


def complete_due(*, most: int = 100) -> int:
    """Publish the transcripts to which nothing will be added any more; return how many."""
    over = Q(ends_at_position__isnull=False) | Q(call__status__in=ENDED)
    with transaction.atomic():
        rows = CallTranscript.all_orgs.select_for_update(skip_locked=True, of=("self",)).filter(
            over, completed_at__isnull=True, due_at__lte=Now()
        )
        return sum(complete(transcript) for transcript in rows[:most])


def complete(transcript: CallTranscript) -> bool:
    """Publish a transcript and the mood in it, once. One without a word is closed in silence."""
    rows = CallTranscript.all_orgs.filter(pk=transcript.pk, completed_at__isnull=True)
    mood = sentiment.of(transcript.text, language=transcript.language)
    if (
        rows.update(completed_at=Now(), sentiment=mood.sentiment.value, score=mood.score, keywords=list(mood.keywords))
        != 1
    ):
        return False
    if transcript.text and transcript.call.deleted_at is None:
        _publish(transcript, mood)
    return True


def _publish(transcript: CallTranscript, mood: sentiment.Mood) -> None:
    call_id = str(transcript.call_id)
    for event_type, data in (
        (
            "call.transcribed",
            {
                "call_id": call_id,
                "transcript": transcript.text,
                "language": transcript.language or "und",
                "confidence": transcript.confidence,
            },
        ),
        (
            "sentiment.analyzed",
            {
                "call_id": call_id,
                "sentiment": mood.sentiment.value,
                "score": mood.score,
                "keywords": list(mood.keywords),
            },
        ),
    ):
        events.record(org_id=transcript.organization_id, type=event_type, object_id=transcript.call_id, data=data)
