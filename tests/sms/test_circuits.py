"""Breakers of provider accounts: opened by failures, tried by one text, closed by success or by a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone

from contactcenter.core import circuits, vitals
from contactcenter.core.models import (
    AuditEntry,
    CircuitChange,
    CircuitReason,
    CircuitState,
    ProviderAccount,
    ProviderCircuit,
)
from contactcenter.providers.enums import ProviderName
from contactcenter.providers.errors import describe
from sms import queue_status, sweep
from sms.enums import MessageStatus, RerouteKind
from sms.models import Attempt, Message, Reroute
from tests.sms.test_failover import AMERICAN, CZECH, again, queue, send_due

pytestmark = pytest.mark.django_db(transaction=True)


def open_circuit(account, code: str = "20003") -> ProviderCircuit:
    error = describe(ProviderName(account.provider), code, http_status=401)
    with transaction.atomic():
        provider = ProviderName(account.provider)
        circuits.note_failure(org_id=account.organization_id, account_id=account.pk, error=error, provider=provider)
    return ProviderCircuit.all_orgs.get(account=account)


def let_the_pause_pass(message: Message | None = None) -> None:
    past = timezone.now() - timedelta(seconds=1)
    ProviderCircuit.all_orgs.update(probe_at=past)
    if message is not None:
        Message.all_orgs.filter(pk=message.pk).update(next_attempt_at=past)


def test_refused_access_opens_at_once_and_others_keep_sending(aurora, borealis, carrier):
    carrier.script({"refuse": {"http_status": 401, "code": 20003, "message": "no"}}, to=AMERICAN, times=1)
    queue(aurora, "twilio", AMERICAN)
    send_due()
    circuit = ProviderCircuit.all_orgs.get()
    assert (circuit.account, circuit.state, circuit.reason) == (aurora.twilio, "open", CircuitReason.ACCESS)
    assert circuit.provider_error_code == "20003"
    waiting, theirs = queue(aurora, "twilio", AMERICAN), queue(borealis, "twilio", AMERICAN)
    diverted = queue(aurora, "twilio", CZECH)
    send_due()
    send_due()
    assert again(theirs).status == MessageStatus.ACCEPTED
    assert (again(waiting).status, again(waiting).next_attempt_at) == (MessageStatus.QUEUED, circuit.probe_at)
    diverted = again(diverted)
    assert (diverted.status, diverted.provider, diverted.failovers) == (MessageStatus.ACCEPTED, "TELNYX", 0)
    assert Reroute.all_orgs.get().kind == RerouteKind.CIRCUIT
    assert not Attempt.all_orgs.filter(message=waiting).exists()


def test_trial_that_fails_opens_for_longer_and_keeps_its_text_and_one_that_works_closes(aurora, carrier, settings):
    first = open_circuit(aurora.twilio)
    message = queue(aurora, "twilio", AMERICAN)
    carrier.script({"refuse": {"http_status": 401, "code": 20003, "message": "no"}}, to=AMERICAN, times=1)
    let_the_pause_pass()
    send_due()
    circuit = ProviderCircuit.all_orgs.get()
    assert (circuit.state, circuit.openings) == (CircuitState.OPEN, first.openings + 1)
    pause = (circuit.probe_at - circuit.changed_at).total_seconds()
    assert settings.CIRCUIT_OPEN_SECONDS * 2 - 1 < pause < settings.CIRCUIT_OPEN_SECONDS * 2 + 1
    assert (again(message).status, again(message).next_attempt_at) == (MessageStatus.QUEUED, circuit.probe_at)
    let_the_pause_pass(message)
    send_due()
    circuit = ProviderCircuit.all_orgs.get()
    assert (again(message).status, circuit.state, circuit.openings) == (MessageStatus.ACCEPTED, "closed", 0)
    states = list(CircuitChange.all_orgs.order_by("id").values_list("state", flat=True))
    assert states == ["open", "half_open", "open", "half_open", "closed"]


def test_one_of_eight_threads_gets_the_trial(aurora):
    open_circuit(aurora.twilio)
    let_the_pause_pass()

    def attempt(_number: int) -> bool:
        try:
            with transaction.atomic():
                return circuits.begin_trial(aurora.twilio.pk, seconds=60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_doubts_open_after_enough_of_them_within_the_window_and_a_wrong_number_counts_for_nothing(aurora, settings):
    settings.CIRCUIT_FAILURES = 3
    account = aurora.twilio
    for code in ("21211", "21211", "21211", "20429", "read_timeout", "read_timeout"):
        open_circuit(account, code) if code == "read_timeout" else _note(account, code)
    circuit = ProviderCircuit.all_orgs.get()
    assert circuit.state == CircuitState.CLOSED
    long_ago = timezone.now().timestamp() - settings.CIRCUIT_WINDOW_SECONDS - 1
    ProviderCircuit.all_orgs.update(recent_failures=[long_ago, *circuit.recent_failures[1:]])
    assert open_circuit(account, "read_timeout").state == CircuitState.CLOSED
    assert open_circuit(account, "connect_failed").state == CircuitState.OPEN


def _note(account, code: str) -> None:
    provider = ProviderName(account.provider)
    error = describe(provider, code, http_status=400)
    with transaction.atomic():
        circuits.note_failure(org_id=account.organization_id, account_id=account.pk, error=error, provider=provider)


def test_administrator_sees_why_and_closes_it_and_texts_go_at_once(aurora, borealis, carrier, log_in):
    circuit = open_circuit(aurora.twilio, "20005")
    message = queue(aurora, "twilio", AMERICAN)
    send_due()
    page = log_in(aurora.admin).get(reverse("sms:health")).content.decode()
    assert "A person decides" in page
    assert "20005" in page
    assert "20005" not in log_in(borealis.admin).get(reverse("sms:health")).content.decode()
    address = reverse("sms:close_circuit", args=[circuit.pk])
    assert log_in(borealis.admin).post(address).status_code == 404
    assert log_in(aurora.agent).post(address).status_code == 403
    assert log_in(aurora.admin).post(address).status_code == 302
    assert ProviderCircuit.all_orgs.get().state == CircuitState.CLOSED
    entry = AuditEntry.all_orgs.get(action="provider_account.breaker_closed")
    assert (entry.actor, entry.object_id) == (aurora.admin, aurora.twilio.pk)
    assert sweep.sweep().resumed == 1
    send_due()
    assert again(message).status == MessageStatus.ACCEPTED


def test_an_account_that_is_switched_off_is_counted_nowhere_until_it_is_switched_on(aurora, borealis, log_in):
    open_circuit(aurora.twilio, "20005"), open_circuit(borealis.twilio)
    accounts = ProviderAccount.all_orgs.filter(pk=aurora.twilio.pk)
    for is_active in (False, True):
        accounts.update(is_active=is_active)
        (circuits_of_all,) = vitals._circuits(timezone.now())
        open_ones = sum(sample.value for sample in circuits_of_all.samples)
        found = (open_ones, queue_status.of(None).circuits_open, queue_status.of(aurora.org).circuits_open)
        assert found == (1 + is_active, 1 + is_active, int(is_active))
        page = log_in(aurora.admin).get(reverse("sms:health")).content.decode()
        assert ("20005" in page) is is_active
