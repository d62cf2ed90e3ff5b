"""Documents for Twilio: well-formed whatever is said, with addresses that survive the writing."""

from xml.etree import ElementTree as ET  # reads what we wrote ourselves

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.providers import registry
from contactcenter.providers.voice import (
    CallStep,
    HangUp,
    Record,
    RingPhone,
    Say,
    TakeMessage,
    Transcribe,
    VoiceProvider,
    Wait,
)

RETRIES = "#rc=3&rp=all"
URL = "https://cc.example.com/hooks/x?m=0198f0c2&s=2&q=%22a%22"
Tree = tuple[str, dict[str, str], str, list["Tree"]]


def _tree(document: str) -> list[Tree]:
    root = ET.fromstring(document)
    assert (root.tag, root.attrib, root.text) == ("Response", {}, None)
    return [_node(one) for one in root]


def _node(element: ET.Element) -> Tree:
    return element.tag, dict(element.attrib), element.text or "", [_node(one) for one in element]


RECORDING = {
    "recordingStatusCallback": URL + RETRIES,
    "recordingStatusCallbackEvent": "completed absent",
    "recordingStatusCallbackMethod": "POST",
}
STEPS: list[tuple[CallStep, list[Tree]]] = [
    (Say("Hello & <goodbye>", "en-US"), [("Say", {"language": "en-US"}, "Hello & <goodbye>", [])]),
    (Say("Ahoj", "cs-CZ"), [("Say", {"language": "cs-CZ", "voice": "Google.cs-CZ-Standard-A"}, "Ahoj", [])]),
    (Say(" \n", "en-US"), []),
    (
        RingPhone("+420601000002", "+15017122661", 25, URL, URL, "tag"),
        [
            (
                "Dial",
                {
                    "answerOnBridge": "true",
                    "timeout": "25",
                    "callerId": "+15017122661",
                    "action": URL + RETRIES,
                    "method": "POST",
                },
                "",
                [
                    (
                        "Number",
                        {
                            "statusCallback": URL + RETRIES,
                            "statusCallbackEvent": "initiated ringing answered completed",
                            "statusCallbackMethod": "POST",
                        },
                        "+420601000002",
                        [],
                    )
                ],
            )
        ],
    ),
    (
        TakeMessage(120, URL, URL),
        [
            (
                "Record",
                {"action": URL + RETRIES, "method": "POST", "maxLength": "120", "playBeep": "true", **RECORDING},
                "",
                [],
            ),
            ("Hangup", {}, "", []),
        ],
    ),
    (
        Wait("call-17"),
        [("Dial", {}, "", [("Conference", {"beep": "false", "startConferenceOnEnter": "false"}, "call-17", [])])],
    ),
    (HangUp(), [("Hangup", {}, "", [])]),
    (Record(URL), [("Start", {}, "", [("Recording", {"channels": "dual", **RECORDING}, "", [])])]),
    (
        Transcribe("cs-CZ", URL),
        [
            (
                "Start",
                {},
                "",
                [
                    (
                        "Transcription",
                        {
                            "track": "both_tracks",
                            "languageCode": "cs-CZ",
                            "inboundTrackLabel": "customer",
                            "outboundTrackLabel": "agent",
                            "partialResults": "false",
                            "statusCallbackUrl": URL + RETRIES,
                            "statusCallbackMethod": "POST",
                        },
                        "",
                        [],
                    )
                ],
            )
        ],
    ),
]


@pytest.mark.parametrize(("step", "expected"), STEPS, ids=range(len(STEPS)))
def test_a_step_as_twiml(twilio_voice: VoiceProvider, step: CallStep, expected: list[Tree]) -> None:
    assert _tree(twilio_voice.document([step])) == expected


def test_steps_follow_one_another(twilio_voice: VoiceProvider) -> None:
    document = twilio_voice.document([step for step, _ in STEPS])
    assert document.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert _tree(document) == [node for _, nodes in STEPS for node in nodes]


def test_no_steps_are_an_empty_document(twilio_voice: VoiceProvider) -> None:
    assert _tree(twilio_voice.document([])) == []


@pytest.mark.parametrize("text", ["</Say><Dial>+1900</Dial><Say>", "]]>", "<!--", "&#0;", "\"'", "<?xml?>"])
def test_what_is_said_never_becomes_a_verb(twilio_voice: VoiceProvider, text: str) -> None:
    assert _tree(twilio_voice.document([Say(text, "en-US")])) == [("Say", {"language": "en-US"}, text, [])]


def test_characters_that_xml_cannot_hold_become_spaces(twilio_voice: VoiceProvider) -> None:
    assert _tree(twilio_voice.document([Say("a\x00b\x0bc\ud800d\ufffee😀", "en-US")])) == [
        ("Say", {"language": "en-US"}, "a b c d e😀", [])
    ]


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_any_text_makes_a_well_formed_document(said: str, room: str, number: str) -> None:
    ring = RingPhone(number, number, 20, URL + said, URL + said)
    document = registry.voice("TWILIO").document(
        [Say(said, room), Wait(room), ring, Transcribe(room, URL), TakeMessage(1, said, said)]
    )
    tags = [tag for tag, *_ in _tree(document)]
    assert tags[-5:] == ["Dial", "Dial", "Start", "Record", "Hangup"]
