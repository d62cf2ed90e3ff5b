"""The control endpoints about calls: scripts, the ground truth, callers, parties who hang up."""

from __future__ import annotations

import io
import json
import wave
from typing import Any

import pytest

from contactcenter.simulator import sounds, transcripts

from .calling import TELNYX, TWILIO, has_ended, place, telnyx_call, truth, twilio_call
from .conftest import Receiver, Stack

CUSTOMER = "+12025550150"


def script(stack: Stack, outcome: Any, **order: Any) -> None:
    stack.control("script", {"kind": "call", "outcome": outcome} | order)


def test_the_ground_truth_can_be_narrowed(stack: Stack) -> None:
    script(stack, {"talk": None})
    twilio_call(stack, CUSTOMER)
    twilio_call(stack, "+12025550151", StatusCallback=f"{stack.receiver.url}/calls?a=attempt-2")
    telnyx_call(stack, "+420601239999", command_id="d-1")
    rows = truth(stack)
    assert [(row["provider"], row["account"], row["attempt"], row["command_id"]) for row in rows] == [
        ("TWILIO", TWILIO.account_id, "attempt-1", ""),
        ("TWILIO", TWILIO.account_id, "attempt-2", ""),
        ("TELNYX", TELNYX.account_id, "attempt-1", "d-1"),
    ]
    assert [row["id"] for row in stack.control("calls?attempt=attempt-2")["calls"]] == [rows[1]["id"]]
    assert stack.control(f"calls?after={rows[1]['sequence']}")["total"] == 1
    limited = stack.control("calls?limit=1")
    assert (limited["total"], limited["forgotten"], len(limited["calls"])) == (3, 0, 1)
    assert stack.control("calls?direction=inbound")["total"] == 0
    assert stack.control(f"calls?since={rows[2]['accepted_at'] + 1}")["total"] == 0


def test_scripts_of_calls_and_of_texts_do_not_mix(stack: Stack) -> None:
    stack.control("script", {"outcome": {"refuse": {"http_status": 400, "code": 30001}}})
    script(stack, {"refuse": {"http_status": 422, "code": 13227, "message": "No"}})
    assert stack.twilio(CUSTOMER)[1]["code"] == 30001
    assert twilio_call(stack, CUSTOMER)[1] == {
        "code": 13227, "message": "No", "more_info": "https://www.twilio.com/docs/errors/13227", "status": 422,
    }  # fmt: skip


def test_a_script_may_end_after_so_many_times(stack: Stack) -> None:
    script(stack, {"server_error": {"accepted": False}}, times=2, suffix="0150")
    assert [twilio_call(stack, CUSTOMER)[0] for _ in range(3)] == [500, 500, 201]


@pytest.mark.parametrize(
    ("result", "status"),
    [
        ("busy", "busy"),
        ("no-answer", "no-answer"),
        ("failed", "failed"),
        ("rejected", "busy"),
        ("answered", "completed"),
    ],
)
def test_the_result_can_be_scripted(stack: Stack, receiver: Receiver, result: str, status: str) -> None:
    script(stack, {"result": result, "before_ringing": 0.1, "ring": 0.1, "talk": 0.5})
    twilio_call(stack, CUSTOMER, Timeout="1")
    receiver.wait_for(has_ended)
    assert truth(stack)[0]["status"] == status


def test_a_phone_that_rings_longer_than_we_wait_is_not_answered(stack: Stack, receiver: Receiver) -> None:
    script(stack, {"ring": 5})
    twilio_call(stack, CUSTOMER, Timeout="2")
    receiver.wait_for(has_ended)
    assert truth(stack)[0]["status"] == "no-answer"


def test_delivery_can_be_scripted(stack: Stack, receiver: Receiver) -> None:
    script(stack, {"duplicate": [2, 2], "late": 1, "shuffle": True, "talk": 0.5})
    twilio_call(stack, CUSTOMER)
    receiver.wait_for(lambda hits: len(hits) == 8)
    script(stack, {"drop": True, "talk": 0.5})
    twilio_call(stack, "+12025550151")
    stack.settle(lambda: truth(stack, "+12025550151")[0]["status"] == "completed")
    assert len(receiver.hits) == 8


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "fax", "outcome": {}},
        {"kind": "call", "outcome": {"callbacks": []}},
        {"kind": "call", "outcome": {"result": "maybe"}},
        {"kind": "call", "outcome": {"talk": "long"}},
        {"kind": "call", "outcome": {"duplicate": [3, 1]}},
        {"kind": "call", "outcome": {"cut": True, "hang": True}},
    ],
)
def test_a_script_that_makes_no_sense_is_refused(stack: Stack, order: dict[str, Any]) -> None:
    status, _, body = stack.call("POST", "/_control/script", json.dumps(order).encode())
    assert (status, list(json.loads(body))) == (400, ["error"])


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("call", {"to": TWILIO.numbers[0]}),
        ("call", {"from": CUSTOMER, "to": "+12025559999"}),
        ("call", {"from": CUSTOMER, "to": TWILIO.numbers[0], "script": {"dance": 1}}),
        ("call", {"from": CUSTOMER, "to": TWILIO.numbers[0], "body": "Hello"}),
        ("hangup", {"id": "CA0"}),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(stack: Stack, name: str, order: dict[str, Any]) -> None:
    status, _, body = stack.call("POST", f"/_control/{name}", json.dumps(order).encode())
    assert (status, list(json.loads(body))) == (400, ["error"])
    assert truth(stack) == []


