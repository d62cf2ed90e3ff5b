"""Whatever a webhook about a call contains, reading it ends in an event or in MalformedWebhook."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.providers import registry
from contactcenter.providers.base import RawWebhook
from contactcenter.providers.errors import MalformedWebhook
from tests.providers.conftest import FORM, SAMPLES, URL

EVENTS = sorted(path.stem for path in Path(SAMPLES, "telnyx").glob("c*.*.json"))

_FIELDS = st.sampled_from(
    [
        *("CallSid", "CallStatus", "Direction", "From", "To", "SequenceNumber", "CallbackSource", "ParentCallSid"),
        *("DialCallStatus", "DialCallSid", "RecordingStatus", "RecordingSid", "RecordingUrl", "RecordingDuration"),
        *("TranscriptionEvent", "TranscriptionSid", "TranscriptionData", "SequenceId", "ConferenceSid", "Timestamp"),
        *("StatusCallbackEvent", "QueueSid", "CallDuration", "AccountSid", "ErrorCode", "DialBridged"),
    ]
)
_STRINGS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["inbound", "ringing", "completed", "failed", "transcription-content", "participant-hold", "-1"]),
    st.dictionaries(st.sampled_from(["transcript", "confidence"]), st.floats() | st.text(max_size=4)).map(json.dumps),
)


@given(st.dictionaries(_FIELDS, _STRINGS, max_size=10))
def test_no_form_breaks_the_twilio_reader(fields: dict[str, str]) -> None:
    adapter, webhook = registry.voice("TWILIO"), RawWebhook(URL, urlencode(fields).encode(), {}, FORM)
    adapter.identify(webhook)
    try:
        key = adapter.parse(webhook).dedupe_key
    except MalformedWebhook:
        return
    assert key == adapter.parse(webhook).dedupe_key
    assert key.partition(":")[2]


_OBJECTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("incoming"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    [
        *("call_control_id", "call_leg_id", "client_state", "from", "to", "direction", "hangup_cause", "connection_id"),
        *("recording_urls", "public_recording_urls", "recording_started_at", "recording_ended_at", "channels"),
        *("transcription_data", "total_cost", "cost_parts", "billed_duration_secs", "occurred_at"),
    ]
)
_TYPES = st.sampled_from([*EVENTS, "call.recording.error", "call.playback.ended", "x"])


@given(_TYPES, st.dictionaries(_NAMES, _OBJECTS))
def test_no_payload_breaks_the_telnyx_reader(event_type: str, payload: dict[str, Any]) -> None:
    adapter = registry.voice("TELNYX")
    data = {"event_type": event_type, "id": "e1", "occurred_at": payload.get("to"), "payload": payload}
    webhook = RawWebhook(URL, json.dumps({"data": data}).encode(), {}, "application/json")
    adapter.identify(webhook)
    try:
        adapter.parse(webhook)
    except MalformedWebhook:
        return


@given(st.binary(max_size=200))
def test_no_bytes_break_either_reader(body: bytes) -> None:
    for name, content_type in (("TWILIO", FORM), ("TELNYX", "application/json")):
        adapter = registry.voice(name)
        webhook = RawWebhook(URL, body, {}, content_type)
        adapter.identify(webhook)
        try:
            adapter.parse(webhook)
        except MalformedWebhook:
            continue
