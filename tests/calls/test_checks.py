"""Asking the providers about calls that they have said nothing of; what time alone decides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls import checks
from calls.enums import CallErrorCode, CallReceiptKind, CallStatus, Placing
from calls.models import Call
from calls.sweep import sweep
from contactcenter.core.models import AuditEntry
from tests.calls.lives import PROVIDERS, again, dial_due, dialled, ends, load, place
from tests.carrier import Carrier
from tests.factories import Tenant, make_call, make_receipt

pytestmark = pytest.mark.django_db(transaction=True)


def live_call(tenant: Tenant, provider: str, **fields) -> Call:
    """A call that the carrier has, with what we know of it."""
    call = place(tenant, provider)
    dial_due()
    Call.all_orgs.filter(pk=call.pk).update(**fields)
    return again(call)


def check() -> int:
    Call.all_orgs.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    return checks.check_due()


def until(call: Call, statuses: set[str]) -> str:
    """Ask until the call has one of the statuses; the carrier's people take their time."""
    for _ in range(200):
        if again(call).status in statuses:
            break
        check()
    return again(call).status


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_whose_reports_were_lost_ends_as_it_ended(aurora, borealis, carrier: Carrier, provider):
    call = live_call(aurora, provider, status=CallStatus.IN_PROGRESS, answered_at=timezone.now())
    carrier.control("hangup", {"id": call.provider_call_id})
    assert until(call, {CallStatus.COMPLETED}) == CallStatus.COMPLETED
    assert (len(ends(call)), load(aurora.agent)) == (1, 0)


def test_a_held_call_stays_held_though_the_provider_knows_nothing_of_holding(aurora, borealis, carrier):
    carrier.script({"drop": True, "talk": None, "before_ringing": 0, "ring": 0}, kind="call")
    call = live_call(aurora, "twilio")
    assert until(call, {CallStatus.IN_PROGRESS}) == CallStatus.IN_PROGRESS
    Call.all_orgs.update(status=CallStatus.ON_HOLD)
    assert check() == 1
    assert again(call).status == CallStatus.ON_HOLD


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_that_the_provider_has_forgotten_ends_after_a_while(aurora, borealis, carrier, provider):
    call, _attempt = dialled(aurora, provider)
    assert check() == 1
    assert again(call).status == CallStatus.QUEUED
    Call.all_orgs.update(started_at=timezone.now() - timedelta(minutes=20))
    check()
    assert (again(call).status, len(ends(call))) == (CallStatus.FAILED, 1)


@pytest.mark.parametrize("answered", [True, False])
def test_an_account_that_lets_nobody_in_keeps_no_call_alive_for_ever(aurora, borealis, carrier, settings, answered):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    now = timezone.now()
    status = CallStatus.IN_PROGRESS if answered else CallStatus.RINGING
    call, _attempt = dialled(aurora, status=status, answered_at=now if answered else None)
    check()
    assert again(call).status == status
    Call.all_orgs.update(started_at=now - timedelta(hours=26))
    check()
    assert again(call).status == (CallStatus.COMPLETED if answered else CallStatus.FAILED)
    assert load(aurora.agent) == 0


def test_only_living_calls_of_which_nothing_was_heard_are_asked_about(aurora, borealis, carrier):
    ended, _attempt = dialled(aurora, status=CallStatus.COMPLETED, ended_at=timezone.now())
    noted = make_call(aurora, status=CallStatus.RINGING, next_attempt_at=timezone.now())  # Of no provider.
    assert check() == 0
    dialled(aurora)
    assert checks.check_due() == 0  # It was dialled a moment ago.
    assert {again(ended).status, again(noted).status} == {CallStatus.COMPLETED, CallStatus.RINGING}


# --- The sweep ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [CallStatus.QUEUED, CallStatus.RINGING, CallStatus.IN_PROGRESS])
def test_a_doubt_that_is_older_than_the_grace_ends_the_call_whatever_people_made_of_it(aurora, borealis, status):
    old, young = (dialled(aurora, placing=Placing.UNCERTAIN, provider_call_id="", status=status)[0] for _ in range(2))
    Call.all_orgs.filter(pk=young.pk).update(uncertain_at=timezone.now())
    Call.all_orgs.filter(pk=old.pk).update(uncertain_at=timezone.now() - timedelta(hours=1))
    assert sweep().given_up == 1
    assert (again(old).status, again(old).error_code) == (CallStatus.FAILED, CallErrorCode.UNKNOWN_OUTCOME)
    assert (again(young).status, load(aurora.agent)) == (status, 1)


def test_no_doubt_is_given_up_while_reports_wait_to_be_read(aurora, borealis, settings):
    settings.CALL_UNCERTAIN_GRACE_SECONDS = 60
    call, _attempt = dialled(aurora, placing=Placing.UNCERTAIN, provider_call_id="", status=CallStatus.QUEUED)
    Call.all_orgs.filter(pk=call.pk).update(uncertain_at=timezone.now() - timedelta(seconds=90))
    since = timezone.now() - timedelta(seconds=5)
    unread = make_receipt(borealis.twilio, kind=CallReceiptKind.VOICE, next_attempt_at=since)
    assert sweep().given_up == 0
    type(unread).all_orgs.update(processed_at=timezone.now())
    assert (sweep().given_up, again(call).status) == (1, CallStatus.FAILED)


def test_a_sweep_with_nothing_to_do_moves_nothing(aurora, borealis):
    dialled(aurora)
    before = list(Call.all_orgs.values())
    swept = sweep()
    assert (swept.requeued, swept.uncertain, swept.given_up, swept.transcribed) == (0, 0, 0, 0)
    assert list(Call.all_orgs.values()) == before


# --- Stuck ----------------------------------------------------------------------------------------------------
def test_an_active_call_that_nobody_can_be_asked_about_is_freed_after_hours_with_a_report(aurora, borealis):
    hours = timezone.now() - timedelta(hours=5)
    noted = {"account": None, "provider": "", "agent": aurora.agent, "at": hours}
    ringing = make_call(aurora, status=CallStatus.RINGING, **noted)
    talking = make_call(aurora, status=CallStatus.IN_PROGRESS, **noted)
    fresh = make_call(aurora, status=CallStatus.RINGING, **{**noted, "at": timezone.now()})
    known = make_call(aurora, status=CallStatus.RINGING, provider_call_id="CAknown", at=hours)
    theirs = make_call(borealis, status=CallStatus.RINGING, agent=borealis.agent)

    assert (sweep().freed, sweep().freed) == (2, 0)

    assert {again(call).status for call in (fresh, theirs, known)} == {CallStatus.RINGING}
    assert (again(ringing).status, again(talking).status) == (CallStatus.FAILED, CallStatus.COMPLETED)
    assert [len(ends(call)) for call in (ringing, talking)] == [1, 1]
    assert (load(aurora.agent), load(borealis.agent)) == (1, 1)
    assert again(known).next_attempt_at is not None, "its provider is asked, which knows best"
    reports = AuditEntry.all_orgs.filter(action="call.freed").order_by("id")
    assert {(row.object_id, row.organization_id, row.detail["to"], row.detail["why"]) for row in reports} == {
        (ringing.pk, aurora.org.pk, "FAILED", "no_news"),
        (talking.pk, aurora.org.pk, "COMPLETED", "no_news"),
    }
