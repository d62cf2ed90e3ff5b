"""What goes onto the wire for a dial and for a command is exactly what was stored."""

import json
from base64 import b64decode
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from contactcenter.providers import registry
from contactcenter.providers.base import Timeouts
from contactcenter.providers.errors import InstructionsTooLong
from contactcenter.providers.voice import (
    CallStep,
    Dialled,
    DialRequest,
    Done,
    HangUp,
    Record,
    RingPhone,
    Say,
    TakeMessage,
    Transcribe,
    VoiceProvider,
    Wait,
)
from tests.providers.conftest import TOKEN, VoiceCarrier
from tests.providers.faults import Server, answering

Serve = Callable[..., Server]
DIAL_ID = "0198f0c2-0000-7000-8000-000000000001"
CALLBACK = f"https://cc.example.com/hooks/calls?m={DIAL_ID}"
RING = RingPhone(
    "+420601000002", "+15017122661", 25, "https://cc.example.com/next?s=2", "https://cc.example.com/leg", "leg-7"
)
ALL_STEPS: tuple[CallStep, ...] = (
    Say("Hello", "en-US"),
    RING,
    TakeMessage(120, "https://cc.example.com/next", "https://cc.example.com/recording"),
    Wait("call-17"),
    HangUp(),
    Record("https://cc.example.com/recording"),
    Transcribe("cs-CZ", "https://cc.example.com/transcript"),
)


def _request(*, seconds: int = 30, steps: tuple[CallStep, ...] = (Say("Žluťoučký & <kůň>", "cs-CZ"),)) -> DialRequest:
    return DialRequest("+420601000001", "+15017122661", DIAL_ID, CALLBACK, seconds, "1684641123236054244", steps)


def test_the_twilio_dial(twilio_voice: VoiceProvider, serve: Serve) -> None:
    carrier = VoiceCarrier(twilio_voice)
    server = serve(answering("201 Created", carrier.dialled_body()))
    stored = json.loads(json.dumps(twilio_voice.dial_request(_request())))
    say = '<Say language="cs-CZ" voice="Google.cs-CZ-Standard-A">Žluťoučký &amp; &lt;kůň&gt;</Say>'
    assert stored == {
        "To": "+420601000001",
        "From": "+15017122661",
        "Twiml": f'<?xml version="1.0" encoding="UTF-8"?><Response>{say}</Response>',
        "StatusCallback": f"{CALLBACK}#rc=3&rp=all",
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "StatusCallbackMethod": "POST",
        "Timeout": 30,
    }

    assert isinstance(twilio_voice.dial(carrier.credentials(server.url), stored, Timeouts(5, 10)), Dialled)

    (received,) = server.requests
    account = carrier.credentials(server.url).account_id
    assert (received.method, received.path) == ("POST", f"/2010-04-01/Accounts/{account}/Calls.json")
    fields = parse_qs(received.body.decode(), keep_blank_values=True, strict_parsing=True)
    assert fields == {name: value if isinstance(value, list) else [str(value)] for name, value in stored.items()}
    kind, _, secret = received.headers["authorization"].partition(" ")
    assert (kind, b64decode(secret).decode()) == ("Basic", f"{account}:{TOKEN}")


def test_the_telnyx_dial(telnyx_voice: VoiceProvider, serve: Serve) -> None:
    carrier = VoiceCarrier(telnyx_voice)
    server = serve(answering("200 OK", carrier.dialled_body()))
    stored = json.loads(json.dumps(telnyx_voice.dial_request(_request())))
    assert stored == {
        "connection_id": "1684641123236054244",
        "to": "+420601000001",
        "from": "+15017122661",
        "command_id": DIAL_ID,
        "client_state": "MDE5OGYwYzItMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAx",
        "webhook_url": CALLBACK,
        "timeout_secs": 30,
    }
    assert b64decode(stored["client_state"]).decode() == DIAL_ID

    assert isinstance(telnyx_voice.dial(carrier.credentials(server.url), stored, Timeouts(5, 10)), Dialled)

    (received,) = server.requests
    assert (received.method, received.path) == ("POST", "/v2/calls")
    assert json.loads(received.body) == stored
    assert received.headers["authorization"] == "Bearer KEYtest"


