"""Idempotency-Key on every POST of the contract that creates something."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from contactcenter.core.models import IdempotencyKey, Organization
from contactcenter.web.api import idempotency
from tests.contract.conftest import ask, bearer, undone
from tests.contract.endpoints import CREATING, ENDPOINTS, Endpoint
from tests.sms.api import problem, wrong_parts
from tests.world import World

KEY = "order-1042"
creating = pytest.mark.parametrize("endpoint", CREATING, ids=str)
DOING = [one for one in ENDPOINTS if one.method == "POST" and one not in CREATING and one.row != "who"]


def send(world: World, endpoint: Endpoint, body: Any, *, key: str = KEY) -> Any:
    return ask(bearer(world.tenant.admin), "POST", endpoint.path_in(world), body, **{"Idempotency-Key": key})


def is_replayed(answer: Any) -> bool:
    assert answer.get("Idempotency-Replayed") in {None, "true"}
    return "Idempotency-Replayed" in answer


@creating
def test_the_same_body_gives_the_first_answer_and_another_is_422(ours: World, endpoint: Endpoint) -> None:
    body, other = endpoint.body(ours), endpoint.other_body(ours)  # type: ignore[misc]
    first, again = send(ours, endpoint, body), send(ours, endpoint, body)
    assert (first.status_code, is_replayed(first)) == (201, False), first.content
    assert (again.status_code, is_replayed(again), again.content) == (201, True, first.content)
    assert wrong_parts(send(ours, endpoint, other)) == [(["header", "Idempotency-Key"], "idempotency_conflict")]
    another = send(ours, endpoint, other, key="another")
    assert (another.status_code, is_replayed(another)) == (201, False)


@creating
def test_a_failure_is_not_remembered(ours: World, endpoint: Endpoint) -> None:
    before = IdempotencyKey.objects.count()
    wrong_parts(send(ours, endpoint, {}))
    problem(send(ours, endpoint, b"no JSON"), 400, "MALFORMED_BODY")
    assert IdempotencyKey.objects.count() == before
    answer = send(ours, endpoint, endpoint.body(ours))  # type: ignore[misc]
    assert (answer.status_code, is_replayed(answer)) == (201, False)


@creating
def test_a_key_is_the_organizations(ours: World, theirs: World, endpoint: Endpoint) -> None:
    first = send(ours, endpoint, endpoint.body(ours))  # type: ignore[misc]
    answer = send(theirs, endpoint, endpoint.body(theirs))  # type: ignore[misc]
    assert (answer.status_code, is_replayed(answer)) == (201, False)
    assert answer.json()["id"] != first.json()["id"]


@creating
@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "a\x7f"])
def test_a_key_of_another_form_is_422(ours: World, endpoint: Endpoint, key: str) -> None:
    body = endpoint.body(ours)  # type: ignore[misc]
    assert wrong_parts(send(ours, endpoint, body, key=key)) == [(["header", "Idempotency-Key"], "invalid")]


@contextmanager
def running(org: Organization) -> Iterator[None]:
    """Keep a first request with the key running, as another process would."""
    is_running, may_end = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with undone():
                idempotency._lock(org, KEY)
                is_running.set()
                assert may_end.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    assert is_running.wait(20)
    try:
        yield
    finally:
        may_end.set()
        thread.join(20)


@creating
def test_while_the_first_is_running_the_second_is_409(ours: World, theirs: World, endpoint: Endpoint) -> None:
    body = endpoint.body(ours)  # type: ignore[misc]
    with running(ours.tenant.org):
        problem(send(ours, endpoint, body), 409, "IDEMPOTENCY_KEY_IN_USE")
        assert send(theirs, endpoint, endpoint.body(theirs)).status_code == 201  # type: ignore[misc]
    assert send(ours, endpoint, body).status_code == 201


@pytest.mark.parametrize("endpoint", DOING, ids=str)
def test_what_creates_nothing_takes_a_key_as_well(ours: World, endpoint: Endpoint) -> None:
    first, again = send(ours, endpoint, None), send(ours, endpoint, {})
    assert (first.status_code, is_replayed(first)) == (200, False)
    assert (again.status_code, is_replayed(again), again.content) == (200, True, first.content)
