"""Live transcription of Twilio calls (Start/Transcription): pieces in order until the call or they end."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .lines import Line, any_of
from .transcripts import SECONDS_A_PIECE, Piece, conversation
from .twilioparcel import form_parcel
from .twiml import Verb

if TYPE_CHECKING:  # the player knows the verbs
    from .twilioplayer import Player


def start_transcription(player: Player, verb: Verb) -> None:
    """Begin to write down what is said."""
    player.line.transcription_stopped.clear()
    url = player.resolve(verb.get("statusCallbackUrl")) if verb.get("statusCallbackUrl") else ""
    player.line.board.spawn(_transcribe(player.line, verb, url))


async def _transcribe(line: Line, verb: Verb, url: str) -> None:
    sid, language = "GT" + uuid.uuid4().hex, verb.get("languageCode", "en-US")
    track = verb.get("track", "both_tracks")
    sequence = 1

    def tell(event: str, fields: dict[str, str]) -> None:
        nonlocal sequence
        form = _form(line, sid, event, sequence) | fields
        sequence += 1
        if url:
            line.post(form_parcel(line.account, url, form))

    tell("transcription-started", {"LanguageCode": language, "Track": track, "TranscriptionEngine": "google"})
    for piece in conversation(language):
        await any_of(line.over, line.transcription_stopped, timeout=line.board.scaled(SECONDS_A_PIECE))
        if not line.lives or line.transcription_stopped.is_set():
            break
        if track in ("both_tracks", _track(piece)):
            tell("transcription-content", _content(piece, language))
    await any_of(line.over, line.transcription_stopped)
    tell("transcription-stopped", {})


def _track(piece: Piece) -> str:
    # Inbound is what Twilio hears from the phone of this call, whoever called whom.
    return "inbound_track" if piece.by_customer else "outbound_track"


def _content(piece: Piece, language: str) -> dict[str, str]:
    data = {"transcript": piece.text, "confidence": piece.confidence}
    return {
        "LanguageCode": language,
        "Track": _track(piece),
        "Final": "true",
        "TranscriptionData": json.dumps(data, ensure_ascii=False),
    }


def _form(line: Line, sid: str, event: str, sequence: int) -> dict[str, str]:
    return {
        "AccountSid": line.account.account_id,
        "CallSid": line.call.id,
        "TranscriptionSid": sid,
        "TranscriptionEvent": event,
        "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "SequenceId": str(sequence),
    }