def test_telnyx_records_and_transcribes_from_the_answer_on(telnyx_voice: VoiceProvider, serve: Serve) -> None:
    carrier = VoiceCarrier(telnyx_voice)
    server = serve(answering("200 OK", carrier.dialled_body()))
    wire = telnyx_voice.dial_request(_request(steps=ALL_STEPS))
    plain = telnyx_voice.dial_request(_request(steps=()))
    assert {name: value for name, value in wire.items() if name not in plain} == {
        "record": "record-from-answer",
        "record_channels": "dual",
        "record_format": "mp3",
        "transcription": True,
        "transcription_config": {
            "transcription_engine": "Telnyx",
            "transcription_engine_config": {"transcription_engine": "Telnyx", "language": "cs"},
            "transcription_tracks": "both",
        },
    }
    assert isinstance(telnyx_voice.dial(carrier.credentials(server.url), wire, Timeouts(5, 10)), Dialled)
    assert json.loads(server.requests[0].body) == wire


@pytest.mark.parametrize(
    ("seconds", "twilio", "telnyx"), [(-1, 1, 5), (0, 1, 5), (5, 5, 5), (600, 600, 600), (9999, 600, 600)]
)
def test_ringing_stays_within_what_the_provider_takes(seconds: int, twilio: int, telnyx: int) -> None:
    assert registry.voice("TWILIO").dial_request(_request(seconds=seconds))["Timeout"] == twilio
    assert registry.voice("TELNYX").dial_request(_request(seconds=seconds))["timeout_secs"] == telnyx


def test_the_same_dial_is_written_the_same(voice_carrier: VoiceCarrier) -> None:
    first, second = (json.dumps(voice_carrier.adapter.dial_request(_request(steps=ALL_STEPS))) for _ in range(2))
    assert first == second


def test_instructions_that_do_not_fit_are_named(twilio_voice: VoiceProvider, telnyx_voice: VoiceProvider) -> None:
    # 4000 characters of TwiML, of which each ampersand takes five; 3000 of speech.
    assert len(twilio_voice.dial_request(_request(steps=(Say("a" * 3800, "en-US"),)))["Twiml"]) <= 4000
    for text in ("a" * 4000, "&" * 800):
        with pytest.raises(InstructionsTooLong):
            twilio_voice.dial_request(_request(steps=(Say(text, "en-US"),)))
    assert telnyx_voice.commands(Say("a" * 3000, "en-US")) != []
    with pytest.raises(InstructionsTooLong):
        telnyx_voice.commands(Say("a" * 3001, "en-US"))


def test_the_twilio_hang_up(twilio_voice: VoiceProvider, serve: Serve) -> None:
    carrier = VoiceCarrier(twilio_voice)
    server = serve(answering("200 OK", carrier.commanded_body()))

    assert carrier.hang_up(server.url) == Done()

    (received,) = server.requests
    account = carrier.credentials(server.url).account_id
    assert (received.method, received.path) == (
        "POST",
        f"/2010-04-01/Accounts/{account}/Calls/{carrier.call_id}.json",
    )
    assert parse_qs(received.body.decode()) == {"Status": ["completed"]}


def test_twilio_has_no_commands_but_the_hang_up(twilio_voice: VoiceProvider) -> None:
    assert [twilio_voice.commands(step) for step in ALL_STEPS] == [[]] * 7
    assert (twilio_voice.answer_request(), twilio_voice.answers_with_document) == (None, True)


