"""Writing twice: Idempotency-Key on POST /api/sms/send."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from contactcenter.core.models import IdempotencyKey, PhoneNumber
from sms import services
from sms.models import Message
from tests.conftest import LogIn
from tests.factories import Tenant
from tests.sms.api import SEND, TO, browser, post, problem, send, wrong_parts

KEY = "5f0c-first"


@pytest.fixture
def agent(aurora: Tenant) -> Client:
    return browser(aurora.agent)


def count(tenant: Tenant) -> int:
    return Message.objects.for_org(tenant.org).count()


def test_the_first_answer_is_given_again(aurora: Tenant, agent: Client) -> None:
    first = send(agent, key=KEY)
    Message.objects.for_org(aurora.org).update(status="delivered")
    again = send(agent, key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert count(aurora) == 1


def test_the_same_body_written_otherwise_is_the_same(aurora: Tenant, agent: Client) -> None:
    post(agent, {"to_number": TO, "body": "Hello"}, key=KEY)
    again = post(agent, f'{{ "body":"Hello",\n "to_number":"{TO}"}}', key=KEY, url=f"{SEND}/")
    assert again["Idempotency-Replayed"] == "true"


def test_another_body_is_refused(aurora: Tenant, agent: Client) -> None:
    send(agent, key=KEY)
    assert wrong_parts(send(agent, key=KEY, body="Other")) == [(["header", "Idempotency-Key"], "idempotency_conflict")]
    assert count(aurora) == 1


def test_without_a_key_every_request_counts(aurora: Tenant, agent: Client) -> None:
    assert [send(agent).status_code for _time in range(2)] == [201, 201]
    assert count(aurora) == 2


def test_a_key_belongs_to_its_organization(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    send(agent, key=KEY)
    theirs = send(browser(borealis.agent), key=KEY, body="Theirs")
    assert (theirs.status_code, "Idempotency-Replayed" in theirs) == (201, False)
    assert (count(aurora), count(borealis)) == (1, 1)


def test_colleagues_share_it(aurora: Tenant, agent: Client) -> None:
    send(agent, key=KEY)
    assert send(browser(aurora.admin), key=KEY)["Idempotency-Replayed"] == "true"


def test_the_right_is_asked_before_the_memory(aurora: Tenant, agent: Client) -> None:
    send(agent, key=KEY)
    problem(send(browser(aurora.customer), key=KEY), 403, "PERMISSION_DENIED")


def test_failures_are_not_remembered(aurora: Tenant, agent: Client) -> None:
    senders = PhoneNumber.objects.for_org(aurora.org)
    senders.update(is_active=False)
    problem(send(agent, key=KEY), 503, "SERVICE_UNAVAILABLE")
    wrong_parts(send(agent, key=KEY, to_number="x"))
    problem(post(agent, b"x", key=KEY), 400, "MALFORMED_BODY")
    assert IdempotencyKey.objects.count() == 0
    senders.update(is_active=True)
    answer = send(agent, key=KEY)
    assert (answer.status_code, "Idempotency-Replayed" in answer) == (201, False)


def test_a_key_is_kept_for_a_day(aurora: Tenant, agent: Client) -> None:
    send(agent, key=KEY)
    row = IdempotencyKey.objects.filter(organization=aurora.org)
    row.update(created_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert send(agent, key=KEY)["Idempotency-Replayed"] == "true"
    row.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    answer = send(agent, key=KEY, body="Another day")
    assert (answer.status_code, "Idempotency-Replayed" in answer, row.count()) == (201, False, 1)


@pytest.mark.parametrize("key", ["k", "!", "~" * 255, "  padded\t"])
def test_keys_that_are_taken(agent: Client, key: str) -> None:
    assert (send(agent, key=key).status_code, send(agent, key=key)["Idempotency-Replayed"]) == (201, "true")


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "klíč", "a\x00", "a\n", "\x7f"])
def test_keys_that_are_refused(aurora: Tenant, agent: Client, key: str) -> None:
    assert wrong_parts(send(agent, key=key)) == [(["header", "Idempotency-Key"], "invalid")]
    assert count(aurora) == 0


Held = tuple[threading.Event, threading.Event]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Hold the next text after it was stored and before it is committed: (it is stored, let it go)."""
    stored, go = threading.Event(), threading.Event()
    real = services.send_message

    def slow(**kwargs: Any) -> Message:
        monkeypatch.setattr(services, "send_message", real)
        message = real(**kwargs)
        stored.set()
        assert go.wait(20)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return message

    monkeypatch.setattr(services, "send_message", slow)
    yield stored, go
    go.set()


