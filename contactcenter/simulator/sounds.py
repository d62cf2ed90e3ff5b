"""Recordings as sound: valid MP3 and WAV files of silence, made when asked for, never stored."""

from __future__ import annotations

import io
import math
import wave

MP3, WAV = "audio/mpeg", "audio/wav"

# MPEG-2 Layer III, 8 kbit/s, 16 kHz, original: frames of 36 bytes and 36 ms. All-zero side information means silence.
_MP3_HEADER = {1: b"\xff\xf3\x18\xc4", 2: b"\xff\xf3\x18\x04"}
_FRAME_BYTES, _FRAME_MILLISECONDS = 36, 36
_WAV_RATE = 8000
_MOST_SECONDS = 600


def mp3(seconds: float, channels: int) -> bytes:
    """Return an MP3 of so many seconds (ten minutes at most) and one or two channels."""
    frames = max(1, math.ceil(min(seconds, _MOST_SECONDS) * 1000 / _FRAME_MILLISECONDS))
    return _MP3_HEADER[channels].ljust(_FRAME_BYTES, b"\0") * frames


def wav(seconds: float, channels: int) -> bytes:
    """Return a WAV (16 bit, 8 kHz) of so many seconds, ten minutes at most."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(_WAV_RATE)
        writer.writeframes(bytes(2 * channels * max(1, int(min(seconds, _MOST_SECONDS) * _WAV_RATE))))
    return file.getvalue()