COMMANDS: list[tuple[CallStep, list[dict[str, object]]]] = [
    (
        Say(" Hello ", "en-US"),
        [{"action": "speak", "payload": "Hello", "payload_type": "text", "voice": "Azure.en-US-JennyNeural"}],
    ),
    (
        Say("Dobrý <b>den</b> & nashle", "cs-CZ"),
        [
            {
                "action": "speak",
                "payload": "Dobrý <b>den</b> & nashle",
                "payload_type": "text",
                "voice": "Azure.cs-CZ-VlastaNeural",
            }
        ],
    ),
    (
        Say("Cześć", "pl-PL"),
        [{"action": "speak", "payload": "Cześć", "payload_type": "text", "voice": "female", "language": "pl-PL"}],
    ),
    (Say("  ", "en-US"), []),
    (
        RING,
        [
            {
                "action": "transfer",
                "to": "+420601000002",
                "from": "+15017122661",
                "timeout_secs": 25,
                "target_leg_client_state": "bGVnLTc=",
                "webhook_url": "https://cc.example.com/leg",
            }
        ],
    ),
    (
        TakeMessage(120, "", ""),
        [{"action": "record_start", "format": "mp3", "channels": "single", "play_beep": True, "max_length": 120}],
    ),
    (
        TakeMessage(99_999, "", ""),
        [{"action": "record_start", "format": "mp3", "channels": "single", "play_beep": True, "max_length": 14_400}],
    ),
    (Wait("call-17"), [{"action": "enqueue", "queue_name": "call-17"}]),
    (HangUp(), [{"action": "hangup"}]),
    (Record(""), [{"action": "record_start", "format": "mp3", "channels": "dual"}]),
    (
        Transcribe("es-ES", ""),
        [
            {
                "action": "transcription_start",
                "transcription_engine": "Telnyx",
                "transcription_engine_config": {"transcription_engine": "Telnyx", "language": "es"},
                "transcription_tracks": "both",
            }
        ],
    ),
]


@pytest.mark.parametrize(("step", "expected"), COMMANDS, ids=range(len(COMMANDS)))
def test_the_telnyx_commands(
    telnyx_voice: VoiceProvider, serve: Serve, step: CallStep, expected: list[dict[str, object]]
) -> None:
    carrier = VoiceCarrier(telnyx_voice)
    server = serve(answering("200 OK", carrier.commanded_body()))
    stored = json.loads(json.dumps(telnyx_voice.commands(step)))
    assert stored == expected

    for wire in stored:
        outcome = telnyx_voice.command(
            carrier.credentials(server.url), carrier.call_id, wire, "command-1", Timeouts(5, 10)
        )
        assert outcome == Done()

    paths = [received.path for received in server.requests]
    assert paths == [f"/v2/calls/{carrier.call_id}/actions/{wire['action']}" for wire in stored]
    bodies = [json.loads(received.body) for received in server.requests]
    assert bodies == [
        {"command_id": "command-1"} | {name: value for name, value in wire.items() if name != "action"}
        for wire in stored
    ]


def test_telnyx_answers_and_hangs_up_by_command(telnyx_voice: VoiceProvider, serve: Serve) -> None:
    carrier = VoiceCarrier(telnyx_voice)
    server = serve(answering("200 OK", carrier.commanded_body()))
    answer = telnyx_voice.answer_request()
    assert (answer, telnyx_voice.hang_up_request()) == ({"action": "answer"}, {"action": "hangup"})
    assert answer is not None
    assert (
        telnyx_voice.command(carrier.credentials(server.url), carrier.call_id, answer, "command-1", Timeouts(5, 10))
        == Done()
    )
    assert server.requests[0].path.endswith("/actions/answer")
    assert (telnyx_voice.document(ALL_STEPS), telnyx_voice.answers_with_document) == ("", False)


def test_reprs_hide_numbers() -> None:
    shown = repr(_request()) + repr(RING)
    for hidden in ("601000001", "601000002", "5017122661"):
        assert hidden not in shown
