"""Every row of the table of endings, at both providers: what is answered, what was taken, what follows."""

from __future__ import annotations

import http.client
import json
from urllib.error import URLError

import pytest

from contactcenter.simulator.endings import ENDINGS

from .conftest import Receiver, Stack

PROVIDERS = ("TWILIO", "TELNYX")
PREFIX = {"TWILIO": "+1202555", "TELNYX": "+42060123"}
BOTH = pytest.mark.parametrize("provider", PROVIDERS)


def number(provider: str, ending: str) -> str:
    return PREFIX[provider] + ending


def code_of(provider: str, body: dict[str, object]) -> str:
    return str(body["code"]) if provider == "TWILIO" else str(body["errors"][0]["code"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("provider", "ending", "status", "code"),
    [
        ("TWILIO", "0001", 400, "21211"),
        ("TELNYX", "0001", 400, "40310"),
        ("TWILIO", "0002", 400, "21614"),
        ("TWILIO", "0003", 400, "21610"),
        ("TELNYX", "0003", 400, "40300"),
        ("TWILIO", "0006", 500, "20500"),
        ("TELNYX", "0006", 500, "10007"),
    ],
)
def test_a_refused_message_is_not_taken(stack: Stack, provider: str, ending: str, status: int, code: str) -> None:
    answered, body = stack.send(provider, number(provider, ending))
    assert (answered, code_of(provider, body)) == (status, code)
    assert stack.truth() == []


@BOTH
def test_too_fast_is_said_twice_for_each_text(stack: Stack, provider: str) -> None:
    to = number(provider, "0004")
    answers = [stack.send(provider, to, text)[0] for text in ("a", "a", "b", "a", "b", "b")]
    accepted = 201 if provider == "TWILIO" else 200
    assert answers == [429, 429, 429, accepted, 429, accepted]
    assert sorted(row["body"] for row in stack.truth(to)) == ["a", "b"]


@BOTH
@pytest.mark.parametrize("ending", ["0005", "0008", "0019", "0020"])
def test_a_broken_answer_hides_that_the_message_was_taken(
    stack: Stack, receiver: Receiver, provider: str, ending: str
) -> None:
    to = number(provider, ending)
    try:
        status, _ = stack.send(provider, to)
        assert (ending, status) == ("0005", 500)
    except json.JSONDecodeError:
        assert ending == "0020"
    except http.client.IncompleteRead:
        assert ending == "0019"
    except (URLError, ConnectionResetError, http.client.RemoteDisconnected):
        assert ending == "0008"
    receiver.wait_for(lambda hits: any(hit.status == "delivered" for hit in hits))
    assert [row["received"] for row in stack.truth(to)] == [1]


@BOTH
def test_a_cut_before_accepting_takes_nothing(stack: Stack, provider: str) -> None:
    with pytest.raises((URLError, ConnectionResetError, http.client.RemoteDisconnected)):
        stack.send(provider, number(provider, "0009"))
    assert stack.truth() == []
    assert stack.control("stats")["answers_cut"] == 1


@BOTH
def test_a_hanging_request_was_taken(
    stack: Stack, receiver: Receiver, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.simulator.conftest.PATIENCE_SECONDS", 0.3)
    with pytest.raises((TimeoutError, URLError)):
        stack.send(provider, number(provider, "0007"))
    monkeypatch.undo()
    receiver.wait_for(lambda hits: any(hit.status == "delivered" for hit in hits))
    assert len(stack.truth(number(provider, "0007"))) == 1


@pytest.mark.parametrize(
    ("provider", "ending", "word", "code"),
    [
        ("TELNYX", "0002", "delivery_failed", "40001"),
        ("TWILIO", "0010", "undelivered", "30005"),
        ("TELNYX", "0010", "delivery_failed", "40012"),
        ("TWILIO", "0011", "failed", "30034"),
        ("TELNYX", "0011", "sending_failed", "40010"),
    ],
)
def test_a_failure_comes_with_its_code(
    stack: Stack, receiver: Receiver, provider: str, ending: str, word: str, code: str
) -> None:
    stack.send(provider, number(provider, ending))
    last = receiver.wait_for(lambda hits: any(hit.status == word for hit in hits))[-1]
    if provider == "TWILIO":
        assert last.form["ErrorCode"] == code
    else:
        assert [error["code"] for error in last.json["data"]["payload"]["errors"]] == [code]
    assert stack.truth()[0]["error_code"] == code


@BOTH
def test_the_final_report_may_never_come(stack: Stack, receiver: Receiver, provider: str) -> None:
    stack.send(provider, number(provider, "0012"))
    receiver.wait_for(lambda hits: any(hit.status == "sent" for hit in hits))
    assert not stack.app.carrier._timers


@BOTH
def test_callbacks_may_come_backwards_and_before_the_answer(stack: Stack, receiver: Receiver, provider: str) -> None:
    _, body = stack.send(provider, number(provider, "0013"))
    assert receiver.statuses() == ["delivered"]
    answered = body["status"] if provider == "TWILIO" else body["data"]["to"][0]["status"]
    assert answered == "queued"
    expected = ["delivered", "sent", "sending"] if provider == "TWILIO" else ["delivered", "sent"]
    receiver.wait_for(lambda _: sorted(receiver.statuses()) == sorted(expected))


@BOTH
def test_every_callback_may_come_three_times(stack: Stack, receiver: Receiver, provider: str) -> None:
    stack.send(provider, number(provider, "0014"))
    receiver.wait_for(lambda hits: any(hit.is_inbound for hit in hits))
    receiver.wait_for(lambda _: receiver.statuses().count("delivered") == 3)
    assert receiver.statuses().count("sent") == 3


@BOTH
def test_without_callbacks_the_message_is_delivered_all_the_same(
    stack: Stack, receiver: Receiver, provider: str
) -> None:
    to = number(provider, "0015")
    stack.send(provider, to)
    stack.settle(lambda: stack.truth(to)[0]["status"] == "delivered")
    assert receiver.hits == []


@BOTH
def test_the_customer_may_answer_with_a_picture(stack: Stack, receiver: Receiver, provider: str) -> None:
    stack.send(provider, number(provider, "0017"))
    hits = receiver.wait_for(lambda hits: any(hit.is_inbound for hit in hits))
    inbound = next(hit for hit in hits if hit.is_inbound)
    if provider == "TWILIO":
        assert inbound.form["NumMedia"] == "1"
    else:
        assert len(inbound.json["data"]["payload"]["media"]) == 1


@BOTH
def test_after_stop_the_next_send_is_refused_until_start(stack: Stack, receiver: Receiver, provider: str) -> None:
    to = number(provider, "0018")
    stack.send(provider, to)
    receiver.wait_for(lambda hits: any(hit.is_inbound for hit in hits))
    status, body = stack.send(provider, to, "again")
    assert (status, code_of(provider, body)) == (400, "21610" if provider == "TWILIO" else "40300")
    ours = stack.truth(to)[0]["from"]
    stack.control("inbound", {"to": ours, "from": to, "body": " start "})
    assert stack.send(provider, to, "again")[0] in (200, 201)


@BOTH
def test_an_unknown_word_is_said_as_it_is(stack: Stack, receiver: Receiver, provider: str) -> None:
    stack.send(provider, number(provider, "0021"))
    receiver.wait_for(lambda _: {"rerouting", "delivered"} <= set(receiver.statuses()))


@BOTH
def test_a_silent_customer_says_nothing(stack: Stack, receiver: Receiver, provider: str) -> None:
    stack.send(provider, number(provider, "0023"))
    receiver.wait_for(lambda _: "delivered" in receiver.statuses())
    assert not stack.app.carrier._timers


@BOTH
def test_the_nasty_ending_is_the_same_for_the_same_text(stack: Stack, provider: str) -> None:
    scripts = stack.app.carrier.scripts

    def choices() -> list[object]:
        scripts.reset()
        return [scripts.choose(provider, number(provider, "0099"), f"text {index}") for index in range(60)]

    first = choices()
    assert first == choices()
    assert len({str(outcome) for outcome in first}) > 12


def test_the_table_has_only_four_digit_endings() -> None:
    assert all(len(ending) == 4 and ending.isdigit() for ending in ENDINGS)
