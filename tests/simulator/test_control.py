"""The control endpoints: scripts, the ground truth, accounts, silence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Receiver, Stack, account_of

US = "+12025550150"


def test_the_ground_truth_names_the_attempt_and_counts_its_requests(stack: Stack) -> None:
    stack.control("script", {"outcome": {"callbacks": []}})
    for text in ("one", "one", "two"):
        stack.twilio(US, text, StatusCallback=f"{stack.receiver.url}/status?m={text}#rc=3")
    rows = stack.truth(US)
    assert [(row["body"], row["attempt"], row["received"]) for row in rows] == [
        ("one", "one", 2),
        ("one", "one", 2),
        ("two", "two", 1),
    ]
    assert [row["sequence"] for row in rows] == sorted(row["sequence"] for row in rows)
    assert rows[0]["callback_url"].endswith("/status?m=one#rc=3")
    limited = stack.control(f"messages?limit=1&after={rows[0]['sequence']}")
    assert (limited["total"], [row["id"] for row in limited["messages"]]) == (2, [rows[1]["id"]])
    assert stack.control(f"messages?since={rows[2]['accepted_at'] + 1}")["total"] == 0


def test_a_script_for_a_number_wins_over_one_for_an_ending_and_over_the_default(stack: Stack) -> None:
    stack.control("script", {"outcome": {"refuse": {"http_status": 400, "code": 30001}}})
    stack.control("script", {"suffix": "150", "outcome": {"refuse": {"http_status": 422, "code": 30002}}})
    stack.control("script", {"to": US, "outcome": {"refuse": {"http_status": 403, "code": 30003}}})
    seen = [stack.twilio(to) for to in (US, "+12025551150", "+12025550151", "+12025550001")]
    assert [(status, body["code"]) for status, body in seen] == [
        (403, 30003),
        (422, 30002),
        (400, 30001),
        (400, 30001),
    ]
    stack.control("script", {"to": US, "outcome": None})
    assert stack.twilio(US)[0] == 422


def test_a_script_may_end_after_so_many_times(stack: Stack) -> None:
    refusal = {"refuse": {"http_status": 429, "code": 20429, "retry_after": 7}}
    stack.control("script", {"to": US, "outcome": refusal, "times": 2})
    assert [stack.twilio(US)[0] for _ in range(3)] == [429, 429, 201]


def test_a_refusal_carries_retry_after_and_the_given_words(stack: Stack) -> None:
    outcome = {"refuse": {"http_status": 429, "code": 20429, "message": "Slow down", "retry_after": 7}}
    stack.control("script", {"outcome": outcome})
    account = account_of("TWILIO")
    status, headers, body = stack.call(
        "POST",
        f"/2010-04-01/Accounts/{account.account_id}/Messages.json",
        f"To=%2B12025550150&From=%2B{account.numbers[0][1:]}&Body=x".encode(),
        {"Authorization": account.authorization},
    )
    assert (status, headers["retry-after"], json.loads(body)["message"]) == (429, "7", "Slow down")


def test_callbacks_can_be_written_out(stack: Stack, receiver: Receiver) -> None:
    outcome: dict[str, Any] = {
        "callbacks": [
            {"status": "sent", "after": 2},
            {"status": "undelivered", "after": 1, "error_code": "30003"},
        ],
        "duplicate": 2,
        "reply": {"text": "STOP", "opt_out_type": "STOP", "after": 3},
    }
    stack.control("script", {"outcome": outcome})
    stack.twilio(US)
    receiver.wait_for(lambda hits: len(hits) == 4)
    assert sorted(receiver.statuses()) == ["sent", "sent", "undelivered", "undelivered"]
    assert stack.truth(US)[0]["status"] == "undelivered"


def test_a_reply_can_be_scripted(stack: Stack, receiver: Receiver) -> None:
    stack.control("script", {"outcome": {"callbacks": [], "reply": {"text": "Ano", "after": 0}}})
    stack.twilio(US)
    form = receiver.wait_for(bool)[0].form
    assert (form["Body"], form["From"]) == ("Ano", US)


def test_latency_and_drop(stack: Stack, receiver: Receiver) -> None:
    stack.control("script", {"outcome": {"latency": 1, "drop": True}})
    assert stack.twilio(US)[0] == 201
    stack.settle(lambda: stack.truth(US)[0]["status"] == "delivered")
    assert receiver.hits == []


def test_nasty_can_be_the_default(stack: Stack) -> None:
    stack.control("script", {"outcome": "nasty"})
    outcomes = {str(stack.app.carrier.scripts.choose("TWILIO", "+12025550150", f"t{index}")) for index in range(60)}
    assert len(outcomes) > 12


@pytest.mark.parametrize(
    "order",
    [
        {"outcome": {"refuse": {"code": 1}, "hang": True}},
        {"outcome": {"surprise": 1}},
        {"outcome": {"latency": "soon"}},
        {"outcome": {"callbacks": [{"after": 1}]}},
        {"outcome": {"delays": [1]}},
        {"outcome": {"duplicate": 0}},
        {"outcome": 5},
        {"to": US, "suffix": "1", "outcome": None},
        {"outcome": {}, "times": 0},
        {"number": US, "outcome": {}},
    ],
)
def test_a_script_that_makes_no_sense_is_refused(stack: Stack, order: dict[str, Any]) -> None:
    status, _, body = stack.call("POST", "/_control/script", json.dumps(order).encode())
    assert (status, list(json.loads(body))) == (400, ["error"])


def test_quiet_stops_what_was_to_follow(stack: Stack, receiver: Receiver) -> None:
    stack.control("script", {"outcome": {"callbacks": [{"status": "sent", "after": 3600}]}})
    stack.twilio(US)
    assert stack.control("quiet", {}) == {"stopped": 1}
    assert not stack.app.carrier._timers
    assert receiver.hits == []


def test_an_account_can_be_added_and_is_never_shown_whole(stack: Stack) -> None:
    order = {
        "provider": "telnyx",
        "account_id": "org-1",
        "secret": "KEYtest",
        "numbers": ["+420601110110"],
        "callback_base": stack.receiver.url + "/elsewhere",
    }
    shown = stack.control("accounts", order)
    assert "secret" not in shown
    assert shown["public_key"]
    assert "KEYtest" not in json.dumps(stack.control("accounts"))
    stack.control("inbound", {"to": "+420601110110", "from": "+420601239999", "body": "x"})
    hits = stack.receiver.wait_for(bool)
    assert [hit.path for hit in hits] == ["/elsewhere/hooks/telnyx/sms"]
    data = b'{"to":"+420601239999","from":"+420601110110","text":"x"}'
    assert stack.call("POST", "/v2/messages", data, {"Authorization": "Bearer KEYtest"})[0] == 200


def test_counts_add_up(stack: Stack) -> None:
    stack.control("script", {"outcome": {"callbacks": []}})
    stack.twilio(US)
    stack.twilio("nobody")
    stack.control("script", {"outcome": {"server_error": {"accepted": False}}})
    stack.twilio(US)
    stats = stack.control("stats")
    assert (stats["requests"], stats["accepted"], stats["not_accepted"], stats["invalid"]) == (3, 1, 1, 1)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}]
)
def test_a_web_page_cannot_reach_the_controls(stack: Stack, headers: dict[str, str]) -> None:
    assert stack.call("POST", "/_control/reset", b"{}", headers)[0] == 403


def test_what_does_not_exist_is_404(stack: Stack) -> None:
    assert stack.call("GET", "/_control/nothing")[0] == 404
    assert stack.call("GET", "/nothing")[0] == 404
