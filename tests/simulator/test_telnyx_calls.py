"""Telnyx's Call Control through the official SDK and on the wire: dial, commands, events."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from telnyx import DefaultHttpxClient, Telnyx, UnprocessableEntityError

from .calling import TELNYX, command, event_types, has_ended, telnyx_call, telnyx_post, truth
from .conftest import Hit, Receiver, Stack, account_of

VOICE = "/hooks/telnyx/voice"
CUSTOMER, UNTIL_WE_HANG_UP = "+420601239999", "+420601230035"
AGENT = "+420601237777"
STATE = base64.b64encode(b"leg=agent").decode()


@pytest.fixture
def client(stack: Stack) -> Telnyx:
    return Telnyx(
        api_key=TELNYX.secret,
        base_url=f"{stack.url}/v2",
        max_retries=0,
        timeout=httpx.Timeout(5, connect=2),
        http_client=DefaultHttpxClient(follow_redirects=False, trust_env=False),
    )


def is_genuine(hit: Hit) -> bool:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(TELNYX.public_key))
    key.verify(
        base64.b64decode(hit.headers["telnyx-signature-ed25519"]),
        hit.headers["telnyx-timestamp"].encode() + b"|" + hit.body,
    )
    return True


def answered_call(stack: Stack, to: str = UNTIL_WE_HANG_UP, **fields: Any) -> str:
    """Return the call_control_id of a call that the customer has answered."""
    call_id = str(telnyx_call(stack, to, **fields)[1]["data"]["call_control_id"])
    stack.settle(lambda: any(row["id"] == call_id and row["answered"] for row in truth(stack)))
    return call_id


def call_us(stack: Stack, **script: Any) -> str:
    order = {"from": CUSTOMER, "to": TELNYX.numbers[0], "script": script}
    return str(stack.control("call", order)["id"])


def one(hits: list[Hit], event_type: str, call_id: str = "") -> dict[str, Any]:
    """Return the payload of the only event of a type."""
    (hit,) = [
        hit for hit in hits if hit.event_type == event_type and call_id in ("", hit.payload.get("call_control_id"))
    ]
    return hit.payload


def has(event_type: str, times: int = 1) -> Any:
    return lambda hits: [hit.event_type for hit in hits].count(event_type) >= times


def test_the_sdk_dials_fetches_and_hangs_up(client: Telnyx, stack: Stack) -> None:
    made = client.calls.dial(
        connection_id=TELNYX.connection_id, from_=TELNYX.numbers[0], to=UNTIL_WE_HANG_UP, client_state=STATE
    ).data
    assert made is not None
    assert (made.is_alive, made.record_type, made.client_state) == (False, "call", STATE)
    stack.settle(lambda: truth(stack)[0]["answered"])
    fetched = client.calls.retrieve_status(made.call_control_id).data
    assert (fetched.is_alive, fetched.call_leg_id, fetched.call_session_id) == (
        True, made.call_leg_id, made.call_session_id,
    )  # fmt: skip
    assert client.calls.actions.hangup(made.call_control_id).data.result == "ok"
    ended = client.calls.retrieve_status(made.call_control_id).data
    assert (ended.is_alive, ended.call_duration, bool(ended.end_time)) == (False, 1, True)
    with pytest.raises(UnprocessableEntityError) as caught:
        client.calls.actions.hangup(made.call_control_id)
    assert [error["code"] for error in caught.value.body["errors"]] == ["90018"]


def test_events_are_signed_and_carry_what_was_given(stack: Stack, receiver: Receiver) -> None:
    data = telnyx_call(stack, CUSTOMER, client_state=STATE)[1]["data"]
    hits = receiver.wait_for(has("call.cost"))
    assert event_types(hits) == ["call.initiated", "call.answered", "call.hangup", "call.cost"]
    assert all(is_genuine(hit) for hit in hits)
    assert {hit.path for hit in hits} == {"/calls?a=attempt-1"}
    names = ("call_control_id", "call_leg_id", "call_session_id", "client_state")
    assert [[hit.payload[name] for name in names] for hit in hits] == [[data[name] for name in names]] * 4
    first, last = one(hits, "call.initiated"), one(hits, "call.hangup")
    assert (first["direction"], first["state"], first["connection_id"]) == (
        "outgoing", "bridging", TELNYX.connection_id,
    )  # fmt: skip
    assert (first["from"], first["to"]) == (TELNYX.numbers[0], CUSTOMER)
    assert (last["hangup_cause"], last["hangup_source"]) == ("normal_clearing", "callee")
    cost = one(hits, "call.cost")
    assert (cost["total_cost"], cost["billed_duration_secs"]) == ("0.0070", 60)


def test_a_repeat_with_the_same_command_id_dials_nothing_new(stack: Stack, receiver: Receiver) -> None:
    answers = [telnyx_call(stack, CUSTOMER, command_id="d-1") for _ in range(3)]
    other = telnyx_call(stack, CUSTOMER, command_id="d-2")
    assert len({str(answer) for answer in answers}) == 1
    assert other[1]["data"]["call_control_id"] != answers[0][1]["data"]["call_control_id"]
    assert [(row["command_id"], row["received"]) for row in truth(stack)] == [("d-1", 4), ("d-2", 4)]
    hits = receiver.wait_for(has("call.hangup", 2))
    assert [hit.event_type for hit in hits].count("call.initiated") == 2


def test_a_repeat_after_a_fault_tells_which_call_it_was(stack: Stack) -> None:
    to = "+420601230005"
    assert telnyx_call(stack, to, command_id="d-1")[0] == 500
    status, body = telnyx_call(stack, to, command_id="d-1")
    (row,) = truth(stack)
    assert (status, body["data"]["call_control_id"], row["received"]) == (200, row["id"], 2)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"connection_id": ""}, 422, "10004"),
        ({"connection_id": "1234567890123456789"}, 422, "10015"),
        ({"connection_id": account_of("TELNYX", "borealis").connection_id}, 422, "10015"),
        ({"to": ""}, 422, "10004"),
        ({"to": "601239999"}, 422, "10016"),
        ({"from": ""}, 422, "10004"),
        ({"from": account_of("TELNYX", "borealis").numbers[0]}, 403, "10010"),
        ({"client_state": "not base64"}, 422, "10015"),
        ({"webhook_url": "nothing"}, 422, "10015"),
        ({"timeout_secs": "30"}, 422, "10015"),
    ],
)
def test_an_invalid_dial_is_refused_with_its_code(stack: Stack, fields: dict[str, Any], status: int, code: str) -> None:
    answered, body = telnyx_call(stack, CUSTOMER, **fields)
    assert (answered, [error["code"] for error in body["errors"]], truth(stack)) == (status, [code], [])


def test_commands_too_early_too_late_and_to_nobody(stack: Stack, receiver: Receiver) -> None:
    stack.control("script", {"kind": "call", "to": CUSTOMER, "outcome": {"ring": 600}})
    call_id = telnyx_call(stack, CUSTOMER)[1]["data"]["call_control_id"]
    for action, fields in (
        ("speak", {"payload": "Hello", "voice": "female"}),
        ("record_start", {"format": "mp3", "channels": "dual"}),
        ("transfer", {"to": AGENT}),
        ("transcription_start", {}),
    ):
        assert command(stack, call_id, action, **fields) == (422, "90034")
    assert command(stack, call_id, "answer") == (422, "10027")
    assert command(stack, "v3:nothing", "hangup") == (404, "10005")
    assert command(stack, call_id, "dance") == (404, "10005")
    assert command(stack, call_id, "hangup") == (200, "ok")
    assert command(stack, call_id, "hangup") == (422, "90018")
    ended = one(receiver.wait_for(has_ended), "call.hangup")
    assert (ended["hangup_cause"], ended["hangup_source"]) == ("originator_cancel", "caller")


def test_without_a_retry_a_timeout_is_called_no_answer(stack: Stack, receiver: Receiver) -> None:
    telnyx_call(stack, "+420601230032", timeout_secs=5, retry_on_timeout=False)
    assert one(receiver.wait_for(has_ended), "call.hangup")["hangup_cause"] == "no_answer"


def test_a_command_with_the_same_command_id_is_done_once(stack: Stack, receiver: Receiver) -> None:
    call_id = answered_call(stack)
    for _ in range(3):
        speak = command(stack, call_id, "speak", payload="Good day", voice="female", command_id="c-1")
        assert speak == (200, "ok")
    assert command(stack, call_id, "hangup", command_id="c-2") == (200, "ok")
    # It was done, so it is not too late either.
    assert command(stack, call_id, "hangup", command_id="c-2") == (200, "ok")
    hits = receiver.wait_for(has("call.cost"))
    assert [hit.event_type for hit in hits].count("call.speak.started") == 1


def test_speech_begins_and_ends_and_is_cut_by_a_hang_up(stack: Stack, receiver: Receiver) -> None:
    call_id = answered_call(stack)
    command(stack, call_id, "speak", payload="Good day", voice="female", client_state=STATE)
    assert one(receiver.wait_for(has("call.speak.ended")), "call.speak.ended")["status"] == "completed"
    command(stack, call_id, "playback_start", audio_url="https://example.com/music.mp3")
    command(stack, call_id, "hangup")
    hits = receiver.wait_for(has("call.playback.ended"))
    ended = one(hits, "call.playback.ended")
    assert (ended["status"], ended["media_url"]) == ("call_hangup", "https://example.com/music.mp3")
    # The state of a command is in every event after it.
    assert one(hits, "call.answered")["client_state"] is None
    assert one(hits, "call.hangup")["client_state"] == STATE


def test_an_incoming_call_is_answered_and_transferred(stack: Stack, receiver: Receiver) -> None:
    first = call_us(stack)
    parked = one(receiver.wait_for(has("call.initiated")), "call.initiated")
    assert (parked["direction"], parked["state"], parked["from"], parked["to"]) == (
        "incoming", "parked", CUSTOMER, TELNYX.numbers[0],
    )  # fmt: skip
    assert command(stack, first, "answer", client_state=STATE) == (200, "ok")
    url = f"{receiver.url}/agent?a=7"
    transfer = {"to": AGENT, "target_leg_client_state": STATE, "webhook_url": url, "timeout_secs": 20}
    assert command(stack, first, "transfer", **transfer) == (200, "ok")
    hits = receiver.wait_for(has("call.cost", 2))
    (row,) = truth(stack)
    (leg,) = row["legs"]
    assert leg["session_id"] == row["session_id"]
    assert leg["id"] != row["id"]
    assert event_types(hits, first) == [
        "call.initiated", "call.answered", "call.bridged", "call.hangup", "call.cost",
    ]  # fmt: skip
    assert event_types(hits, leg["id"]) == [
        "call.initiated", "call.answered", "call.bridged", "call.hangup", "call.cost",
    ]  # fmt: skip
    assert {hit.path for hit in hits if hit.payload["call_control_id"] == first} == {VOICE}
    assert {hit.path for hit in hits if hit.payload["call_control_id"] == leg["id"]} == {"/agent?a=7"}
    second = one(hits, "call.initiated", leg["id"])
    assert (second["direction"], second["from"], second["client_state"]) == ("outgoing", TELNYX.numbers[0], STATE)
    assert (row["end"], leg["end"]) == ("they hung up", "the other leg ended")
    assert one(hits, "call.hangup", first)["hangup_source"] == "caller"
    assert all(is_genuine(hit) for hit in hits)


@pytest.mark.parametrize(("ending", "cause"), [("0031", "user_busy"), ("0032", "timeout"), ("0038", "call_rejected")])
def test_when_the_agent_does_not_answer_the_first_leg_lives_on(
    stack: Stack, receiver: Receiver, ending: str, cause: str
) -> None:
    first = call_us(stack, voicemail=1)
    command(stack, first, "answer")
    command(stack, first, "transfer", to=AGENT[:-4] + ending, timeout_secs=5)
    hits = receiver.wait_for(has("call.hangup"))
    (leg,) = truth(stack)[0]["legs"]
    assert one(hits, "call.hangup")["call_control_id"] == leg["id"]
    assert one(hits, "call.hangup")["hangup_cause"] == cause
    assert truth(stack)[0]["status"] == "in-progress"
    assert command(stack, first, "record_start", format="mp3", channels="single", play_beep=True) == (200, "ok")
    hits = receiver.wait_for(has("call.recording.saved"))
    assert truth(stack)[0]["end"] == "they hung up"
    assert not any(hit.event_type == "call.bridged" for hit in hits)


def test_a_call_may_be_transferred_before_it_is_answered(stack: Stack, receiver: Receiver) -> None:
    first = call_us(stack, talk=1)
    assert command(stack, first, "transfer", to=AGENT) == (200, "ok")
    hits = receiver.wait_for(has("call.cost", 2))
    assert event_types(hits, first)[:3] == ["call.initiated", "call.answered", "call.bridged"]


def test_when_the_agent_hangs_up_the_customer_is_gone_too_unless_parked(stack: Stack, receiver: Receiver) -> None:
    for parked in ({}, {"park_after_unbridge": "self"}):
        first = call_us(stack, talk=None, patience=600)
        command(stack, first, "answer")
        command(stack, first, "transfer", to=AGENT, **parked)
        receiver.wait_for(has("call.bridged", 4 if parked else 2))
        row = next(row for row in truth(stack) if row["id"] == first)
        stack.control("hangup", {"id": row["legs"][0]["id"]})
        row = next(row for row in truth(stack) if row["id"] == first)
        assert (row["status"], row["end"]) == (("in-progress", "") if parked else ("completed", "the other leg ended"))
    assert command(stack, first, "hangup") == (200, "ok")


def test_when_the_caller_hangs_up_the_ringing_agent_is_left_alone(stack: Stack, receiver: Receiver) -> None:
    first = call_us(stack, hang_up_after=2)
    command(stack, first, "transfer", to="+420601230032", timeout_secs=600)
    receiver.wait_for(has("call.hangup", 2))
    (row,) = truth(stack)
    assert (row["status"], row["legs"][0]["status"]) == ("no-answer", "canceled")
    causes = {hit.payload["hangup_cause"] for hit in receiver.hits if hit.event_type == "call.hangup"}
    assert causes == {"originator_cancel"}


@pytest.mark.parametrize(
    ("cause", "said", "status"), [("USER_BUSY", "user_busy", "busy"), ("CALL_REJECTED", "call_rejected", "busy")]
)
def test_an_incoming_call_can_be_rejected(stack: Stack, receiver: Receiver, cause: str, said: str, status: str) -> None:
    first = call_us(stack)
    assert command(stack, first, "reject", cause=cause) == (200, "ok")
    ended = one(receiver.wait_for(has_ended), "call.hangup")
    assert (ended["hangup_cause"], ended["hangup_source"]) == (said, "callee")
    assert truth(stack)[0]["status"] == status


def test_a_caller_whom_nobody_answers_gives_up(stack: Stack, receiver: Receiver) -> None:
    call_us(stack)
    ended = one(receiver.wait_for(has_ended), "call.hangup")
    assert (ended["hangup_cause"], ended["hangup_source"]) == ("originator_cancel", "caller")
    (row,) = truth(stack)
    # The machine's clock may be set meanwhile; the wait itself is measured by another one.
    assert row["status"] == "no-answer"
    assert row["ended_at"] - row["started_at"] >= 0.8 * 60 * stack.app.config.speed


def test_a_recording_is_saved_behind_a_link_that_expires(stack: Stack, receiver: Receiver) -> None:
    call_id = answered_call(stack)
    command(stack, call_id, "record_start", format="mp3", channels="dual", transcription=True)
    command(stack, call_id, "record_stop")
    hits = receiver.wait_for(has("call.recording.transcription.saved"))
    saved = one(hits, "call.recording.saved")
    assert ("call_control_id" in saved, saved["channels"]) == (False, "dual")
    assert saved["recording_started_at"] <= saved["recording_ended_at"]
    for name, kind in (("mp3", "audio/mpeg"), ("wav", "audio/wav")):
        path = saved["recording_urls"][name].removeprefix(stack.url)
        status, headers, body = stack.call("GET", path)
        assert (status, headers["content-type"], len(body) > 30) == (200, kind, True)
        assert stack.call("GET", path.replace("X-Expires=1", "X-Expires=2"))[0] == 403
        assert stack.call("GET", path.partition("?")[0])[0] == 403
    assert "order" in one(hits, "call.recording.transcription.saved")["transcription_text"]


def test_a_recording_may_be_full(stack: Stack, receiver: Receiver) -> None:
    call_id = answered_call(stack)
    command(stack, call_id, "record_start", format="wav", channels="single", max_length=1)
    receiver.wait_for(has("call.recording.saved"))
    assert truth(stack)[0]["status"] == "in-progress"


def test_speech_is_transcribed_in_order(stack: Stack, receiver: Receiver) -> None:
    call_id = answered_call(stack)
    config = {"transcription_engine": "A", "language": "es"}
    command(stack, call_id, "transcription_start", transcription_tracks="both", transcription_engine_config=config)
    hits = receiver.wait_for(has("call.transcription", 6))
    pieces = sorted(
        (hit.json["data"] for hit in hits if hit.event_type == "call.transcription"),
        key=lambda event: str(event["occurred_at"]),
    )
    said = [piece["payload"]["transcription_data"] for piece in pieces]
    assert said[0]["transcript"].startswith("Hola")
    assert [one["confidence"] for one in said] == sorted((one["confidence"] for one in said), reverse=True)
    assert {one["is_final"] for one in said} == {True}


def test_a_transcription_can_be_stopped(stack: Stack, receiver: Receiver) -> None:
    stack.control("script", {"kind": "call", "to": CUSTOMER, "outcome": {"talk": None}})
    call_id = answered_call(stack, CUSTOMER, transcription=True)
    receiver.wait_for(has("call.transcription"))
    assert command(stack, call_id, "transcription_stop") == (200, "ok")
    heard = len([hit for hit in receiver.hits if hit.event_type == "call.transcription"])
    command(stack, call_id, "speak", payload="x" * 60, voice="female")
    hits = receiver.wait_for(has("call.speak.ended"))
    assert len([hit for hit in hits if hit.event_type == "call.transcription"]) <= heard + 1


def test_two_calls_can_be_bridged(stack: Stack, receiver: Receiver) -> None:
    one_call, other = answered_call(stack), answered_call(stack)
    assert command(stack, one_call, "bridge", call_control_id=other) == (200, "ok")
    receiver.wait_for(has("call.bridged", 2))
    command(stack, one_call, "hangup")
    stack.settle(lambda: all(row["ended_at"] for row in truth(stack)))
    assert [row["end"] for row in truth(stack)] == ["we hung up", "the other leg ended"]


def test_a_second_transfer_leaves_the_first_agent(stack: Stack, receiver: Receiver) -> None:
    first = call_us(stack, talk=None, patience=600)
    command(stack, first, "answer")
    for count, agent in enumerate((AGENT, AGENT[:-1] + "8"), 1):
        assert command(stack, first, "transfer", to=agent) == (200, "ok")
        receiver.wait_for(has("call.bridged", 2 * count))
    (row,) = truth(stack)
    assert [(leg["status"], leg["end"]) for leg in row["legs"]] == [
        ("completed", "the other leg ended"),
        ("in-progress", ""),
    ]
    command(stack, first, "hangup")
    assert all(leg["ended_at"] for leg in truth(stack)[0]["legs"])


def test_a_phone_may_put_us_on_hold(stack: Stack, receiver: Receiver) -> None:
    stack.control("script", {"kind": "call", "to": CUSTOMER, "outcome": {"hold": 1, "talk": 1}})
    telnyx_call(stack, CUSTOMER)
    hits = receiver.wait_for(has("call.cost"))
    assert event_types(hits)[2:4] == ["call.hold", "call.unhold"]


def test_calls_stay_with_their_account(stack: Stack) -> None:
    call_id = answered_call(stack)
    other = account_of("TELNYX", "borealis")
    assert stack.call("GET", f"/v2/calls/{call_id}")[0] == 401
    assert stack.call("GET", f"/v2/calls/{call_id}", None, {"Authorization": other.authorization})[0] == 404
    hang_up = stack.call("POST", f"/v2/calls/{call_id}/actions/hangup", b"{}", {"Authorization": other.authorization})
    assert hang_up[0] == 404
    assert truth(stack)[0]["status"] == "in-progress"


def test_a_body_that_is_not_json_is_a_bad_request(stack: Stack) -> None:
    headers = {"Authorization": TELNYX.authorization}
    assert stack.call("POST", "/v2/calls", b"{", headers)[0] == 400
    assert telnyx_post(stack, "calls/x/actions/hangup", {})[0] == 404
