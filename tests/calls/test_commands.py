"""Commands to live calls: one after the other, again when in doubt, and a hang-up before everything else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls import commanding, orders, services
from calls.enums import CallStatus, CommandState
from calls.models import Call, CallCommand
from contactcenter.core.models import ProviderAccount
from contactcenter.providers.voice import HangUp, Say, Wait
from tests.calls.lives import PROVIDERS, again, commands, dial_due, place
from tests.carrier import Carrier
from tests.factories import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


def live_call(tenant: Tenant, provider: str) -> Call:
    call = place(tenant, provider)
    dial_due()
    return again(call)


def carry_out_due() -> int:
    taken = commanding.take(10)
    for one in taken:
        commanding.carry_out(one)
    return len(taken)


def due_again() -> None:
    CallCommand.all_orgs.filter(state=CommandState.DUE).update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def order(call: Call, key: str) -> None:
    orders.give(call, key, [orders.voice_of(call).hang_up_request()])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_our_end_is_the_end_at_the_provider_and_ordered_once(aurora, borealis, carrier: Carrier, provider):
    call = live_call(aurora, provider)
    for _ in range(2):
        services.end_call(org=aurora.org, actor=aurora.agent, call=call)
    assert commands(call) == [("hang-up", "due")]
    assert carry_out_due() == 1
    assert commands(call) == [("hang-up", "done")]
    (at_carrier,) = carrier.control("calls")["calls"]
    assert at_carrier["status"] in {"canceled", "completed"}
    assert carry_out_due() == 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_that_is_over_already_needs_no_command(aurora, borealis, carrier, provider):
    call = live_call(aurora, provider)
    carrier.control("hangup", {"id": call.provider_call_id})
    services.end_call(org=aurora.org, actor=aurora.agent, call=call)
    carry_out_due()
    assert CallCommand.all_orgs.get().state in {CommandState.TOO_LATE, CommandState.DONE}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_that_is_away_is_told_again_and_again_and_then_no_more(
    aurora, borealis, carrier, settings, provider
):
    call = live_call(aurora, provider)
    settings.TWILIO_API_BASE_URL, settings.TELNYX_API_BASE_URL = "http://127.0.0.1:9", "http://127.0.0.1:9/v2"
    services.end_call(org=aurora.org, actor=aurora.agent, call=call)
    for attempt in range(1, len(commanding._PAUSES) + 2):
        assert CallCommand.all_orgs.get().state == CommandState.DUE
        due_again()
        assert carry_out_due() == 1
        assert CallCommand.all_orgs.get().attempts == attempt
    assert (CallCommand.all_orgs.get().state, carry_out_due()) == (CommandState.FAILED, 0)


def test_no_command_overtakes_another_of_its_call(aurora, borealis, carrier):
    call, other = live_call(aurora, "telnyx"), live_call(aurora, "telnyx")
    for key in ("one", "two"):
        order(call, key)
    order(other, "three")
    CallCommand.all_orgs.filter(key="one").update(next_attempt_at=timezone.now() + timedelta(minutes=1))
    taken = {str(one.command_id) for one in commanding.take(10)}
    assert taken == {str(CallCommand.all_orgs.get(key="three").pk)}


def test_a_hang_up_waits_for_no_other_command(aurora, borealis, carrier):
    call = live_call(aurora, "telnyx")
    order(call, "doubtful")
    CallCommand.all_orgs.update(next_attempt_at=timezone.now() + timedelta(minutes=1))
    services.end_call(org=aurora.org, actor=aurora.agent, call=call)
    assert commands(call) == [("doubtful", "too_late"), ("hang-up", "due")]
    assert carry_out_due() == 1


def test_a_worker_that_dies_with_a_command_gives_it_back(aurora, borealis, carrier):
    call = live_call(aurora, "telnyx")
    order(call, "one")
    assert len(commanding.take(10)) == 1
    assert commanding.take(10) == []
    due_again()
    assert len(commanding.take(10)) == 1


def test_credentials_that_nobody_can_read_fail_the_command(aurora, borealis, carrier):
    call = live_call(aurora, "twilio")
    services.end_call(org=aurora.org, actor=aurora.agent, call=call)
    ProviderAccount.all_orgs.filter(pk=aurora.twilio.pk).update(secrets_encrypted="nobody can read this")
    carry_out_due()
    assert commands(call) == [("hang-up", "failed")]


@pytest.mark.parametrize(
    ("step", "follows"), [("Say", []), ("RingPhone", [("sorry", "due")]), ("Wait", [("hang-up", "due")])]
)
def test_a_customer_does_not_wait_for_what_will_not_happen(aurora, borealis, carrier, step, follows):
    call = live_call(aurora, "telnyx")
    Call.all_orgs.update(status=CallStatus.IN_PROGRESS)
    order(call, f"{orders.ANSWERED}{step}")
    commanding._end(CallCommand.all_orgs.get(), CommandState.FAILED)
    assert commands(call)[1:] == follows


def test_steps_that_documents_play_need_no_commands(aurora, borealis, carrier):
    call = live_call(aurora, "twilio")
    for step in (Say("hello", "en-US"), Wait("room"), HangUp()):
        assert orders.begin(call, step, key=type(step).__name__) is False
    assert commands(call) == []
