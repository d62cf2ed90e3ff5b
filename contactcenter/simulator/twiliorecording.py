"""Recordings of Twilio calls: the Record verb, recordings of both sides, and the callbacks about them."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .lines import Line, Turn, any_of
from .recordings import Recording
from .twiliobodies import API, rfc2822
from .twilioparcel import form_parcel
from .twiml import Verb

if TYPE_CHECKING:  # the player knows the verbs
    from .twilioplayer import Player

PROCESSING_SECONDS = 0.5
MAX_RECORD_SECONDS = 3600.0
SILENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class RecordingOrder:
    """What to record and whom to tell when; ``source`` and ``track`` are Twilio's words."""

    callback_url: str
    events: frozenset[str]
    source: str
    channels: int = 1
    track: str = "both"

    @classmethod
    def from_verb(cls, player: Player, verb: Verb, *, source: str, channels: int) -> RecordingOrder:
        """Return the order that the attributes of a verb give."""
        url = verb.get("recordingStatusCallback")
        return cls(
            callback_url=player.resolve(url) if url else "",
            events=verb.words("recordingStatusCallbackEvent", "completed"),
            source=source,
            channels=channels,
            track=verb.get("track", "both"),
        )


async def record(player: Player, verb: Verb) -> tuple[str, dict[str, str]] | None:
    """Record what the caller says; return the action URL to ask next and what to tell it.

    It is asked also when the caller hung up (Digits=hangup), and without an action the document is asked again, both
    as in reality; after silence nobody is asked and the next verb follows.
    """
    line = player.line
    line.answer()
    order = RecordingOrder.from_verb(player, verb, source="RecordVerb", channels=1)
    recording = begin(line, order)
    line.turns.put_nowait(Turn.BEEP)
    await any_of(line.over, line.silence, timeout=line.board.scaled(verb.number("maxLength", MAX_RECORD_SECONDS)))
    if line.silence.is_set():
        line.silence.clear()
        await line.wait(verb.number("timeout", SILENCE_SECONDS))
    end(line, order, recording)
    action = player.resolve(verb.get("action", player.url))
    if not action or not line.speaks:
        return None
    result = {
        "RecordingSid": recording.id,
        "RecordingUrl": _url(line, recording),
        "RecordingDuration": str(_seconds(recording)),
    }
    if line.lives:
        return action, result
    await player.ask(action, result | {"Digits": "hangup"})
    return None


def start_recording(player: Player, verb: Verb) -> None:
    """Begin to record both sides from here on (Start/Recording)."""
    player.line.recording_stopped.clear()
    channels = 1 if verb.get("channels") == "mono" else 2
    order = RecordingOrder.from_verb(player, verb, source="StartCallRecordingTwiML", channels=channels)
    player.line.board.spawn(keep_recording(player.line, order, player.line.recording_stopped))


async def keep_recording(line: Line, order: RecordingOrder, stopped: asyncio.Event) -> None:
    """Record until stopped or until the call is over."""
    recording = begin(line, order)
    await any_of(line.over, stopped)
    end(line, order, recording)


def begin(line: Line, order: RecordingOrder) -> Recording:
    """Begin a recording and say so when that is wanted."""
    recording = line.board.recordings.add(
        Recording(
            id="RE" + uuid.uuid4().hex,
            account_id=line.account.account_id,
            channels=order.channels,
            source=order.source,
            started_at=time.time(),
        )
    )
    _tell(line, order, recording, "in-progress")
    return recording


def end(line: Line, order: RecordingOrder, recording: Recording) -> None:
    """End a recording; the callback follows when it is processed, ``absent`` when nobody spoke."""
    recording.ended_at = time.time()
    status = "completed" if line.speaks else "absent"
    line.board.carrier.later(PROCESSING_SECONDS, lambda: _tell(line, order, recording, status))


def _tell(line: Line, order: RecordingOrder, recording: Recording, status: str) -> None:
    if not order.callback_url or status not in order.events:
        return
    absent = status == "absent"
    form = {
        "AccountSid": line.account.account_id,
        "CallSid": line.call.id,
        "RecordingSid": recording.id,
        "RecordingUrl": "" if absent else _url(line, recording),
        "RecordingStatus": status,
        "RecordingChannels": str(recording.channels),
        "RecordingStartTime": rfc2822(recording.started_at),
        "RecordingSource": recording.source,
        "RecordingTrack": order.track,
        "ErrorCode": "0",
    }
    if status != "in-progress":
        form["RecordingDuration"] = "-1" if absent else str(_seconds(recording))
    line.post(form_parcel(line.account, order.callback_url, form))


def _url(line: Line, recording: Recording) -> str:
    return f"{line.board.carrier.own_url}{API}/{recording.account_id}/Recordings/{recording.id}"


def _seconds(recording: Recording) -> int:
    return max(1, round(recording.seconds))
