"""Steps of a call as TwiML, the document with which Twilio's webhooks are answered.

Source: Twilio's pages about the TwiML verbs. The SDK's builder loads in 40 ms and without the REST client.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from contactcenter.providers.twilio.account import CALLBACK_RETRIES
from contactcenter.providers.voice import (
    CallStep,
    HangUp,
    Leg,
    Record,
    RingPhone,
    Say,
    TakeMessage,
    Transcribe,
    Wait,
)

if TYPE_CHECKING:
    from twilio.twiml.voice_response import VoiceResponse

# XML 1.0 has no way to write other characters; one of them would make the whole document unreadable (12100).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LEG_EVENTS = "initiated ringing answered completed"
_RECORDING_EVENTS = "completed absent"
_LONGEST_RINGING = 600
# The voice that Twilio takes by itself knows no Czech, and refuses the whole document.
_VOICES = {"cs-CZ": "Google.cs-CZ-Standard-A"}


def document(steps: Sequence[CallStep]) -> str:
    """The TwiML that plays the steps one after the other."""
    # Web processes answer webhooks; they load the builder with the first document.
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    for step in steps:
        _WRITERS[type(step)](response, step)
    return str(response.to_xml())


def callback(url: str) -> str | None:
    """An address for Twilio to call, to be repeated when it fails; None drops the attribute.

    The overrides work per address, in TwiML as well. Source: Twilio's page "Connection overrides".
    """
    return _plain(url) + CALLBACK_RETRIES if url else None


def ringing_seconds(seconds: int) -> int:
    """What Twilio takes as a time to ring."""
    return max(1, min(seconds, _LONGEST_RINGING))


def _plain(text: str) -> str:
    return _UNWRITABLE.sub(" ", text)


def _say(response: "VoiceResponse", step: Say) -> None:
    text = _plain(step.text).strip()
    if text:  # Twilio calls an empty <Say> an error
        response.say(text, language=_plain(step.language) or None, voice=_VOICES.get(step.language))


def _ring(response: "VoiceResponse", step: RingPhone) -> None:
    dial = response.dial(
        # The caller hears ringing, and is not "answered" (and billed) before a person is.
        answer_on_bridge=True,
        timeout=ringing_seconds(step.seconds),
        caller_id=_plain(step.caller_id) or None,
        action=callback(step.result_url),
        method="POST",
    )
    dial.number(
        _plain(step.number),
        status_callback=callback(step.status_url),
        status_callback_event=_LEG_EVENTS,
        status_callback_method="POST",
    )


def _take_message(response: "VoiceResponse", step: TakeMessage) -> None:
    response.record(
        max_length=step.most_seconds,
        play_beep=True,
        action=callback(step.result_url),
        method="POST",
        **_recording_callback(step.recording_url),
    )
    # Reached only when nothing was said; otherwise the action decides.
    response.hangup()


def _wait(response: "VoiceResponse", step: Wait) -> None:
    # Twilio plays music in a conference that has not started; two who wait must not start it.
    response.dial().conference(_plain(step.room), beep="false", start_conference_on_enter=False)


def _hang_up(response: "VoiceResponse", _step: HangUp) -> None:
    response.hangup()


def _record(response: "VoiceResponse", step: Record) -> None:
    response.start().recording(channels="dual", **_recording_callback(step.recording_url))


def _transcribe(response: "VoiceResponse", step: Transcribe) -> None:
    response.start().transcription(
        track="both_tracks",
        language_code=_plain(step.language) or None,
        inbound_track_label=Leg.CUSTOMER.value,
        outbound_track_label=Leg.AGENT.value,
        partial_results=False,
        status_callback_url=callback(step.status_url),
        status_callback_method="POST",
    )


def _recording_callback(url: str) -> dict[str, Any]:
    return {
        "recording_status_callback": callback(url),
        "recording_status_callback_event": _RECORDING_EVENTS,
        "recording_status_callback_method": "POST",
    }


_WRITERS: Mapping[type, Callable[["VoiceResponse", Any], None]] = {
    Say: _say,
    RingPhone: _ring,
    TakeMessage: _take_message,
    Wait: _wait,
    HangUp: _hang_up,
    Record: _record,
    Transcribe: _transcribe,
}