def test_a_customer_can_call_an_organization_by_its_name(stack: Stack) -> None:
    called = stack.control("call", {"account": "borealis", "provider": "telnyx", "from": "+34600123456"})
    assert (called["provider"], called["to"]) == ("TELNYX", "+34900550120")


@pytest.mark.parametrize("provider", ["TWILIO", "TELNYX"])
def test_whoever_is_called_can_hang_up(stack: Stack, receiver: Receiver, provider: str) -> None:
    script(stack, {"talk": None})
    place(stack, provider, CUSTOMER)
    stack.settle(lambda: truth(stack)[0]["answered"])
    assert stack.control("hangup", {"id": truth(stack)[0]["id"]}) == {"status": "completed"}
    receiver.wait_for(has_ended)
    assert truth(stack)[0]["end"] == "they hung up"


def test_whoever_is_called_can_decline(stack: Stack) -> None:
    script(stack, {"ring": 600})
    twilio_call(stack, CUSTOMER)
    stack.settle(lambda: truth(stack)[0]["status"] == "ringing")
    assert stack.control("hangup", {"id": truth(stack)[0]["id"]}) == {"status": "busy"}


def test_quiet_and_reset_end_calls_without_a_word(stack: Stack, receiver: Receiver) -> None:
    script(stack, {"before_ringing": 600})
    twilio_call(stack, CUSTOMER, events=("completed",))
    assert stack.control("quiet", {}) == {"stopped": 1}
    stack.control("reset", {})
    assert (truth(stack), receiver.hits) == ([], [])


def test_stats_count_calls_apart_from_texts(stack: Stack) -> None:
    twilio_call(stack, CUSTOMER)
    twilio_call(stack, "nobody")
    telnyx_call(stack, "+420601239999", command_id="d-1")
    telnyx_call(stack, "+420601239999", command_id="d-1")
    stack.control("call", {"from": CUSTOMER, "to": TELNYX.numbers[0]})
    stats = stack.control("stats")
    names = ("calls", "calls_inbound", "call_requests", "call_accepted", "call_invalid", "call_repeats", "requests")
    assert [stats.get(name, 0) for name in names] == [3, 1, 4, 2, 1, 1, 0]


def test_accounts_show_their_connection(stack: Stack) -> None:
    shown = {
        (one["provider"], one["organization"]): one["connection_id"] for one in stack.control("accounts")["accounts"]
    }
    assert shown["TELNYX", "aurora"] == TELNYX.connection_id
    assert shown["TWILIO", "aurora"] == ""
    order = {"provider": "TELNYX", "account_id": "org-9", "secret": "KEYx", "connection_id": "1234567890123456789"}
    assert stack.control("accounts", order)["connection_id"] == "1234567890123456789"
    derived = stack.control("accounts", {"provider": "TELNYX", "account_id": "org-8", "secret": "KEYy"})
    assert len(derived["connection_id"]) == 19


@pytest.mark.parametrize("channels", [1, 2])
def test_recordings_are_whole_files(channels: int) -> None:
    with wave.open(io.BytesIO(sounds.wav(2, channels))) as file:
        assert (file.getnchannels(), file.getnframes() / file.getframerate()) == (channels, 2.0)
    data = sounds.mp3(3.6, channels)
    frames = [data[start : start + 36] for start in range(0, len(data), 36)]
    assert len(frames) == 100
    # Eleven bits of synchronisation, MPEG-2, Layer III, 8 kbit/s at 16 kHz; the mode tells the channels.
    assert {frame[:3] for frame in frames} == {b"\xff\xf3\x18"}
    assert {frame[3] >> 6 for frame in frames} == {0b11 if channels == 1 else 0b00}


def test_conversations_are_in_the_language_asked_for() -> None:
    texts = {language: transcripts.conversation(language)[0].text for language in ("en-US", "cs-CZ", "es", "fi")}
    assert texts["en-US"] == texts["fi"] != texts["cs-CZ"] != texts["es"]
