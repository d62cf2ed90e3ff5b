"""Steps of a call as Call Control commands: {"action": last word of the path, …parameters}.

Source: the OpenAPI document of Telnyx's API v2, paths /calls and /calls/{call_control_id}/actions.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contactcenter.providers.errors import InstructionsTooLong
from contactcenter.providers.text import clean
from contactcenter.providers.voice import (
    CallStep,
    HangUp,
    Record,
    RingPhone,
    Say,
    TakeMessage,
    Transcribe,
    Wait,
)

Wire = dict[str, Any]

HANG_UP: Mapping[str, Any] = {"action": "hangup"}
ANSWER: Mapping[str, Any] = {"action": "answer"}
_LONGEST_SPEECH = 3000
_SHORTEST_RINGING, _LONGEST_RINGING = 5, 600
_LONGEST_RECORDING = 14_400
# `language` knows no Czech, so the voice has to bring the language along.
_VOICES = {
    "cs-CZ": "Azure.cs-CZ-VlastaNeural",
    "en-US": "Azure.en-US-JennyNeural",
    "es-ES": "Azure.es-ES-ElviraNeural",
}
_ANY_VOICE = "female"


def commands(step: CallStep) -> list[Wire]:
    """What begins the step of a live call. Raises InstructionsTooLong."""
    return _WRITERS[type(step)](step)


def from_the_answer_on(steps: Sequence[CallStep]) -> Wire:
    """The parameters of a dial that begin recording and transcription with the answer; the rest is commanded then."""
    wire: Wire = {}
    for step in steps:
        if isinstance(step, Record):
            wire |= {"record": "record-from-answer", "record_channels": "dual", "record_format": "mp3"}
        elif isinstance(step, Transcribe):
            wire |= {"transcription": True, "transcription_config": _transcription(step)}
    return wire


def ringing_seconds(seconds: int) -> int:
    """What Telnyx takes as a time to ring."""
    return max(_SHORTEST_RINGING, min(seconds, _LONGEST_RINGING))


def state_of(tag: str) -> str:
    """A tag as `client_state`, which comes back in every webhook about the leg."""
    return b64encode(tag.encode()).decode()


def tag_of(client_state: object) -> str:
    """The tag in a `client_state`; empty when it is not there or not one of ours."""
    try:
        return clean(b64decode(clean(client_state), validate=True).decode())
    except ValueError:
        return ""


def _say(step: Say) -> list[Wire]:
    text = clean(step.text).strip()
    if len(text) > _LONGEST_SPEECH:
        raise InstructionsTooLong(f"Telnyx speaks {_LONGEST_SPEECH} characters at once")
    if not text:
        return []
    voice = _VOICES.get(step.language)
    speech = {"action": "speak", "payload": text, "payload_type": "text"}
    return [speech | ({"voice": voice} if voice else {"voice": _ANY_VOICE, "language": step.language})]


def _ring(step: RingPhone) -> list[Wire]:
    # An unanswered transfer leaves the customer's leg alive, for the next step.
    transfer = {
        "action": "transfer",
        "to": step.number,
        "from": step.caller_id,
        "timeout_secs": ringing_seconds(step.seconds),
        "target_leg_client_state": state_of(step.tag),
        # Whose leg an event is about says the tag: the documentation leaves open which legs this address is for.
        "webhook_url": step.status_url,
    }
    return [{name: value for name, value in transfer.items() if value}]


def _take_message(step: TakeMessage) -> list[Wire]:
    # The hang-up is commanded when call.recording.saved says that the recording has ended.
    seconds = max(1, min(step.most_seconds, _LONGEST_RECORDING))
    recording = {"action": "record_start", "format": "mp3", "channels": "single"}
    return [{**recording, "play_beep": True, "max_length": seconds}]


def _wait(step: Wait) -> list[Wire]:
    # A conference needs a request of its own before a leg can join it; a queue comes into being by this one, and
    # whoever takes the caller bridges to it by its name. Telnyx has no music of its own to play meanwhile.
    return [{"action": "enqueue", "queue_name": clean(step.room)}]


def _hang_up(_step: HangUp) -> list[Wire]:
    return [dict(HANG_UP)]


def _record(_step: Record) -> list[Wire]:
    return [{"action": "record_start", "format": "mp3", "channels": "dual"}]


def _transcribe(step: Transcribe) -> list[Wire]:
    return [{"action": "transcription_start", **_transcription(step)}]


def _transcription(step: Transcribe) -> Wire:
    # Only Telnyx's own engine tells the two sides apart. It names languages without a region.
    language = step.language.partition("-")[0].lower()
    return {
        "transcription_engine": "Telnyx",
        "transcription_engine_config": {"transcription_engine": "Telnyx", "language": language},
        "transcription_tracks": "both",
    }


_WRITERS: Mapping[type, Callable[[Any], list[Wire]]] = {
    Say: _say,
    RingPhone: _ring,
    TakeMessage: _take_message,
    Wait: _wait,
    HangUp: _hang_up,
    Record: _record,
    Transcribe: _transcribe,
}
