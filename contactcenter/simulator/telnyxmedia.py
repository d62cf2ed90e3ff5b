"""What is said and kept on Telnyx calls: speech, played files, recordings, live transcription."""

from __future__ import annotations

import time
import uuid
from typing import Any

from .lines import Line, Turn, any_of
from .recordings import Recording, link
from .telnyxbodies import iso
from .telnyxcallvalidation import seconds_of
from .telnyxevents import tell
from .transcripts import SECONDS_A_PIECE, conversation

CHARACTERS_PER_SECOND = 15
PLAYBACK_SECONDS = 3.0
PROCESSING_SECONDS = 0.5
_ENDLESS = 43_200.0


async def make_sound(line: Line, name: str, seconds: float, fields: dict[str, Any]) -> None:
    """Speak or play for so long, one after the other; ``name`` is speak or playback."""
    async with line.voice:
        if not line.lives:
            return
        tell(line, f"call.{name}.started", fields)
        completed = await line.wait(seconds)
        tell(line, f"call.{name}.ended", fields | {"status": "completed" if completed else "call_hangup"})


def speech_seconds(text: str) -> float:
    """Return how long a sentence takes."""
    return max(1.0, len(text) / CHARACTERS_PER_SECOND)


def begin_media(line: Line, data: dict[str, Any]) -> None:
    """Begin the recording and transcription that a dial, answer or transfer asks for."""
    if data.get("record") == "record-from-answer":
        order = {"channels": data.get("record_channels") or "dual", "max_length": data.get("record_max_length")}
        line.board.spawn(keep_recording(line, order))
    if data.get("transcription") is True:
        line.board.spawn(transcribe(line, data.get("transcription_config") or {}))


async def keep_recording(line: Line, data: dict[str, Any]) -> None:
    """Record until the call is over, the recording is stopped or it is full; then it is saved."""
    dual = data.get("channels") == "dual"
    recording = Recording(
        id=str(uuid.uuid4()),
        account_id=line.account.account_id,
        channels=2 if dual else 1,
        started_at=time.time(),
    )
    line.recording_stopped.clear()
    if not line.is_bridged:
        line.turns.put_nowait(Turn.BEEP)
    # 0 means without a limit, at Telnyx.
    most = seconds_of(data, "max_length", 0) or _ENDLESS
    await any_of(line.over, line.recording_stopped, line.silence, timeout=line.board.scaled(most))
    if line.silence.is_set():
        line.silence.clear()
        await line.wait(seconds_of(data, "timeout_secs", 0) or 5.0)
    recording.ended_at = time.time()
    line.board.recordings.add(recording)
    line.board.carrier.later(PROCESSING_SECONDS, lambda: _saved(line, recording, data))


def _saved(line: Line, recording: Recording, data: dict[str, Any]) -> None:
    urls = {name: link(line.board.carrier.own_url, recording, name) for name in ("mp3", "wav")}
    fields = {
        "channels": "dual" if recording.channels == 2 else "single",
        "public_recording_urls": {},
        "recording_ended_at": iso(recording.ended_at),
        "recording_started_at": iso(recording.started_at),
        "recording_urls": urls,
    }
    tell(line, "call.recording.saved", fields, without="call_control_id")
    if data.get("transcription") is True:
        pieces = conversation(str(data.get("transcription_language") or "en-US"))
        text = {
            "calling_party_type": "pstn",
            "recording_id": recording.id,
            "recording_transcription_id": str(uuid.uuid4()),
            "status": "completed",
            "transcription_text": " ".join(piece.text for piece in pieces if piece.by_customer),
        }
        line.board.carrier.later(
            PROCESSING_SECONDS, lambda: tell(line, "call.recording.transcription.saved", text)
        )  # fmt: skip


async def transcribe(line: Line, data: dict[str, Any]) -> None:
    """Write down what is said until everything is said or the call or the transcription ends."""
    line.transcription_stopped.clear()
    config = data.get("transcription_engine_config")
    language = str((config.get("language") if isinstance(config, dict) else "") or data.get("language") or "en")
    tracks = str(data.get("transcription_tracks") or "inbound")
    for piece in conversation(language):
        await any_of(line.over, line.transcription_stopped, timeout=line.board.scaled(SECONDS_A_PIECE))
        if not line.lives or line.transcription_stopped.is_set():
            return
        # Inbound is what Telnyx hears from the phone of this leg, whoever called whom.
        track = "inbound" if piece.by_customer else "outbound"
        said = {"confidence": piece.confidence, "is_final": True, "transcript": piece.text}
        if data.get("transcription_engine") == "B":  # the only one that says whose words they are
            said["transcription_track"] = track
        if tracks in ("both", track):
            tell(line, "call.transcription", {"transcription_data": said})
