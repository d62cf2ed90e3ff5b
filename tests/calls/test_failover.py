"""Calls that go through the other account: every row of the errors about calls, breakers, and never a doubt."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from agents.models import Agent
from calls import placing
from calls.enums import AttemptState, CallErrorCode, CallStatus, Placing
from calls.models import Call, CallAttempt
from contactcenter.core import circuits
from contactcenter.core.models import (
    CircuitReason,
    ContactNumber,
    Delivery,
    PhoneNumber,
    ProviderAccount,
    ProviderCircuit,
)
from contactcenter.providers.base import ProviderName
from contactcenter.providers.errors import describe
from sms import causes, explanations
from tests.calls.lives import PROVIDERS, again, dial_due, ends, load, place
from tests.carrier import Carrier
from tests.factories import Tenant
from tests.providers.conftest import sample

pytestmark = pytest.mark.django_db(transaction=True)

Row = dict[str, str]
KEYS = ("provider", "code", "phase", "taxonomy", "nature", "retry", "failover", "contact")
ROWS: list[Row] = [dict(zip(KEYS, row, strict=True)) for row in json.loads(sample("error_codes.json"))]
VOICE = [row for row in ROWS if row["phase"] == "voice"]


def refuse(carrier: Carrier, code: object, http_status: int = 400, **how: Any) -> None:
    refusal = {"http_status": http_status, "code": str(code), "message": "no", **how}
    carrier.script({"refuse": refusal, "drop": True}, kind="call", times=1)


def other_of(tenant: Tenant, provider: str) -> str:
    return {"twilio": "telnyx", "telnyx": "twilio"}[provider]


def attempts(call: Call) -> list[tuple[str, str]]:
    rows = CallAttempt.all_orgs.filter(call=call).order_by("id")
    return [(row.provider.lower(), row.state) for row in rows]


def taken_at(carrier: Carrier) -> list[str]:
    return [call["provider"].lower() for call in carrier.control("calls")["calls"]]


def test_there_are_rows_about_calls_of_both_providers():
    assert {row["provider"] for row in VOICE} == set(PROVIDERS)
    assert len(VOICE) == 20


@pytest.mark.parametrize("row", VOICE, ids=lambda row: f"{row['provider']}-{row['code']}")
def test_every_row_about_calls_leaves_what_it_says(aurora, borealis, carrier, row):
    refuse(carrier, row["code"], 429 if row["taxonomy"] == "RATE_LIMITED" else 400)
    call, before = place(aurora, row["provider"]), timezone.now()
    dial_due()
    seen, attempt = again(call), CallAttempt.all_orgs.get(call=call)
    goes_over, waits = row["failover"] == "yes", row["retry"] == "backoff"
    assert (attempt.state, attempt.error_code) == (AttemptState.REJECTED, row["taxonomy"])
    assert attempt.provider_error_code == seen.provider_error_code == row["code"]
    expected = (CallStatus.FAILED, Placing.REFUSED, row["taxonomy"])
    if goes_over or waits:
        expected = (CallStatus.QUEUED, Placing.DUE, CallErrorCode.RETRYING)
    assert (seen.status, seen.placing, seen.error_code) == expected
    account = getattr(aurora, other_of(aurora, row["provider"]) if goes_over else row["provider"])
    assert (seen.account_id, seen.failovers) == (account.pk, int(goes_over))
    if waits and not goes_over:
        assert timedelta(0) < seen.next_attempt_at - before < timedelta(seconds=30)
    # What a call's code says of a number says nothing about texts to it.
    assert set(ContactNumber.all_orgs.values_list("delivery_state", flat=True)) <= {Delivery.OK}
    assert load(aurora.agent) == int(expected[0] == CallStatus.QUEUED)
    explanation = explanations.explain(row["provider"].upper(), row["code"], attempt.error_code)
    cause = causes.cause_of(row["provider"].upper(), row["code"])
    assert explanation.sentence == explanations.CAUSES[cause].sentence


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_that_is_certainly_refused_reaches_the_person_through_the_other_account(
    aurora, borealis, carrier, provider
):
    refuse(carrier, {"twilio": 21210, "telnyx": 90043}[provider])
    call, other = place(aurora, provider), other_of(aurora, provider)
    dial_due()
    dial_due()
    seen = again(call)
    assert attempts(call) == [(provider, "rejected"), (other, "accepted")]
    assert (seen.placing, seen.error_code, seen.provider) == (Placing.PLACED, "", other.upper())
    assert seen.from_number == getattr(aurora, f"{other}_number").address
    assert taken_at(carrier) == [other]


def test_a_call_fails_over_once(aurora, borealis, carrier):
    call = place(aurora, "twilio")
    refuse(carrier, 21210)
    dial_due()
    refuse(carrier, 90043)
    dial_due()
    seen = again(call)
    assert attempts(call) == [("twilio", "rejected"), ("telnyx", "rejected")]
    assert (seen.account_id, seen.failovers, seen.placing) == (aurora.telnyx.pk, 1, Placing.DUE)
    Call.all_orgs.update(next_attempt_at=timezone.now() - timedelta(seconds=1), retries=9)
    refuse(carrier, 90043)
    dial_due()
    assert (again(call).status, again(call).error_code) == (CallStatus.FAILED, "RATE_LIMITED")
    assert (len(ends(call)), load(aurora.agent), taken_at(carrier)) == (1, 0, [])


@pytest.mark.parametrize("outcome", ["hang", "cut", "server_error", "truncated", "html"])
def test_a_doubt_never_goes_through_the_other_account(aurora, borealis, carrier, settings, outcome):
    settings.PROVIDER_TIMEOUT = 0.5
    carrier.script({outcome: True, "drop": True}, kind="call", times=1)
    call = place(aurora)
    dial_due()
    dial_due()
    assert (again(call).placing, again(call).failovers) == (Placing.UNCERTAIN, 0)
    assert attempts(call) == [("twilio", "unknown")]


def _no_other_number(tenant: Tenant) -> None:
    PhoneNumber.all_orgs.filter(pk=tenant.telnyx_number.pk).update(is_active=False)


def _switched_off(tenant: Tenant) -> None:
    type(tenant.org).objects.filter(pk=tenant.org.pk).update(calls_fail_over=False)


def _no_connection(tenant: Tenant) -> None:
    type(tenant.telnyx).all_orgs.filter(pk=tenant.telnyx.pk).update(connection_id="")


def _breaker_of_the_other(tenant: Tenant) -> None:
    _break(tenant, "telnyx", "10009")


def _break(tenant: Tenant, provider: str, code: str) -> None:
    name = ProviderName(provider.upper())
    error = describe(name, code, http_status=401)
    account = getattr(tenant, provider)
    circuits.note_failure(org_id=tenant.org.pk, account_id=account.pk, error=error, provider=name)


@pytest.mark.parametrize("without", [_no_other_number, _switched_off, _no_connection, _breaker_of_the_other])
def test_without_another_way_a_refusal_is_the_end(aurora, borealis, carrier, without):
    with transaction.atomic():
        without(aurora)
    refuse(carrier, 21210)
    call = place(aurora)
    dial_due()
    assert (again(call).status, again(call).failovers) == (CallStatus.FAILED, 0)


def test_too_many_requests_are_waited_for_unless_the_provider_asks_for_long(aurora, borealis, carrier):
    refuse(carrier, 20429, 429, retry_after=2)
    short = place(aurora)
    dial_due()
    refuse(carrier, 20429, 429, retry_after=77)
    long = place(aurora)
    dial_due()
    assert (again(short).provider, again(short).failovers) == ("TWILIO", 0)
    assert (again(long).provider, again(long).failovers) == ("TELNYX", 1)


def test_calls_open_the_breaker_and_go_around_it(aurora, borealis, carrier):
    refuse(carrier, 20003, 401)
    first = place(aurora)
    dial_due()
    circuit = ProviderCircuit.all_orgs.get(account=aurora.twilio)
    assert (circuit.state, circuit.reason) == ("open", CircuitReason.ACCESS)
    second, theirs = place(aurora), place(borealis)
    for _ in range(2):
        dial_due()
    assert attempts(first) == [("twilio", "rejected"), ("telnyx", "accepted")]
    assert attempts(second) == [("telnyx", "accepted")]
    assert attempts(theirs) == [("twilio", "accepted")]


def test_without_another_account_a_call_is_dialled_although_the_breaker_is_open(aurora, borealis, carrier):
    _no_other_number(aurora)
    with transaction.atomic():
        _break(aurora, "twilio", "20003")
    call = place(aurora)
    dial_due()
    assert attempts(call) == [("twilio", "accepted")]


@pytest.mark.parametrize("change", [{"is_active": False}, {"secrets_encrypted": "nobody can read this"}])
def test_an_account_that_cannot_be_used_leaves_its_calls_to_the_other(aurora, borealis, carrier, change):
    call = place(aurora)
    type(aurora.twilio).all_orgs.filter(pk=aurora.twilio.pk).update(**change)
    for _ in range(2):
        dial_due()
    assert attempts(call) == [("telnyx", "accepted")]


# --- Trials of an account that was left alone -------------------------------------------------------------------
def broken(tenant: Tenant, provider: str = "twilio") -> ProviderCircuit:
    """Open the breaker of an account; its pause is over."""
    with transaction.atomic():
        _break(tenant, provider, {"twilio": "20003", "telnyx": "10009"}[provider])
    breakers = ProviderCircuit.all_orgs.filter(account=getattr(tenant, provider))
    breakers.update(probe_at=timezone.now() - timedelta(seconds=1))
    return breakers.get()


def states(tenant: Tenant, provider: str = "twilio") -> tuple[str, int, bool]:
    """Return how the breaker stands, how often it opened in a row, and whether a trial may begin."""
    circuit = ProviderCircuit.all_orgs.get(account=getattr(tenant, provider))
    return circuit.state, circuit.openings, circuits.is_due(circuit)


@pytest.mark.parametrize("prepare", [lambda _tenant: None, _no_other_number], ids=["other account", "only account"])
def test_the_first_call_after_the_pause_is_the_trial_and_closes_the_breaker(aurora, borealis, carrier, prepare):
    prepare(aurora)
    broken(aurora), broken(borealis)
    call = place(aurora)
    dial_due()
    assert attempts(call) == [("twilio", "accepted")]
    assert states(aurora)[:2] == ("closed", 0)
    assert states(borealis) == ("open", 1, True)
    following = place(aurora)
    dial_due()
    assert attempts(following) == [("twilio", "accepted")]


def test_one_call_is_the_trial_and_those_beside_it_go_around(aurora, borealis, carrier):
    broken(aurora)
    calls = [place(aurora), place(aurora)]
    dials = [placing._write_ahead(claimed) for claimed in placing.claim(10)]
    (trial,) = [dial for dial in dials if dial is not None]
    (other,) = [again(call) for call in calls if call.pk != trial.call.pk]
    assert trial.is_trial
    assert states(aurora) == ("half_open", 1, False)
    assert (other.provider, other.failovers) == ("TELNYX", 1)


def test_a_trial_that_is_refused_opens_for_longer_and_its_call_goes_over(aurora, borealis, carrier):
    broken(aurora)
    refuse(carrier, 20003, 401)
    call = place(aurora)
    for _ in range(2):
        dial_due()
    assert attempts(call) == [("twilio", "rejected"), ("telnyx", "accepted")]
    assert states(aurora) == ("open", 2, False)


def test_a_trial_that_is_refused_for_the_recipient_proves_that_the_account_works(aurora, borealis, carrier):
    broken(aurora)
    refuse(carrier, 21211)
    call = place(aurora)
    dial_due()
    assert (again(call).status, again(call).failovers) == (CallStatus.FAILED, 0)
    assert states(aurora)[:2] == ("closed", 0)


def test_a_trial_in_doubt_opens_for_longer_and_its_call_goes_nowhere(aurora, borealis, carrier, settings):
    settings.PROVIDER_TIMEOUT = 0.5
    broken(aurora)
    carrier.script({"hang": True, "drop": True}, kind="call", times=1)
    call = place(aurora)
    for _ in range(2):
        dial_due()
    assert attempts(call) == [("twilio", "unknown")]
    assert (again(call).placing, again(call).failovers) == (Placing.UNCERTAIN, 0)
    assert states(aurora) == ("open", 2, False)


def _unreadable(tenant: Tenant, _settings: Any) -> None:
    ProviderAccount.all_orgs.filter(pk=tenant.twilio.pk).update(secrets_encrypted="nobody can read this")


def _too_late(_tenant: Tenant, settings: Any) -> None:
    settings.PROVIDER_TIMEOUT = settings.SENDER_LEASE_SECONDS


def _too_long(tenant: Tenant, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "https://" + "x" * 4000
    Agent.all_orgs.filter(user=tenant.agent).update(phone_number="+12025559777")


@pytest.mark.parametrize("fault", [_unreadable, _too_late, _too_long])
def test_a_trial_that_dials_nothing_leaves_its_place_to_the_next(aurora, borealis, carrier, settings, fault):
    broken(aurora)
    place(aurora)
    fault(aurora, settings)
    dial_due()
    assert states(aurora) == ("open", 1, True)
    assert taken_at(carrier) == []


def test_a_call_that_was_refused_tries_the_other_account_when_that_is_due(aurora, borealis, carrier):
    broken(aurora, "telnyx")
    refuse(carrier, 21210)
    call = place(aurora)
    for _ in range(2):
        dial_due()
    assert attempts(call) == [("twilio", "rejected"), ("telnyx", "accepted")]
    assert states(aurora, "telnyx")[:2] == ("closed", 0)
