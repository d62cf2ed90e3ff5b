"""Dialling through the real adapters at a carrier that misbehaves: at most one dial, always a readable end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agents.models import Agent
from calls import checks, placing, services
from calls.enums import CallErrorCode, CallStatus, Placing
from calls.models import Call, CallAttempt
from calls.sweep import sweep
from contactcenter.core.models import ProviderAccount
from contactcenter.providers.base import Timeouts
from tests.calls.lives import PROVIDERS, again, attempt_of, commands, dial_due, dialled, ends, load, place
from tests.carrier import Carrier

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def one_way(aurora):
    """No other account takes the calls of `aurora` over (that: test_failover.py)."""
    type(aurora.org).objects.filter(pk=aurora.org.pk).update(calls_fail_over=False)


def script(carrier: Carrier, outcome: dict, **selector) -> None:
    carrier.script({"drop": True, "talk": None, **outcome}, kind="call", **selector)


def at_carrier(carrier: Carrier) -> list[dict]:
    """Return every call that really began."""
    return carrier.control("calls")["calls"]


def only_attempt(call: Call) -> CallAttempt:
    return CallAttempt.all_orgs.get(call=call)


def due_again(call: Call) -> None:
    Call.all_orgs.filter(pk=call.pk).update(next_attempt_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_that_is_taken_has_the_providers_id_and_a_written_attempt(aurora, borealis, carrier, provider):
    call = place(aurora, provider)
    assert (call.status, load(aurora.agent)) == (CallStatus.QUEUED, 1)
    dial_due()
    call, attempt = again(call), only_attempt(call)
    (taken,) = at_carrier(carrier)
    assert (call.status, call.placing, call.lease_token, call.claims) == (CallStatus.QUEUED, Placing.PLACED, None, 1)
    assert call.provider_call_id == taken["id"] == attempt.provider_call_id
    assert (attempt.state, taken["attempt"]) == ("accepted", str(attempt.pk))


AMBIGUOUS = {
    "500-taken": ({"server_error": True}, 1),
    "500-not-taken": ({"server_error": {"accepted": False}}, 0),
    "cut-taken": ({"cut": True}, 1),
    "hang": ({"hang": True}, 1),
    "truncated": ({"truncated": True}, 1),
    "html": ({"html": True}, 1),
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_an_ambiguous_answer_is_in_doubt_never_dialled_again_and_given_up_after_the_grace(
    aurora, borealis, carrier, provider, fault
):
    outcome, began = AMBIGUOUS[fault]
    script(carrier, outcome)
    call = place(aurora, provider)
    for _ in range(3):
        dial_due()
        sweep()
    doubtful = again(call)
    assert (doubtful.placing, doubtful.error_code) == (Placing.UNCERTAIN, CallErrorCode.UNKNOWN_OUTCOME)
    assert (only_attempt(call).state, len(at_carrier(carrier))) == ("unknown", began)
    assert carrier.control("stats")["call_requests"] == 1
    Call.all_orgs.update(uncertain_at=timezone.now() - timedelta(hours=1))
    sweep()
    ended = again(call)
    assert (ended.status, ended.error_code) == (CallStatus.FAILED, CallErrorCode.UNKNOWN_OUTCOME)
    assert ([one["outcome"] for one in ends(call)], load(aurora.agent)) == (["failed"], 0)


def test_twilio_is_asked_about_a_doubt_and_one_match_is_the_proof(aurora, borealis, carrier):
    script(carrier, {"hang": True})
    call = place(aurora)
    dial_due()
    due_again(call)
    assert checks.check_due() == 2  # It is found, and asked about at once.
    proven = again(call)
    assert (proven.placing, proven.provider_call_id) == (Placing.PLACED, at_carrier(carrier)[0]["id"])
    assert only_attempt(call).state == "accepted"


def test_a_doubt_with_a_twin_is_proved_by_nothing(aurora, borealis, carrier):
    script(carrier, {"hang": True})
    calls = [place(aurora) for _ in range(2)]
    dial_due()
    for call in calls:
        due_again(call)
    checks.check_due()
    assert {again(call).placing for call in calls} == {Placing.UNCERTAIN}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("http_status", "code", "expected"),
    [
        (400, {"twilio": 21211, "telnyx": 10015}, "VALIDATION_ERROR"),
        (401, {"twilio": 20003, "telnyx": 10009}, "AUTH_ERROR"),
    ],
)
def test_a_definite_refusal_ends_failed_with_its_reason(
    aurora, borealis, one_way, carrier, provider, http_status, code, expected
):
    script(carrier, {"refuse": {"http_status": http_status, "code": code[provider], "message": "no"}})
    call = place(aurora, provider)
    dial_due()
    ended = again(call)
    assert (ended.status, ended.placing, ended.error_code) == (CallStatus.FAILED, Placing.REFUSED, expected)
    assert (ended.provider_error_code, only_attempt(call).state) == (str(code[provider]), "rejected")
    assert (len(ends(call)), load(aurora.agent)) == (1, 0)


def test_too_many_requests_waits_as_long_as_the_provider_says(aurora, borealis, one_way, carrier):
    refusal = {"http_status": 429, "code": 20429, "message": "slow down", "retry_after": 77}
    script(carrier, {"refuse": refusal}, times=1)
    call = place(aurora)
    before = timezone.now()
    dial_due()
    waiting = again(call)
    assert (waiting.status, waiting.placing, waiting.retries) == (CallStatus.QUEUED, Placing.DUE, 1)
    assert waiting.error_code == CallErrorCode.RETRYING
    assert timedelta(seconds=76) < waiting.next_attempt_at - before < timedelta(seconds=100)
    dial_due()
    assert at_carrier(carrier) == []
    due_again(call)
    dial_due()
    assert (again(call).placing, again(call).error_code) == (Placing.PLACED, "")
    states = list(CallAttempt.all_orgs.filter(call=call).order_by("id").values_list("state", flat=True))
    assert states == ["rejected", "accepted"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_that_cannot_be_reached_is_tried_again_and_then_the_call_fails(
    aurora, borealis, one_way, settings, provider
):
    settings.TWILIO_API_BASE_URL, settings.TELNYX_API_BASE_URL = "http://127.0.0.1:9", "http://127.0.0.1:9/v2"
    call = place(aurora, provider)
    for _ in range(len(placing.BACKOFF) + 1):
        assert again(call).status == CallStatus.QUEUED
        due_again(call)
        dial_due()
    assert again(call).status == CallStatus.FAILED
    assert set(CallAttempt.all_orgs.values_list("state", flat=True)) == {"not_sent"}


# --- Workers that die, and leases -------------------------------------------------------------------------------
def leases_run_out() -> None:
    Call.all_orgs.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_worker_that_dies_before_the_dial_loses_nothing(aurora, borealis, carrier):
    call = place(aurora)
    (dead,) = placing.claim(10)
    leases_run_out()
    assert sweep().requeued == 1
    dial_due()
    placing.place_claimed(dead)  # It was not dead after all; the lease is not its own any more.
    assert (again(call).placing, len(at_carrier(carrier))) == (Placing.PLACED, 1)


def test_a_worker_that_dies_after_the_dial_leaves_a_doubt_and_its_late_answer_settles_it(aurora, borealis, carrier):
    call = place(aurora)
    (claimed,) = placing.claim(10)
    dial = placing._write_ahead(claimed)
    outcome = dial.adapter.dial(dial.credentials, dial.wire, Timeouts(1, 1))
    leases_run_out()
    assert sweep().uncertain == 1
    dial_due()
    assert (again(call).placing, len(at_carrier(carrier))) == (Placing.UNCERTAIN, 1)
    placing.record(dial, outcome)
    assert (again(call).placing, only_attempt(call).state) == (Placing.PLACED, "accepted")


def test_a_lease_that_is_nearly_over_is_handed_back_and_an_ended_call_stays_ended(aurora, borealis, carrier, settings):
    settings.PROVIDER_TIMEOUT = settings.SENDER_LEASE_SECONDS
    living, ended = place(aurora), place(aurora)
    claims = placing.claim(10)
    services.end_call(org=aurora.org, actor=aurora.agent, call=living)  # Before the attempt: nothing is dialled.
    for claimed in claims:
        placing.place_claimed(claimed)
    assert (again(living).placing, again(ended).placing) == (Placing.NONE, Placing.DUE)
    assert (only_attempt(ended).state, at_carrier(carrier)) == ("not_sent", [])


@pytest.mark.parametrize("state", ["submitting", "unknown", "accepted"])
def test_a_second_dial_is_impossible_while_the_first_may_have_arrived(aurora, borealis, state):
    call, attempt = dialled(aurora)
    CallAttempt.all_orgs.filter(pk=attempt.pk).update(state=state)
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt_of(call, state="submitting")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_that_was_ended_while_it_was_dialled_is_hung_up_when_its_id_is_known(
    aurora, borealis, carrier, provider
):
    call = place(aurora, provider)
    (claimed,) = placing.claim(10)
    dial = placing._write_ahead(claimed)
    services.end_call(org=aurora.org, actor=aurora.agent, call=call)
    assert commands(call) == []
    placing.record(dial, dial.adapter.dial(dial.credentials, dial.wire, Timeouts(1, 1)))
    assert commands(call) == [("hang-up", "due")]
    assert (again(call).status, len(ends(call)), load(aurora.agent)) == (CallStatus.COMPLETED, 1, 0)


# --- What cannot be dialled -------------------------------------------------------------------------------------
@pytest.mark.parametrize("change", [{"is_active": False}, {"secrets_encrypted": "nobody can read this"}])
def test_an_account_that_cannot_be_used_ends_the_call_at_once(aurora, borealis, one_way, carrier, change):
    call = place(aurora)
    ProviderAccount.all_orgs.filter(pk=aurora.twilio.pk).update(**change)
    dial_due()
    assert (again(call).status, again(call).error_code) == (CallStatus.FAILED, CallErrorCode.AUTH_ERROR)
    assert (at_carrier(carrier), CallAttempt.all_orgs.count()) == ([], 0)


def test_telnyx_without_a_connection_is_a_refusal(aurora, borealis, one_way, carrier):
    call = place(aurora, "telnyx")
    ProviderAccount.all_orgs.filter(pk=aurora.telnyx.pk).update(connection_id="")
    dial_due()
    assert (again(call).status, at_carrier(carrier)) == (CallStatus.FAILED, [])


def test_instructions_that_are_too_long_fail_once_and_are_not_tried_for_ever(aurora, borealis, carrier, settings):
    settings.PUBLIC_BASE_URL = "https://" + "x" * 4000
    Agent.all_orgs.filter(user=aurora.agent).update(phone_number="+12025559777")
    call = place(aurora)
    dial_due()
    assert (again(call).status, again(call).error_code) == (CallStatus.FAILED, CallErrorCode.FINAL_FAILURE)
    assert (CallAttempt.all_orgs.count(), placing.claim(10)) == (0, [])


def test_a_call_that_workers_claim_and_never_dial_fails_in_the_end(aurora, borealis):
    call = place(aurora)
    for _ in range(20):
        placing.claim(10)
        leases_run_out()
        sweep()
        due_again(call) if again(call).placing == Placing.DUE else None
    assert (again(call).status, again(call).claims, len(ends(call))) == (CallStatus.FAILED, 12, 1)
