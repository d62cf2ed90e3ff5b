"""Real processes and the carrier: calls end as their numbers say, also when workers die and events come disordered."""

import json
import os
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import PASSWORD
from tests.stack import Stack, running_stack, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("calls")]  # They share one installation.
SHORT = {
    "PROVIDER_CONNECT_TIMEOUT": "0.5",
    "PROVIDER_TIMEOUT": "1",
    "SENDER_LEASE_SECONDS": "4",
    "SWEEP_INTERVAL_SECONDS": "0.5",
    "CALL_CHECK_SECONDS": "3",
    "CALL_UNCERTAIN_GRACE_SECONDS": "6",
    "API_REQUESTS_PER_MINUTE": "0",
}
# How many calls the test of killed workers makes; the full proof takes 500.
CALLS = int(os.environ.get("FAULT_CALLS", "60"))
ENDED = {"COMPLETED", "NO_ANSWER", "BUSY", "FAILED", "CANCELED"}
LINES = {"TWILIO": "+12025550120", "TELNYX": "+34900550120"}


class Api:
    """A client of the HTTP API, logged in with a token."""

    def __init__(self, stack: Stack, email: str) -> None:
        self.url = stack.url
        self.token = ""
        body = {"email": email, "password": PASSWORD}
        self.token = self.call("POST", "/api/auth/login", body)["access_token"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or "null")

    def place(self, to: str, **fields: Any) -> str:
        body = {"to_number": to, "direction": "OUTBOUND", **fields}
        return str(self.call("POST", "/api/calls/", body)["id"])


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One installation for the tests that disturb nobody.

    Phones ring long enough for a busy machine, and nobody is asked while a report may still be on its way: asked about
    a call that is over, Telnyx does not say how it ended.
    """
    folder = tmp_path_factory.mktemp("calls")
    patient = {"CALL_RING_SECONDS": "30", "CALL_OFFER_SECONDS": "15", "CALL_CHECK_SECONDS": "10"}
    with running_stack(folder, **SHORT | patient) as running:
        yield running


def statuses(stack: Stack, like: str) -> dict[str, str]:
    """Return the calls of which one number is like this, and how they stand."""
    found = stack.query("SELECT id, status FROM calls_call WHERE from_number LIKE %s OR to_number LIKE %s", like, like)
    return {str(pk): status for pk, status in found}


def wait_for_ends(stack: Stack, like: str, *, seconds: float) -> dict[str, str]:
    def ended() -> dict[str, str] | None:
        found = statuses(stack, like)
        return found if found and set(found.values()) <= ENDED else None

    return dict(wait_until(ended, seconds=seconds, what="the end of every call"))


ENDINGS = {
    "1234": "COMPLETED",  # Answered; the customer hangs up.
    "0001": "FAILED",  # Refused.
    "0006": "FAILED",  # 500 without accepting: in doubt, then given up.
    "0007": "COMPLETED",  # Taken, and never answered to us.
    "0013": "COMPLETED",  # Events backwards, the last one before the answer.
    "0014": "COMPLETED",  # Every event three times.
    "0015": "COMPLETED",  # No events at all: we ask.
    "0031": "BUSY",
    "0032": "NO_ANSWER",
    "0033": "FAILED",
    "0037": "COMPLETED",  # Each event one to three times in random order.
}


def test_calls_end_as_their_numbers_say_at_both_providers(stack: Stack) -> None:
    api = Api(stack, "supervisor@borealis.example")
    expected = {
        api.place(f"+1202777{ending}", from_number=line): status
        for ending, status in ENDINGS.items()
        for line in LINES.values()
    }
    found = wait_for_ends(stack, "+1202777%", seconds=90)
    ended = stack.query("SELECT data->>'call_id', count(*) FROM core_outboxevent WHERE type = 'call.ended' GROUP BY 1")
    # The stack is shared: callers of other tests, and the agents whom they rang, are the carrier's calls too.
    real = [call for call in stack.carrier.control("calls")["calls"] if call["to"].startswith("+1202777")]
    dialled = Counter(call["attempt"] for call in real)
    assert found == expected
    assert {call: times for call, times in ended if call in expected} == dict.fromkeys(expected, 1)
    assert set(dialled.values()) == {1}


def test_disordered_events_and_killed_workers_dial_nothing_twice_and_leave_no_load(tmp_path: Path) -> None:
    settings = {**SHORT, "CALL_RING_SECONDS": "5", "CALL_UNCERTAIN_GRACE_SECONDS": "40"}
    with running_stack(tmp_path, workers=2, **settings) as stack:
        stack.carrier.script("nasty", kind="call")
        api = Api(stack, "agent@borealis.example")
        for number in range(CALLS):
            api.place(f"+1202556{number:04d}", from_number=list(LINES.values())[number % 2])
            if number % (CALLS // 3) == CALLS // 6:
                victim = next(p for p in stack.processes if "worker" in p.args and p.poll() is None)
                victim.kill()
                stack.start_process("worker")
        found = wait_for_ends(stack, "+1202556%", seconds=60 + CALLS)
        truth = stack.carrier.control("calls")["calls"]
        ended = stack.query("SELECT object_id, count(*) FROM core_outboxevent WHERE type = 'call.ended' GROUP BY 1")
        held = stack.query("SELECT sum(current_load) FROM agents_agent")
        attempts = stack.query("SELECT id, call_id FROM calls_callattempt")
        told = stack.query(
            "SELECT c.id, c.dial_state, c.error_code, c.claims, count(e.id) FROM calls_call c"
            " LEFT JOIN calls_callevent e ON e.call_id = c.id GROUP BY 1"
        )
    assert len(found) == CALLS
    call_of = {str(pk): str(call) for pk, call in attempts}
    dialled = Counter(call_of[call["attempt"]] for call in truth)
    assert {call: times for call, times in dialled.items() if times > 1} == {}
    assert [times for _call, times in ended] == [1] * CALLS
    assert held == [(0,)]
    story = {str(row[0]): row[1:] for row in told}
    real = {call_of[call["attempt"]]: call for call in truth}
    wrong = [
        (story[call_id], status, real.get(call_id))
        for call_id, status in found.items()
        if is_wrong(status, real.get(call_id))
    ]
    assert wrong == []


def is_wrong(status: str, real: dict[str, Any] | None) -> bool:
    """Whether a call's end is not what the carrier says of it. One that it never got has failed."""
    if real is None:
        return status != "FAILED"
    return bool(real["answered"]) != (status == "COMPLETED")


