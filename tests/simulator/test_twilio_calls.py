"""Twilio's Calls resource through the official SDK and on the wire: create, fetch, list, end, redirect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from .calling import STAY, TWILIO, has_ended, of_calls, truth, twilio_call, twilio_get, twilio_post
from .conftest import Hit, Receiver, Stack, account_of

CUSTOMER = "+12025550150"
UNTIL_WE_HANG_UP = "+12025550035"


@pytest.fixture
def client(stack: Stack) -> Client:
    client = Client(TWILIO.account_id, TWILIO.secret)
    client.api.base_url = stack.url
    return client


def is_genuine(receiver: Receiver, hit: Hit) -> bool:
    validator = RequestValidator(TWILIO.secret)
    return bool(validator.validate(receiver.url + hit.path, hit.form, hit.headers["x-twilio-signature"]))


def test_the_sdk_creates_fetches_and_ends_a_call(client: Client, stack: Stack) -> None:
    made = client.calls.create(to=UNTIL_WE_HANG_UP, from_=TWILIO.numbers[0], twiml=STAY)
    assert (made.status, made.direction, made.price, made.start_time) == ("queued", "outbound-api", None, None)
    assert made.sid[:2] == "CA"
    stack.settle(lambda: client.calls(made.sid).fetch().status == "in-progress")
    assert client.calls(made.sid).update(status="completed").status == "completed"
    ended = client.calls(made.sid).fetch()
    assert (ended.duration, ended.price) == ("1", "-0.01400")
    with pytest.raises(TwilioRestException) as caught:
        client.calls(made.sid).update(status="completed")
    assert (caught.value.status, caught.value.code) == (400, 21220)


def test_the_sdk_lists_calls(client: Client, stack: Stack) -> None:
    for to in (CUSTOMER, UNTIL_WE_HANG_UP, CUSTOMER):
        twilio_call(stack, to)
    began = datetime.now(UTC) - timedelta(minutes=1)
    found = client.calls.list(to=CUSTOMER, from_=TWILIO.numbers[0], start_time_after=began)
    assert [call.to for call in found] == [CUSTOMER, CUSTOMER]
    assert client.calls.list(to=CUSTOMER, start_time_after=datetime.now(UTC) + timedelta(minutes=1)) == []
    assert client.calls.list(to=CUSTOMER, start_time_before=began) == []
    first = twilio_get(stack, f"Calls.json?To=%2B{UNTIL_WE_HANG_UP[1:]}&PageSize=1")
    assert [call["to"] for call in first["calls"]] == [UNTIL_WE_HANG_UP]
    assert (first["page_size"], first["next_page_uri"]) == (1, None)
    pages = twilio_get(stack, "Calls.json?PageSize=2")
    assert pages["next_page_uri"].endswith(pages["calls"][-1]["sid"])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": ""}, 21201),
        ({"To": "2025550150"}, 21211),
        ({"From": ""}, 21213),
        ({"From": "12025550110"}, 21212),
        ({"From": account_of("TWILIO", "borealis").numbers[0]}, 21210),
        ({"To": TWILIO.numbers[0]}, 21266),
        ({"Twiml": ""}, 21205),
        ({"Twiml": "", "Url": "nothing"}, 21205),
        ({"Twiml": "x" * 4001}, 20001),
        ({"StatusCallback": "nothing"}, 21609),
        ({"Timeout": "601"}, 20001),
    ],
)
def test_an_invalid_request_is_refused_with_its_code(stack: Stack, fields: dict[str, str], code: int) -> None:
    status, body = twilio_call(stack, CUSTOMER, **fields)
    assert (status, body["code"], truth(stack)) == (400, code, [])


def test_a_verified_number_of_nobody_may_be_shown(stack: Stack) -> None:
    assert twilio_call(stack, CUSTOMER, From="+12025550199")[0] == 201


def test_calls_need_credentials_and_stay_with_their_account(stack: Stack) -> None:
    sid = twilio_call(stack, CUSTOMER)[1]["sid"]
    other = account_of("TWILIO", "borealis")
    path = f"/2010-04-01/Accounts/{other.account_id}/Calls/{sid}.json"
    assert stack.call("GET", path)[0] == 401
    assert stack.call("GET", path, None, {"Authorization": other.authorization})[0] == 404


def test_status_callbacks_are_numbered_signed_and_dated(stack: Stack, receiver: Receiver) -> None:
    sid = twilio_call(stack, CUSTOMER)[1]["sid"]
    hits = of_calls(receiver.wait_for(lambda hits: len(hits) == 4))
    assert [(hit.form["SequenceNumber"], hit.form["CallStatus"]) for hit in hits] == [
        ("0", "initiated"),
        ("1", "ringing"),
        ("2", "in-progress"),
        ("3", "completed"),
    ]
    assert all(is_genuine(receiver, hit) for hit in hits)
    assert {hit.path for hit in hits} == {"/calls?a=attempt-1"}
    last = hits[-1].form
    assert (last["CallSid"], last["CallDuration"], last["SipResponseCode"]) == (sid, "1", "200")
    assert (last["Direction"], last["CallbackSource"]) == ("outbound-api", "call-progress-events")
    assert last["Timestamp"].endswith("+0000")
    assert "CallDuration" not in hits[0].form


def test_without_events_only_the_end_is_reported(stack: Stack, receiver: Receiver) -> None:
    twilio_call(stack, CUSTOMER, events=())
    hits = receiver.wait_for(has_ended)
    assert [(hit.status, hit.form["SequenceNumber"]) for hit in hits] == [("completed", "0")]


def test_a_ringing_call_can_be_canceled_and_a_live_one_not(stack: Stack, receiver: Receiver) -> None:
    stack.control("script", {"kind": "call", "to": CUSTOMER, "outcome": {"ring": 600}})
    sid = twilio_call(stack, CUSTOMER)[1]["sid"]
    assert twilio_post(stack, f"Calls/{sid}.json", "Status=canceled")[1]["status"] == "canceled"
    # What was said before may arrive behind it.
    ends = [hit.form for hit in receiver.wait_for(has_ended) if "SipResponseCode" in hit.form]
    assert [(end["CallStatus"], end["SipResponseCode"]) for end in ends] == [("canceled", "487")]
    live = twilio_call(stack, UNTIL_WE_HANG_UP)[1]["sid"]
    stack.settle(lambda: twilio_get(stack, f"Calls/{live}.json")["status"] == "in-progress")
    assert twilio_post(stack, f"Calls/{live}.json", "Status=canceled")[1]["status"] == "in-progress"


def test_a_live_call_can_be_redirected(stack: Stack, receiver: Receiver) -> None:
    sid = twilio_call(stack, UNTIL_WE_HANG_UP)[1]["sid"]
    assert twilio_post(stack, f"Calls/{sid}.json", "Twiml=<Response/>")[1]["code"] == 21220
    stack.settle(lambda: twilio_get(stack, f"Calls/{sid}.json")["status"] == "in-progress")
    assert twilio_post(stack, f"Calls/{sid}.json", "")[1]["code"] == 20001
    receiver.documents["/next"] = "<Response><Say>Good bye</Say></Response>"
    status, _ = twilio_post(stack, f"Calls/{sid}.json", f"Url={receiver.url}/next?a=1")
    assert status == 200
    receiver.wait_for(has_ended)
    (asked,) = receiver.at("/next")
    assert (asked.form["CallSid"], asked.form["CallStatus"]) == (sid, "in-progress")
    assert truth(stack)[0]["end"] == "we hung up"


def test_a_call_may_ask_for_its_document_when_it_is_answered(stack: Stack, receiver: Receiver) -> None:
    receiver.documents["/twiml"] = "<Response><Say>Hello</Say></Response>"
    twilio_call(stack, UNTIL_WE_HANG_UP, "", Url=f"{receiver.url}/twiml?a=attempt-1")
    receiver.wait_for(has_ended)
    (asked,) = receiver.at("/twiml")
    assert is_genuine(receiver, asked)
    assert asked.form["CallStatus"] == "in-progress"


def test_a_whole_call_can_be_recorded(stack: Stack, receiver: Receiver) -> None:
    url = f"{receiver.url}/recording"
    twilio_call(stack, CUSTOMER, Record="true", RecordingChannels="dual", RecordingStatusCallback=url)
    receiver.wait_for(lambda _: bool(receiver.at("/recording")))
    (hit,) = receiver.at("/recording")
    form = hit.form
    assert (form["RecordingStatus"], form["RecordingChannels"], form["RecordingSource"]) == (
        "completed", "2", "OutboundAPI",
    )  # fmt: skip
    path = form["RecordingUrl"].removeprefix(stack.url)
    assert stack.call("GET", f"{path}.mp3")[0] == 401
    headers = {"Authorization": TWILIO.authorization}
    for extension, kind, start in (
        ("", "audio/wav", b"RIFF"),
        (".wav", "audio/wav", b"RIFF"),
        (".mp3", "audio/mpeg", b"\xff\xf3"),
    ):
        status, answer, body = stack.call("GET", path + extension, None, headers)
        assert (status, answer["content-type"], body[: len(start)]) == (200, kind, start)
    assert stack.call("GET", f"{path}.ogg", None, headers)[0] == 404
    assert stack.call("GET", f"{path[:-4]}0000.mp3", None, headers)[0] == 404