@pytest.fixture
def in_background() -> Iterator[Callable[..., "Future[HttpResponse]"]]:
    def ask(client: Client, **fields: Any) -> HttpResponse:
        try:
            return send(client, **fields)
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as pool:
        yield lambda client, **fields: pool.submit(ask, client, **fields)


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_running(
    aurora: Tenant, borealis: Tenant, log_in: LogIn, held: Held, in_background: Callable[..., Any]
) -> None:
    stored, go = held
    first = in_background(log_in(aurora.agent), key=KEY)
    assert stored.wait(20)
    problem(send(log_in(aurora.admin), key=KEY), 409, "IDEMPOTENCY_KEY_IN_USE")
    assert send(log_in(borealis.agent), key=KEY).status_code == 201
    go.set()
    assert first.result(20).status_code == 201
    assert send(log_in(aurora.admin), key=KEY)["Idempotency-Replayed"] == "true"
    assert (count(aurora), count(borealis)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_blocks_nothing_and_sends_nothing_twice(
    aurora: Tenant, log_in: LogIn, held: Held, in_background: Callable[..., Any]
) -> None:
    stored, go = held
    first = in_background(log_in(aurora.agent), key=KEY)
    assert stored.wait(20)
    with connection.cursor() as cursor:  # What PostgreSQL sees of a process that is killed: its connection is gone.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) GROUP BY pid"
        )
    go.set()
    with pytest.raises(OperationalError):
        first.result(20)
    assert count(aurora) == 0
    answer = send(log_in(aurora.agent), key=KEY)
    assert (answer.status_code, "Idempotency-Replayed" in answer, count(aurora)) == (201, False, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_send_one_text(aurora: Tenant, log_in: LogIn, in_background: Callable[..., Any]) -> None:
    clients = [log_in(aurora.agent) for _request in range(20)]
    answers = [future.result(30) for future in [in_background(client, key=KEY) for client in clients]]
    fresh = [answer for answer in answers if answer.status_code == 201 and "Idempotency-Replayed" not in answer]
    assert (len(fresh), count(aurora)) == (1, 1)
    assert {answer.status_code for answer in answers} <= {201, 409}


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_without_a_key_are_twenty_texts(
    aurora: Tenant, log_in: LogIn, in_background: Callable[..., Any]
) -> None:
    """The twin that shows that the requests above do race."""
    clients = [log_in(aurora.agent) for _request in range(20)]
    answers = [future.result(30) for future in [in_background(client) for client in clients]]
    assert ([answer.status_code for answer in answers], count(aurora)) == ([201] * 20, 20)


@pytest.mark.django_db(transaction=True)
def test_passing_requests_never_exceed_the_limit_together(
    aurora: Tenant, log_in: LogIn, in_background: Callable[..., Any]
) -> None:
    aurora.org.sms_hourly_limit = 7
    aurora.org.save()
    clients = [log_in(aurora.agent) for _request in range(16)]
    futures = [in_background(client, key=f"k{n}" if n % 2 else None) for n, client in enumerate(clients)]
    statuses = sorted(future.result(30).status_code for future in futures)
    assert (statuses, count(aurora)) == ([201] * 7 + [429] * 9, 7)
