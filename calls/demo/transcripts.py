"""What was said in some of the demo calls; the mood is the one that the product finds in the words."""

from datetime import timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from calls import scripts, sentiment, transcripts
from calls.demo.rows import Rows
from calls.demo.script import Dialogue
from calls.models import Call, CallTranscript, TranscriptPiece
from contactcenter.core.ids import id_at
from contactcenter.core.models import Provider
from contactcenter.providers.voice import Leg


def write_down(call: Call, dialogue: Dialogue, rows: Rows, chance: Random) -> None:
    """Add the transcript of an answered `call`."""
    if call.answered_at is None or call.ended_at is None:
        return
    transcript = CallTranscript(
        id=id_at(call.answered_at, f"transcript {call.pk}"),
        organization=call.organization,
        call=call,
        language=scripts.language_of(call.organization),
        due_at=call.ended_at + transcripts.GRACE,
        completed_at=call.ended_at + transcripts.GRACE,
    )
    pieces = [_piece(transcript, position, line, dialogue, chance) for position, line in enumerate(dialogue.lines)]
    transcript.text = transcripts.text_of(pieces)
    transcript.confidence = transcripts.mean_confidence(pieces)
    mood = sentiment.of(transcript.text, language=transcript.language)
    transcript.sentiment, transcript.score, transcript.keywords = mood.sentiment.value, mood.score, list(mood.keywords)
    if call.provider == Provider.TWILIO:
        transcript.ends_at_position = len(pieces)
    rows.transcripts.append(transcript)
    rows.pieces += pieces


def _piece(transcript: CallTranscript, position: int, line: str, dialogue: Dialogue, chance: Random) -> TranscriptPiece:
    call = transcript.call
    counts = call.provider == Provider.TWILIO
    share = (position + 1) / (len(dialogue.lines) + 1)
    said_at = (call.answered_at or call.started_at) + timedelta(seconds=share * (call.duration or 0))
    key = f"{transcript.pk}:{position}"
    return TranscriptPiece(
        id=id_at(said_at, f"piece {key}"),
        organization=call.organization,
        transcript=transcript,
        event_key=f"transcript:GT{transcript.pk.hex}:{position}" if counts else f"event:{uuid5(NAMESPACE_URL, key)}",
        position=position if counts else None,
        said_at=said_at,
        speaker=(Leg.AGENT if position % 2 else Leg.CUSTOMER).value,
        text=line,
        confidence=round(chance.uniform(0.86, 0.98), 3),
    )
