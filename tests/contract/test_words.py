"""Every word of the contract is taken in any letter case, and given as it is written there."""

from typing import Any

import pytest

from tests.contract.conftest import ask, bearer, undone
from tests.contract.endpoints import SMS_BODY, TO, new_profile
from tests.contract.shapes import (
    AGENT_STATUSES,
    CALL_DIRECTIONS,
    CALL_STATUSES,
    GROUPS,
    SMS_DIRECTIONS,
    SMS_STATUSES,
)
from tests.factories import make_call
from tests.sms.api import wrong_parts
from tests.world import World

CASES = (str.lower, str.upper, str.title, str.swapcase)


@pytest.mark.parametrize(
    ("path", "parameter", "words"),
    [
        ("/api/calls/", "call_status", CALL_STATUSES),
        ("/api/calls/", "status", CALL_STATUSES),
        ("/api/calls/", "direction", CALL_DIRECTIONS),
        ("/api/agents/", "status", AGENT_STATUSES),
        ("/api/analytics/calls", "group_by", GROUPS),
        ("/api/sms/inbox", "direction", SMS_DIRECTIONS),
        ("/api/sms/inbox", "status", SMS_STATUSES),
        ("/api/sms/inbox", "unread", ("true", "false")),
    ],
)
def test_words_in_the_address(ours: World, path: str, parameter: str, words: tuple[str, ...]) -> None:
    client = bearer(ours.tenant.supervisor)
    everything = client.get(path).json()
    for word in words:
        as_written = client.get(path, {parameter: word})
        assert as_written.status_code == 200, word
        assert parameter in {"group_by", "unread"} or as_written.json() != everything
        for case in CASES:
            assert client.get(path, {parameter: case(word)}).content == as_written.content


def shown(answer: Any, name: str) -> Any:
    assert answer.status_code in {200, 201}, answer.content
    return answer.json()[name]


@pytest.mark.parametrize("case", CASES)
def test_words_in_bodies_of_calls(ours: World, case: Any) -> None:
    client = bearer(ours.tenant.agent)
    for word in CALL_DIRECTIONS:
        body = {"to_number": TO, "from_number": TO, "direction": case(word)}
        assert shown(ask(client, "POST", "/api/calls", body), "direction") == word
    after = {"IN_PROGRESS": "RINGING", "ON_HOLD": "IN_PROGRESS", "QUEUED": "QUEUED"}
    for word in CALL_STATUSES:
        call = make_call(ours.tenant, status=after.get(word, "RINGING"))
        assert shown(ask(client, "PUT", f"/api/calls/{call.pk}", {"status": case(word)}), "status") == word


@pytest.mark.parametrize("case", CASES)
def test_words_in_bodies_of_agents(ours: World, case: Any) -> None:
    client = bearer(ours.tenant.supervisor)
    for word in AGENT_STATUSES:
        with undone():
            made = ask(client, "POST", "/api/agents", new_profile(ours, status=case(word)))
            assert shown(made, "status") == word
            path = f"/api/agents/{made.json()['id']}"
            assert shown(ask(client, "PUT", path, {"status": case(word)}), "status") == word
            assert shown(ask(client, "PATCH", f"{path}/status", {"status": case(word)}), "status") == word


@pytest.mark.parametrize("case", CASES)
def test_words_in_bodies_of_keys(ours: World, case: Any) -> None:
    body = {"name": "shop", "scopes": [case("calls.read"), case("analytics.read_all")]}
    made = ask(bearer(ours.tenant.agent), "POST", "/api/auth/keys", body)
    assert shown(made, "scopes") == ["analytics.read_all", "calls.read"]


# --- Numbers --------------------------------------------------------------------------------------------------
TAKEN = ["+1 (202) 555-0199", "+1.202.555.0199", " +12025550199 ", "+1-202-555-0199", "(202) 555-0199"]
REFUSED = ["+0202555019", "+123456", "+1234567890123456", "12ab34567", "++12025550199", "+1202555٠199", "", " "]


@pytest.mark.parametrize("path", ["/api/calls", "/api/sms/send"])
def test_numbers_may_be_written_as_people_write_them(ours: World, path: str) -> None:
    ours.tenant.org.default_country = "US"
    ours.tenant.org.save()
    client = bearer(ours.tenant.agent)
    more = {"direction": "OUTBOUND"} if "calls" in path else {"body": "Hello"}
    for number in TAKEN:
        assert shown(ask(client, "POST", path, {"to_number": number, **more}), "to_number") == TO
    for number in ("+1234567", "+123456789012345"):
        assert shown(ask(client, "POST", path, {"to_number": number, **more}), "to_number") == number
    for number in REFUSED:
        found = wrong_parts(ask(client, "POST", path, {"to_number": number, **more}))
        assert [loc for loc, _kind in found] == [["body", "to_number"]], number


@pytest.mark.parametrize(("length", "status"), [(0, 422), (1, 201), (1530, 201), (1531, 422), (1600, 422), (1601, 422)])
def test_a_text_is_1_to_1600_characters_and_at_most_10_segments(ours: World, length: int, status: int) -> None:
    body = {**SMS_BODY(ours), "body": "x" * length}
    assert ask(bearer(ours.tenant.agent), "POST", "/api/sms/send", body).status_code == status
