"""Every row of the table of call endings, at both providers: what is answered, what began, what is reported."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any
from urllib.error import URLError

import pytest

from contactcenter.simulator.callendings import CALL_ENDINGS
from contactcenter.simulator.scripts import is_taken

from .calling import (
    command,
    event_types,
    has_ended,
    number,
    of_calls,
    place,
    telnyx_call,
    truth,
    twilio_call,
    twilio_post,
)
from .conftest import SPEED, Receiver, Stack

BOTH = pytest.mark.parametrize("provider", ["TWILIO", "TELNYX"])
CUT = (URLError, ConnectionResetError, http.client.RemoteDisconnected)


def code_of(provider: str, body: dict[str, Any]) -> str:
    return str(body["code"]) if provider == "TWILIO" else str(body["errors"][0]["code"])


@BOTH
def test_a_usual_call_rings_is_answered_and_ends_with_the_customer(
    stack: Stack, receiver: Receiver, provider: str
) -> None:
    status, _ = place(stack, provider, number(provider, "0150"))
    hits = receiver.wait_for(has_ended)
    (row,) = truth(stack)
    assert status == (201 if provider == "TWILIO" else 200)
    assert (row["status"], row["end"], row["attempt"], row["received"], row["direction"]) == (
        "completed", "they hung up", "attempt-1", 1, "outbound",
    )  # fmt: skip
    assert row["accepted_at"] <= row["started_at"] < row["answered_at"] < row["ended_at"]
    assert {hit.path for hit in hits} == {"/calls?a=attempt-1"}


@pytest.mark.parametrize(
    ("provider", "ending", "status", "code"),
    [
        ("TWILIO", "0001", 400, "21211"),
        ("TELNYX", "0001", 422, "10016"),
        ("TWILIO", "0006", 500, "20500"),
        ("TELNYX", "0006", 500, "10007"),
    ],
)
def test_a_refused_call_never_begins(stack: Stack, provider: str, ending: str, status: int, code: str) -> None:
    answered, body = place(stack, provider, number(provider, ending))
    assert (answered, code_of(provider, body)) == (status, code)
    assert truth(stack) == []
    stats = stack.control("stats")
    assert (stats["call_requests"], stats["call_not_accepted"], stats["calls"], stats["requests"]) == (1, 1, 0, 0)


@BOTH
def test_too_fast_is_said_twice_for_each_number(stack: Stack, provider: str) -> None:
    answers = [place(stack, provider, number(provider, "0004"))[0] for _ in range(4)]
    assert answers == [429, 429, 201 if provider == "TWILIO" else 200, 429]
    assert len(truth(stack)) == 1


@BOTH
@pytest.mark.parametrize("ending", ["0005", "0008", "0019", "0020"])
def test_a_broken_answer_hides_that_the_call_began(
    stack: Stack, receiver: Receiver, provider: str, ending: str
) -> None:
    try:
        assert (ending, place(stack, provider, number(provider, ending))[0]) == ("0005", 500)
    except json.JSONDecodeError:
        assert ending == "0020"
    except http.client.IncompleteRead:
        assert ending == "0019"
    except CUT:
        assert ending == "0008"
    receiver.wait_for(has_ended)
    assert [(row["received"], row["status"]) for row in truth(stack)] == [(1, "completed")]


@BOTH
def test_a_cut_before_accepting_begins_nothing(stack: Stack, provider: str) -> None:
    with pytest.raises(CUT):
        place(stack, provider, number(provider, "0009"))
    assert truth(stack) == []


@BOTH
def test_a_hanging_request_began_a_call(
    stack: Stack, receiver: Receiver, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.simulator.conftest.PATIENCE_SECONDS", 0.3)
    with pytest.raises((TimeoutError, URLError)):
        place(stack, provider, number(provider, "0007"))
    monkeypatch.undo()
    receiver.wait_for(has_ended)
    assert len(truth(stack)) == 1


@pytest.mark.parametrize(
    ("ending", "status", "cause", "source", "rang"),
    [
        ("0031", "busy", "user_busy", "callee", True),
        ("0032", "no-answer", "timeout", "unknown", True),
        ("0033", "failed", "not_found", "unknown", False),
        ("0038", "busy", "call_rejected", "callee", True),
    ],
)
@BOTH
def test_a_call_that_nobody_answers_says_why(
    stack: Stack, receiver: Receiver, provider: str, ending: str, status: str, cause: str, source: str, rang: bool
) -> None:
    place(stack, provider, number(provider, ending))
    hits = receiver.wait_for(has_ended)
    (row,) = truth(stack)
    assert (row["status"], row["answered"]) == (status, False)
    if provider == "TWILIO":
        reported = [hit.form["CallStatus"] for hit in of_calls(hits)]
        assert reported == ["initiated", *(["ringing"] if rang else []), status]
        assert of_calls(hits)[-1].form["CallDuration"] == "0"
    else:
        assert event_types(hits) == ["call.initiated", "call.hangup"]
        ended = next(hit.payload for hit in hits if hit.event_type == "call.hangup")
        assert (ended["hangup_cause"], ended["hangup_source"]) == (cause, source)


@BOTH
def test_a_customer_may_answer_and_hang_up_at_once(stack: Stack, receiver: Receiver, provider: str) -> None:
    place(stack, provider, number(provider, "0034"))
    receiver.wait_for(has_ended)
    (row,) = truth(stack)
    assert (row["status"], row["end"]) == ("completed", "they hung up")
    # Both at the same moment, on two connections: the end may come first.
    if provider == "TWILIO":  # The numbers tell their order.
        reports = of_calls(receiver.wait_for(lambda hits: len(of_calls(hits)) == 4))
        in_order = sorted(reports, key=lambda hit: int(hit.form["SequenceNumber"]))
        assert [hit.form["CallStatus"] for hit in in_order][-2:] == ["in-progress", "completed"]
    else:
        hits = receiver.wait_for(lambda hits: len(event_types(hits)) == 3)
        assert sorted(event_types(hits)) == ["call.answered", "call.hangup", "call.initiated"]


@BOTH
def test_a_customer_may_talk_until_we_hang_up(stack: Stack, receiver: Receiver, provider: str) -> None:
    _, body = place(stack, provider, number(provider, "0035"))
    stack.settle(lambda: truth(stack)[0]["answered"])
    if provider == "TWILIO":
        assert twilio_post(stack, f"Calls/{body['sid']}.json", "Status=completed")[1]["status"] == "completed"
    else:
        assert command(stack, body["data"]["call_control_id"], "hangup") == (200, "ok")
    hits = receiver.wait_for(has_ended)
    assert [(row["status"], row["end"]) for row in truth(stack)] == [("completed", "we hung up")]
    if provider == "TELNYX":
        ended = next(hit.payload for hit in hits if hit.event_type == "call.hangup")
        assert (ended["hangup_cause"], ended["hangup_source"]) == ("normal_clearing", "caller")


def arrival(provider: str, receiver: Receiver) -> list[str]:
    if provider == "TWILIO":
        return [hit.form["CallStatus"] for hit in receiver.hits]
    return [hit.event_type for hit in receiver.hits]


IN_ORDER = {
    "TWILIO": ["initiated", "ringing", "in-progress", "completed"],
    "TELNYX": ["call.initiated", "call.answered", "call.hangup", "call.cost"],
}


@BOTH
def test_events_may_come_backwards_and_the_last_before_the_answer(
    stack: Stack, receiver: Receiver, provider: str
) -> None:
    _, body = place(stack, provider, number(provider, "0013"))
    assert arrival(provider, receiver)[0] == IN_ORDER[provider][-1 if provider == "TWILIO" else -2]
    if provider == "TWILIO":
        assert body["status"] == "queued"
    receiver.wait_for(lambda hits: len(hits) == 4)
    assert sorted(arrival(provider, receiver)) == sorted(IN_ORDER[provider])
    first = arrival(provider, receiver)
    assert first.index(IN_ORDER[provider][1]) < first.index(IN_ORDER[provider][0])


@BOTH
def test_every_event_may_come_three_times(stack: Stack, receiver: Receiver, provider: str) -> None:
    place(stack, provider, number(provider, "0014"))
    receiver.wait_for(lambda hits: len(hits) == 12)
    assert sorted(arrival(provider, receiver)) == sorted(IN_ORDER[provider] * 3)
    if provider == "TELNYX":
        assert len({hit.json["data"]["id"] for hit in receiver.hits}) == 4


@BOTH
def test_without_events_the_call_ends_all_the_same(stack: Stack, receiver: Receiver, provider: str) -> None:
    place(stack, provider, number(provider, "0015"))
    stack.settle(lambda: truth(stack)[0]["status"] == "completed")
    assert receiver.hits == []


@BOTH
def test_events_may_be_late(stack: Stack, receiver: Receiver, provider: str) -> None:
    place(stack, provider, number(provider, "0016"))
    stack.settle(lambda: truth(stack)[0]["status"] == "completed")
    assert receiver.hits == []
    receiver.wait_for(has_ended)


@BOTH
def test_all_events_may_come_in_random_order(stack: Stack, receiver: Receiver, provider: str) -> None:
    """A call's events may keep their order by chance; those of ten calls do not."""
    for _ in range(10):
        place(stack, provider, number(provider, "0036"))
    hits = receiver.wait_for(lambda hits: len(hits) == 40)
    by_call: dict[str, list[str]] = {}
    for hit, word in zip(hits, arrival(provider, receiver), strict=True):
        name = hit.form["CallSid"] if provider == "TWILIO" else hit.payload["call_control_id"]
        by_call.setdefault(name, []).append(word)
    assert [sorted(words) for words in by_call.values()] == [sorted(IN_ORDER[provider])] * 10
    assert any(words != IN_ORDER[provider] for words in by_call.values())


