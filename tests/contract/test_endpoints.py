"""Every endpoint of the contract: its keys and types, as every role, with and without a slash, nobody else's data."""

from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.contract.conftest import ask, bearer, undone
from tests.contract.endpoints import ENDPOINTS, EVERYBODY, OF_AN_OBJECT, PAGED, WITH_BODY, Endpoint
from tests.contract.shapes import PROBLEM, differences
from tests.sms.api import problem, wrong_parts
from tests.world import World, words_of

every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
KNOWN = {path: {one.method for one in ENDPOINTS if one.path == path} for path in {one.path for one in ENDPOINTS}}
KNOWN["/api/agents/{agent}"] |= {"PATCH"}  # Beyond the contract: the same as PUT.


def test_the_table_has_all_of_the_contracts_rows() -> None:
    assert {one.row for one in ENDPOINTS} == {*(str(row) for row in range(1, 23)), "beside", "who"}


@every_endpoint
def test_whoever_may_gets_exactly_what_the_contract_says(ours: World, theirs: World, endpoint: Endpoint) -> None:
    for user, ending in product(ours.tenant.users, ("", "/")):
        if user.role not in endpoint.may:
            continue
        with undone():
            body = endpoint.body(ours) if endpoint.body else None
            answer = ask(bearer(user), endpoint.method, endpoint.path_in(ours) + ending, body)
            assert answer.status_code == endpoint.status, (user.role, answer.content)
            assert words_of(theirs, answer) == set()
            if endpoint.status == 204:
                assert answer.content == b""
                continue
            assert answer["Content-Type"] == "application/json"
            assert list(differences(endpoint.answers, answer.json())) == [], user.role


@every_endpoint
def test_whoever_may_not_is_told_so(ours: World, endpoint: Endpoint) -> None:
    body = endpoint.body(ours) if endpoint.body else None
    for ending in ("", "/"):
        path = endpoint.path_in(ours) + ending
        problem(ask(bearer(None), endpoint.method, path, body), 401, "NOT_AUTHENTICATED")
        for user in ours.tenant.users:
            if user.role in EVERYBODY - endpoint.may:
                problem(ask(bearer(user), endpoint.method, path, body), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("endpoint", OF_AN_OBJECT, ids=str)
def test_another_organizations_object_is_not_there_for_any_role(ours: World, theirs: World, endpoint: Endpoint) -> None:
    body = endpoint.body(ours) if endpoint.body else None
    for user in ours.tenant.users:
        path = endpoint.path_in(theirs)
        pk = next(part for part in path.split("/") if part.count("-") == 4)
        for address, of in ((path, pk), (path.replace(pk, str(unknown := uuid4())), unknown)):
            answer = ask(bearer(user), endpoint.method, address, body)
            found = problem(answer, 404, "NOT_FOUND")
            assert found["detail"] == endpoint.no_such.format(of)


def test_an_unknown_method_is_405_and_names_those_that_are_known(ours: World) -> None:
    client = bearer(ours.tenant.admin)
    for endpoint in ENDPOINTS:
        for method in METHODS - KNOWN[endpoint.path]:
            answer = ask(client, method, endpoint.path_in(ours))
            assert list(differences(PROBLEM, answer.json())) == []
            problem(answer, 405, "METHOD_NOT_ALLOWED")
            assert set(answer["Allow"].split(", ")) - {"HEAD"} == KNOWN[endpoint.path]


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=str)
def test_a_body_that_cannot_be_taken(ours: World, endpoint: Endpoint, settings: Any) -> None:
    client, path = bearer(ours.tenant.admin), endpoint.path_in(ours)

    def send(body: bytes, kind: str = "application/json") -> Any:
        return client.generic(endpoint.method, path, body, content_type=kind)

    for content in (b"", b"{", b"\xff", b'{"a": NaN}', b"hello"):
        problem(send(content), 400, "MALFORMED_BODY")
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        problem(send(b"{}", kind), 415, "UNSUPPORTED_MEDIA_TYPE")
    for content in (b"[]", b"null", b'"text"', b"7"):
        assert wrong_parts(send(content)) == [(["body"], "object_expected")]
    large = b'{"notes": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    problem(send(large), 413, "BODY_TOO_LARGE")


def test_paging_out_of_range_is_422_and_nonsense_is_400(ours: World) -> None:
    client = bearer(ours.tenant.supervisor)
    for endpoint, name in PAGED:
        path, least = endpoint.path_in(ours), 0 if name == "skip" else 1
        most = {"page_size": 100, "limit": 100, "days": 365}.get(name)
        for value in (least - 1, -7, *([most + 1, 10**30] if most else ())):
            assert wrong_parts(client.get(path, {name: value})) == [(["query", name], "out_of_range")]
        for value in ("x", "1.5", "١"):
            found = problem(client.get(path, {name: value}), 400, "INVALID_PARAMETER")
            assert found["detail"] == f"Invalid {name}: {value}"
        for value in (least, *([most] if most else ())):
            assert client.get(path, {name: value}).status_code == 200


MALFORMED = [
    ("/api/calls/", "call_status", "Invalid call status: X"),
    ("/api/calls/", "status", "Invalid call status: X"),
    ("/api/calls/", "direction", "Invalid call direction: X"),
    ("/api/calls/", "agent_id", "Invalid agent id: X"),
    ("/api/calls/", "start_date", "Invalid start date: X"),
    ("/api/calls/", "end_date", "Invalid end date: X"),
    ("/api/agents/", "status", "Invalid agent status: X"),
    ("/api/analytics/calls", "group_by", "Invalid group by: X"),
    ("/api/analytics/calls", "start_date", "Invalid start date: X"),
    ("/api/analytics/agents", "end_date", "Invalid end date: X"),
    ("/api/sms/inbox", "direction", "Invalid sms direction: X"),
    ("/api/sms/inbox", "status", "Invalid sms status: X"),
    ("/api/sms/inbox", "unread", "Invalid unread: X"),
    ("/api/sms/inbox", "contact_number", "Invalid contact number: ?"),
]


def test_a_malformed_parameter_is_400_in_the_contracts_words(ours: World) -> None:
    ours.tenant.admin.language = "cs"  # These are for programs: they are the same in every language.
    ours.tenant.admin.save()
    for path, parameter, sentence in MALFORMED:
        answer = bearer(ours.tenant.admin).get(path, {parameter: sentence[-1]})
        assert problem(answer, 400, "INVALID_PARAMETER")["detail"] == sentence


def test_lists_can_be_turned_by_cursor_too(ours: World) -> None:
    client = bearer(ours.tenant.agent)
    for path in ("/api/calls/", "/api/sms/conversations", f"/api/sms/conversations/{ours.conversation.pk}/messages"):
        first = client.get(path, {"cursor": "", "page_size": 1}).json()
        assert first.keys() == {"items", "total", "page", "page_size", "has_more", "next_cursor"}
        assert (first["page"], len(first["items"])) == (None, 1)


def test_anybody_may_ask_for_health_keys_schemas_and_reference(db: None) -> None:
    client = Client()
    for path in ("/health", "/.well-known/jwks.json", "/api/schema/", "/api/events/schema/", "/docs", "/redoc"):
        for address in (path.rstrip("/"), f"{path.rstrip('/')}/"):
            assert client.get(address).status_code in {200, 503}, address
    assert client.get("/health").json().keys() == {"status", "checks", "time"}
    assert client.get("/health").json()["checks"].keys() == {"database", "broker", "workers"}
