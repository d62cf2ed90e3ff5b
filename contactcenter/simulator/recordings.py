"""The recordings of calls, the oldest forgotten first, and the links that Telnyx gives to them."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass

from . import sounds
from .http import Response, json_response

LINK_SECONDS = 600
_REMEMBERED = 20_000


@dataclass(slots=True)
class Recording:
    """One recording. ``id`` is Twilio's RecordingSid or Telnyx's recording_id. Times in seconds."""

    id: str
    account_id: str
    channels: int = 1
    source: str = ""
    started_at: float = 0.0
    ended_at: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it really took."""
        return max(self.ended_at - self.started_at, 0.0)


class Recordings:
    """The recordings by id."""

    def __init__(self) -> None:
        self._recordings: OrderedDict[str, Recording] = OrderedDict()

    def reset(self) -> None:
        """Forget all."""
        self._recordings.clear()

    def add(self, recording: Recording) -> Recording:
        """Keep a recording."""
        self._recordings[recording.id] = recording
        if len(self._recordings) > _REMEMBERED:
            self._recordings.popitem(last=False)
        return recording

    def get(self, recording_id: str) -> Recording | None:
        """Return a recording, or None."""
        return self._recordings.get(recording_id)

    def by_link(self, name: str, query: dict[str, list[str]], now: float) -> Response:
        """Answer a link that needs no credentials but expires (Telnyx): 403 when it is altered or too old."""
        recording_id, _, extension = name.rpartition(".")
        recording = self.get(recording_id)
        if recording is None or extension not in ("mp3", "wav"):
            return json_response({"error": "not found"}, 404)
        expires, signature = query.get("X-Expires", [""])[0], query.get("X-Signature", [""])[0]
        if signature != _signature(name, expires) or now > float(expires):
            return json_response({"error": "the link has expired"}, 403)
        return sound(recording, extension)


def sound(recording: Recording, extension: str) -> Response:
    """Return a recording as a file; without an extension as WAV, as Twilio does."""
    if extension == "mp3":
        return Response(200, sounds.mp3(recording.seconds, recording.channels), sounds.MP3.encode())
    return Response(200, sounds.wav(recording.seconds, recording.channels), sounds.WAV.encode())


def link(own_url: str, recording: Recording, extension: str) -> str:
    """Return a link that is good for ten minutes."""
    name, expires = f"{recording.id}.{extension}", str(int(time.time()) + LINK_SECONDS)
    return f"{own_url}/_recording/{name}?X-Expires={expires}&X-Signature={_signature(name, expires)}"


def _signature(name: str, expires: str) -> str:
    return hashlib.sha256(f"a link of the simulator: {name} {expires}".encode()).hexdigest()[:32]