@BOTH
def test_each_event_may_come_one_to_three_times(stack: Stack, receiver: Receiver, provider: str) -> None:
    place(stack, provider, number(provider, "0037"))
    receiver.wait_for(lambda _: set(arrival(provider, receiver)) == set(IN_ORDER[provider]))
    stack.settle(lambda: not stack.app.carrier._timers)
    counts = [arrival(provider, receiver).count(word) for word in IN_ORDER[provider]]
    assert set(counts) <= {1, 2, 3}
    assert sum(counts) > 4


@BOTH
def test_the_answer_may_be_slow(stack: Stack, receiver: Receiver, provider: str) -> None:
    began = time.monotonic()
    place(stack, provider, number(provider, "0022"))
    assert time.monotonic() - began >= 2.0 * SPEED
    receiver.wait_for(has_ended)


@BOTH
def test_an_answering_machine_is_detected_when_asked_for(stack: Stack, receiver: Receiver, provider: str) -> None:
    for ending in ("0039", "0150"):
        if provider == "TWILIO":
            twilio_call(stack, number(provider, ending), MachineDetection="Enable")
        else:
            telnyx_call(stack, number(provider, ending), answering_machine_detection="detect")
    if provider == "TWILIO":
        hits = receiver.wait_for(lambda hits: [hit.status for hit in hits].count("completed") == 2)
        found = {hit.form["To"][-4:]: hit.form["AnsweredBy"] for hit in hits if hit.status == "completed"}
        assert found == {"0039": "machine_start", "0150": "human"}
    else:
        hits = receiver.wait_for(
            lambda hits: [hit.event_type for hit in hits].count("call.machine.detection.ended") == 2
        )
        detected = [hit.payload for hit in hits if hit.event_type == "call.machine.detection.ended"]
        assert {one["to"][-4:]: one["result"] for one in detected} == {"0039": "machine", "0150": "human"}


@BOTH
def test_the_nasty_ending_depends_on_the_seed_and_the_try_only(stack: Stack, provider: str) -> None:
    scripts = stack.app.carrier.switchboard.scripts

    def choices() -> list[object]:
        scripts.reset()
        return [scripts.choose(provider, number(provider, "0099")) for _ in range(80)]

    first = choices()
    assert first == choices()
    assert len({str(outcome) for outcome in first}) > 14


def test_no_row_of_the_table_breaks_the_simulator(stack: Stack) -> None:
    for provider in ("TWILIO", "TELNYX"):
        for ending, row in CALL_ENDINGS.items():
            if is_taken(row.twilio) and ending not in ("0007", "0035"):
                try:
                    place(stack, provider, number(provider, ending))
                except (json.JSONDecodeError, http.client.IncompleteRead, *CUT):
                    continue
    stack.settle(lambda: all(row["ended_at"] for row in truth(stack)))
    assert stack.control("stats")["call_mistakes"] == 0
