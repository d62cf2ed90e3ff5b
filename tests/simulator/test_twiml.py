"""TwiML as the simulator plays it: incoming calls, agents' phones, voicemail, recordings, transcripts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contactcenter.simulator.twiml import InvalidTwiml, parse_twiml

from .calling import AGENT, TWILIO, has_ended, of_calls, truth, twilio_call, twilio_post
from .conftest import Hit, Receiver, Stack

INBOUND, STATUS = "/hooks/twilio/voice/inbound", "/hooks/twilio/voice/status"
CALLER = "+12025550150"
EVENTS = "initiated ringing answered completed"


def ring_agent(url: str, *, agent: str = AGENT, attributes: str = "", more: str = "") -> str:
    return (
        f'<Response>{more}<Dial timeout="20" action="{url}/dial-done" {attributes}>'
        f'<Number statusCallback="{url}/leg" statusCallbackEvent="{EVENTS}">{agent}</Number></Dial></Response>'
    )


VOICEMAIL = (
    '<Response><Say>Leave a message.</Say><Record maxLength="30" action="/voicemail-done" '
    'recordingStatusCallback="/recording" recordingStatusCallbackEvent="in-progress completed absent"/></Response>'
)


def call_us(stack: Stack, **script: Any) -> dict[str, Any]:
    return stack.control("call", {"from": CALLER, "to": TWILIO.numbers[0], "script": script})


def ended(receiver: Receiver) -> Hit:
    """Return the report of the end of the incoming call."""
    receiver.wait_for(lambda _: bool(receiver.at(STATUS)))
    (hit,) = receiver.at(STATUS)
    return hit


def test_an_incoming_call_rings_an_agent_and_the_customer_hangs_up(stack: Stack, receiver: Receiver) -> None:
    receiver.documents[INBOUND] = ring_agent(receiver.url, more="<Say>Welcome</Say>")
    call = call_us(stack)
    last = ended(receiver).form
    (asked,) = receiver.at(INBOUND)
    assert (asked.form["CallStatus"], asked.form["Direction"], asked.form["From"]) == ("ringing", "inbound", CALLER)
    assert (asked.form["To"], asked.form["FromCountry"]) == (TWILIO.numbers[0], "US")
    assert (last["CallSid"], last["CallStatus"], last["SequenceNumber"]) == (call["id"], "completed", "0")
    receiver.wait_for(lambda _: len(receiver.at("/leg")) == 4)
    leg = of_calls(receiver.at("/leg"))
    assert [hit.form["CallStatus"] for hit in leg] == ["initiated", "ringing", "in-progress", "completed"]
    assert {hit.form["ParentCallSid"] for hit in leg} == {call["id"]}
    assert {(hit.form["Direction"], hit.form["To"], hit.form["From"]) for hit in leg} == {
        ("outbound-dial", AGENT, CALLER)
    }
    (row,) = truth(stack)
    assert (row["direction"], row["end"], [one["end"] for one in row["legs"]]) == (
        "inbound", "they hung up", ["the other leg ended"],
    )  # fmt: skip
    # There is no call that an answer could go on with, so nobody is asked.
    assert receiver.at("/dial-done") == []


def test_when_the_agent_hangs_up_first_the_action_is_asked(stack: Stack, receiver: Receiver) -> None:
    receiver.documents |= {
        INBOUND: ring_agent(receiver.url),
        "/dial-done": "<Response><Say>Good bye</Say><Hangup/></Response>",
    }
    call_us(stack, talk=None)
    stack.settle(lambda: bool(truth(stack)) and any(leg["answered"] for leg in truth(stack)[0]["legs"]))
    (leg,) = truth(stack)[0]["legs"]
    assert stack.control("hangup", {"id": leg["id"]}) == {"status": "completed"}
    ended(receiver)
    (asked,) = receiver.at("/dial-done")
    form = asked.form
    assert (form["DialCallStatus"], form["DialCallSid"], form["DialBridged"]) == ("completed", leg["id"], "true")
    assert (form["DialCallDuration"], form["CallStatus"]) == ("1", "in-progress")
    assert truth(stack)[0]["end"] == "we hung up"


@pytest.mark.parametrize(
    ("ending", "status"), [("0031", "busy"), ("0032", "no-answer"), ("0033", "failed"), ("0038", "busy")]
)
def test_an_agent_who_does_not_answer_leads_to_voicemail(
    stack: Stack, receiver: Receiver, ending: str, status: str
) -> None:
    receiver.documents |= {
        INBOUND: ring_agent(receiver.url, agent=AGENT[:-4] + ending),
        "/dial-done": VOICEMAIL,
        "/voicemail-done": "<Response/>",
    }
    call_us(stack, voicemail=2)
    ended(receiver)
    (asked,) = receiver.at("/dial-done")
    assert (asked.form["DialCallStatus"], asked.form["DialBridged"]) == (status, "false")
    receiver.wait_for(lambda _: len(receiver.at("/recording")) == 2 and bool(receiver.at("/voicemail-done")))
    assert [hit.form["RecordingStatus"] for hit in receiver.at("/recording")] == ["in-progress", "completed"]
    (done,) = receiver.at("/voicemail-done")
    assert (done.form["Digits"], done.form["CallStatus"]) == ("hangup", "completed")
    assert done.form["RecordingSid"] == receiver.at("/recording")[1].form["RecordingSid"]
    assert done.form["RecordingDuration"] == "1"


def test_a_caller_who_says_nothing_leaves_no_message(stack: Stack, receiver: Receiver) -> None:
    receiver.documents[INBOUND] = VOICEMAIL
    call_us(stack, voicemail=0)
    receiver.wait_for(lambda _: len(receiver.at("/recording")) == 2)
    form = receiver.at("/recording")[1].form
    assert (form["RecordingStatus"], form["RecordingUrl"], form["RecordingDuration"]) == ("absent", "", "-1")
    assert receiver.at("/voicemail-done") == []


@pytest.mark.parametrize("script", [{"voicemail": 600}, {"voicemail": 1, "stays": True}])
def test_a_message_that_ends_by_itself_is_followed_by_the_action(
    stack: Stack, receiver: Receiver, script: dict[str, Any]
) -> None:
    receiver.documents |= {INBOUND: VOICEMAIL, "/voicemail-done": "<Response><Say>Thanks</Say></Response>"}
    call_us(stack, **script)
    assert ended(receiver).form["CallStatus"] == "completed"
    (done,) = receiver.at("/voicemail-done")
    assert (done.form["CallStatus"], "Digits" in done.form) == ("in-progress", False)
    assert truth(stack)[0]["end"] == "we hung up"


def test_a_caller_may_hang_up_while_it_rings(stack: Stack, receiver: Receiver) -> None:
    receiver.documents[INBOUND] = ring_agent(receiver.url, agent="+12025550032", attributes='answerOnBridge="true"')
    call_us(stack, hang_up_after=3)
    last = ended(receiver).form
    assert (last["CallStatus"], last["CallDuration"]) == ("no-answer", "0")
    receiver.wait_for(lambda _: len(receiver.at("/leg")) == 3)
    assert of_calls(receiver.at("/leg"))[-1].form["CallStatus"] == "canceled"
    assert receiver.at("/dial-done") == []


def test_a_call_that_only_rang_in_vain_ends_unanswered(stack: Stack, receiver: Receiver) -> None:
    receiver.documents[INBOUND] = (
        '<Response><Dial timeout="2" answerOnBridge="true"><Number>+12025550032</Number></Dial></Response>'
    )
    call_us(stack)
    assert ended(receiver).form["CallStatus"] == "no-answer"


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_call_can_be_rejected(stack: Stack, receiver: Receiver, reason: str, status: str) -> None:
    receiver.documents[INBOUND] = f'<Response><Reject reason="{reason}"/></Response>'
    call_us(stack)
    assert ended(receiver).form["CallStatus"] == status


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("", "12300"),
        ("<Response><Say>", "12100"),
        ("<Response><Dance/></Response>", "12100"),
        ("<Answer/>", "12100"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>', "12100"),
    ],
)
def test_what_cannot_be_played_fails_the_call_and_is_counted(
    stack: Stack, receiver: Receiver, document: str, code: str
) -> None:
    receiver.documents[INBOUND] = document
    call_us(stack)
    assert ended(receiver).form["CallStatus"] == "failed"
    assert stack.control("stats")[f"twilio_error_{code}"] == 1


def test_when_the_application_does_not_answer_the_call_fails(stack: Stack, receiver: Receiver) -> None:
    receiver.answers[:] = [500, 500, 500, 500]
    call_us(stack)
    assert ended(receiver).form["CallStatus"] == "failed"
    assert stack.control("stats")["twilio_error_11200"] == 1
    assert len(receiver.at(INBOUND)) == 4


def test_the_first_agent_who_answers_gets_the_call(stack: Stack, receiver: Receiver) -> None:
    numbers = "".join(f"<Number>{number}</Number>" for number in ("+12025550032", AGENT, "+12025550031"))
    receiver.documents[INBOUND] = f"<Response><Dial>{numbers}</Dial></Response>"
    call_us(stack, talk=2)
    ended(receiver)
    legs = {leg["to"]: leg["status"] for leg in truth(stack)[0]["legs"]}
    assert legs[AGENT] == "completed"
    assert legs["+12025550032"] == "canceled"


def test_a_number_of_another_account_cannot_be_shown(stack: Stack, receiver: Receiver) -> None:
    receiver.documents |= {
        INBOUND: ring_agent(receiver.url, attributes='callerId="+12025550120"'),
        "/dial-done": "<Response/>",
    }
    call_us(stack)
    ended(receiver)
    assert receiver.at("/dial-done")[0].form["DialCallStatus"] == "failed"
    assert truth(stack)[0]["legs"] == []
    assert stack.control("stats")["twilio_error_13247"] == 1


def test_both_sides_can_be_recorded_and_transcribed(stack: Stack, receiver: Receiver) -> None:
    twiml = (
        f'<Response><Start><Transcription languageCode="cs-CZ" track="both_tracks" '
        f'statusCallbackUrl="{receiver.url}/said"/></Start><Start><Recording channels="dual" '
        f'recordingStatusCallback="{receiver.url}/recording"/></Start><Dial>{AGENT}</Dial></Response>'
    )
    twilio_call(stack, CALLER, twiml)
    receiver.wait_for(lambda _: bool(receiver.at("/recording")) and len(receiver.at("/said")) == 8)
    said = sorted((hit.form for hit in receiver.at("/said")), key=lambda form: int(form["SequenceId"]))
    assert [form["TranscriptionEvent"].removeprefix("transcription-") for form in said] == [
        "started", *["content"] * 6, "stopped",
    ]  # fmt: skip
    assert [form["Track"] for form in said[1:-1]] == ["outbound_track", "inbound_track"] * 3
    pieces = [json.loads(form["TranscriptionData"]) for form in said[1:-1]]
    assert "zákaznická linka" in pieces[0]["transcript"]
    assert all(0 < piece["confidence"] < 1 for piece in pieces)
    assert {form["LanguageCode"] for form in said[:-1]} == {"cs-CZ"}
    recorded = receiver.at("/recording")[0].form
    assert (recorded["RecordingChannels"], recorded["RecordingTrack"]) == ("2", "both")


def test_two_calls_meet_in_a_conference(stack: Stack, receiver: Receiver) -> None:
    receiver.documents[INBOUND] = "<Response><Dial><Conference>room-1</Conference></Dial></Response>"
    call_us(stack, talk=4)
    other = "<Response><Dial><Conference endConferenceOnExit='true'>room-1</Conference></Dial></Response>"
    twilio_call(stack, "+12025550035", other)
    assert ended(receiver).form["CallStatus"] == "completed"
    rows = {row["direction"]: row["end"] for row in truth(stack)}
    assert rows["inbound"] == "they hung up"


def test_a_conference_ends_with_whom_it_should(stack: Stack, receiver: Receiver) -> None:
    receiver.documents[INBOUND] = (
        '<Response><Dial action="/dial-done"><Conference>room-1</Conference></Dial></Response>'
    )
    receiver.documents["/dial-done"] = "<Response/>"
    call_us(stack, talk=None, patience=600)
    stack.settle(lambda: truth(stack)[0]["answered"])
    other = "<Response><Dial><Conference endConferenceOnExit='true'>room-1</Conference></Dial></Response>"
    sid = twilio_call(stack, "+12025550035", other)[1]["sid"]
    stack.settle(lambda: all(row["answered"] for row in truth(stack)))
    twilio_post(stack, f"Calls/{sid}.json", "Status=completed")
    ended(receiver)
    assert receiver.at("/dial-done")[0].form["DialCallStatus"] == "answered"


def test_a_redirect_goes_on_with_another_document(stack: Stack, receiver: Receiver) -> None:
    receiver.documents |= {
        INBOUND: "<Response><Pause length='1'/><Redirect>/elsewhere</Redirect></Response>",
        "/elsewhere": "<Response><Say>Here</Say></Response>",
    }
    call_us(stack)
    assert ended(receiver).form["CallStatus"] == "completed"
    assert len(receiver.at("/elsewhere")) == 1


def test_redirecting_a_call_ends_the_legs_that_it_rang(stack: Stack, receiver: Receiver) -> None:
    receiver.documents[INBOUND] = ring_agent(receiver.url)
    call = call_us(stack, talk=None)
    stack.settle(lambda: any(leg["answered"] for leg in truth(stack)[0]["legs"]))
    twilio_post(stack, f"Calls/{call['id']}.json", "Twiml=<Response><Say>Hold</Say></Response>")
    ended(receiver)
    assert [leg["end"] for leg in truth(stack)[0]["legs"]] == ["the other leg ended"]


def test_a_customer_who_is_called_is_connected_with_an_agent(stack: Stack, receiver: Receiver) -> None:
    twilio_call(stack, CALLER, ring_agent(receiver.url))
    receiver.wait_for(lambda hits: len(hits) == 8 and has_ended(hits))
    (row,) = truth(stack)
    assert (row["end"], [leg["status"] for leg in row["legs"]]) == ("they hung up", ["completed"])
    assert [hit.form["CallStatus"] for hit in of_calls(receiver.at("/calls"))][-1] == "completed"


def test_a_caller_gives_up_in_an_empty_room(stack: Stack, receiver: Receiver) -> None:
    receiver.documents[INBOUND] = "<Response><Dial><Conference>alone</Conference></Dial></Response>"
    call_us(stack, patience=5)
    assert ended(receiver).form["CallStatus"] == "completed"
    assert truth(stack)[0]["end"] == "they hung up"


def test_marked_up_speech_is_text() -> None:
    (say,) = parse_twiml("<Response><Say>one <emphasis>two</emphasis></Say></Response>")
    assert (say.text, say.children) == ("one two", ())


def test_a_verb_in_a_wrong_place_is_refused() -> None:
    with pytest.raises(InvalidTwiml, match="Number cannot be in Response"):
        parse_twiml("<Response><Number>+12025550150</Number></Response>")