def test_a_caller_reaches_an_agent(stack: Stack) -> None:
    supervisor = Api(stack, "supervisor@borealis.example")
    for line in LINES.values():  # They wait as long as a busy machine needs, and hang up after they have talked.
        stack.carrier.control("call", {"from": "+12025557001", "to": line, "script": {"patience": 150}})
    wait_until(lambda: len(statuses(stack, "+12025557001")) == 2, seconds=30, what="two callers")
    assert set(wait_for_ends(stack, "+12025557001", seconds=60).values()) == {"COMPLETED"}
    calls = supervisor.call("GET", "/api/calls/?search=%2B12025557001")["items"]
    assert {call["provider"] for call in calls} == set(LINES)
    assert all(call["agent_id"] for call in calls)
    assert stack.query("SELECT sum(current_load) FROM agents_agent") == [(0,)]


def test_a_caller_whom_nobody_answers_leaves_a_message(stack: Stack) -> None:
    supervisor = Api(stack, "supervisor@aurora.example")
    stack.query(
        "UPDATE agents_agent SET status = 'OFFLINE' WHERE organization_id ="
        " (SELECT id FROM core_organization WHERE slug = 'aurora')"
    )
    for line in ("+12025550110", "+420910055501"):
        stack.carrier.control("call", {"from": "+12025557002", "to": line, "script": {"voicemail": 2}})

    def messages() -> list[Any]:
        return stack.query(
            "SELECT c.provider, c.status, c.disposition, r.state, e.data->>'outcome' FROM calls_call c"
            " JOIN calls_callrecording r ON r.id = c.recording_id"
            " JOIN core_outboxevent e ON e.object_id = c.id AND e.type = 'call.ended'"
            " WHERE c.from_number = '+12025557002' ORDER BY 1"
        )

    wait_until(lambda: len(messages()) == 2, seconds=60, what="two messages")
    assert messages() == [
        ("TELNYX", "NO_ANSWER", "voicemail", "stored", "voicemail"),
        ("TWILIO", "NO_ANSWER", "voicemail", "stored", "voicemail"),
    ]
    heard = supervisor.call("GET", "/api/calls/?search=%2B12025557002")["items"][0]
    request = urllib.request.Request(heard["recording_url"], headers={"Authorization": f"Bearer {supervisor.token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("audio/")
        assert len(answer.read()) > 100


def test_our_hang_up_ends_the_call_at_the_provider(stack: Stack) -> None:
    api = Api(stack, "supervisor@borealis.example")
    to = "+12025580035"  # Talks until we hang up.
    calls = [api.place(to, from_number=line) for line in LINES.values()]
    wait_until(lambda: set(statuses(stack, to).values()) == {"IN_PROGRESS"}, seconds=60, what="two conversations")
    for call_id in calls:
        assert api.call("POST", f"/api/calls/{call_id}/end")["status"] == "COMPLETED"

    def ended() -> bool:
        real = stack.carrier.control(f"calls?to={urllib.parse.quote(to)}")["calls"]
        return len(real) == 2 and all(call["ended_at"] for call in real)

    wait_until(ended, seconds=30, what="the end at the carrier")
    assert set(statuses(stack, to).values()) == {"COMPLETED"}
