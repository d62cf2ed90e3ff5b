"""Callers: whom their call rings, in which order, and what they hear when nobody takes it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agents.enums import AgentStatus
from agents.models import Agent
from calls import commanding, services
from calls.enums import CallStatus, OfferState
from calls.models import Call, CallOffer
from calls.routing import begin
from contactcenter.core.models import Contact
from contactcenter.providers.base import ProviderName
from contactcenter.providers.errors import describe
from contactcenter.providers.voice import Done, Refused
from tests.calls import lives
from tests.calls.lives import (
    CUSTOMER,
    commands,
    ends,
    number_rung,
    only_call,
    rang_in_vain,
    result_query,
    telnyx_report,
    twilio_asks,
    twilio_caller,
    verbs,
    work_through,
)
from tests.calls.rows import make_phone_agent, stored_call
from tests.factories import Tenant

pytestmark = pytest.mark.django_db
SID = "CA" + "7" * 32
LEG = "v3:caller"
VOICEMAIL = ["Say", "Record", "Hangup"]


def ring(tenant: Tenant) -> str:
    """Return the phone that a new caller rings."""
    return number_rung(twilio_caller(tenant, lives.new_sid()))


def telnyx_caller(tenant: Tenant, **payload) -> Call:
    line = {"from": CUSTOMER, "to": tenant.telnyx_number.address, "direction": "incoming"}
    telnyx_report(tenant, "call.initiated", LEG, **{**line, **payload})
    work_through()
    return only_call(tenant)


def agent_leg(tenant: Tenant, kind: str, offer: CallOffer, **payload) -> None:
    telnyx_report(tenant, kind, f"v3:leg-of-{offer.pk}", tag=f"offer:{offer.pk}", **payload)
    work_through()


def carried_out(call: Call) -> list[str]:
    """Let the provider do what was ordered; return what is new."""
    due = list(call.commands.filter(state="due").order_by("id"))
    for command in due:
        commanding.record(command, Done())
    return [command.request["action"] for command in due]


# --- Who -------------------------------------------------------------------------------------------------------
def test_the_least_loaded_is_rung_and_among_equals_who_was_asked_longest_ago(aurora, borealis):
    first, second, busy = (make_phone_agent(aurora, max_capacity=5) for _ in range(3))
    for _ in range(3):
        stored_call(aurora, status=CallStatus.IN_PROGRESS, agent=busy.user)
    rung = [ring(aurora) for _ in range(4)]
    assert rung == [first.phone_number, second.phone_number, first.phone_number, second.phone_number]
    assert Call.all_orgs.filter(agent=first.user).count() == 2


def test_who_cannot_take_a_call_is_never_rung(aurora, borealis):
    full = make_phone_agent(aurora, max_capacity=1)
    stored_call(aurora, status=CallStatus.ON_HOLD, agent=full.user)
    make_phone_agent(aurora, status=AgentStatus.OFFLINE)
    gone = make_phone_agent(aurora)
    gone.user.is_active = False
    gone.user.save()
    without = make_phone_agent(aurora)
    Agent.all_orgs.filter(pk=without.pk).update(phone_number="")
    make_phone_agent(borealis)
    assert verbs(twilio_caller(aurora, SID)) == VOICEMAIL
    assert not CallOffer.all_orgs.exists()


def test_everyone_is_asked_once_and_then_a_message_is_taken(aurora, borealis):
    agents = [make_phone_agent(aurora) for _ in range(2)]
    answer = twilio_caller(aurora, SID)
    rung = [number_rung(answer)]
    answer = rang_in_vain(aurora, SID, answer)
    rung.append(number_rung(answer))
    assert rung == [one.phone_number for one in agents]
    assert [lives.load(one.user) for one in agents] == [0, 1]
    assert verbs(rang_in_vain(aurora, SID, answer)) == VOICEMAIL
    assert [lives.load(one.user) for one in agents] == [0, 0]
    assert set(CallOffer.all_orgs.values_list("state", flat=True)) == {OfferState.MISSED}


def test_the_same_question_twice_has_the_same_answer(aurora, borealis):
    make_phone_agent(aurora), make_phone_agent(aurora)
    changes = {"DialCallSid": lives.new_sid()}
    first = twilio_asks(aurora, "inbound", "call_inbound", SID)
    assert twilio_asks(aurora, "inbound", "call_inbound", SID).content == first.content
    missed = {"DialCallStatus": "busy", "DialBridged": "false", "DialCallDuration": "", "CallStatus": "ringing"}
    query = result_query(lives.document(first))
    nexts = [twilio_asks(aurora, "next", "dial_action", SID, query=query, **missed, **changes) for _ in range(3)]
    work_through()
    nexts.append(twilio_asks(aurora, "next", "dial_action", SID, query=query, **missed, **changes))
    assert len({one.content for one in nexts}) == 1
    assert CallOffer.all_orgs.count() == 2
    assert Call.all_orgs.count() == 1


# --- What is heard ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("wish", ["record_calls", "transcribe_calls"])
def test_what_listens_is_what_the_organization_wants_and_begins_once(aurora, borealis, wish):
    make_phone_agent(aurora), make_phone_agent(aurora)
    for name in ("record_calls", "transcribe_calls"):
        setattr(aurora.org, name, name == wish)
    aurora.org.save()
    answer = twilio_caller(aurora, SID)
    assert verbs(answer) == ["Start", "Dial"]
    assert [child.tag for child in answer[0]] == [{"record_calls": "Recording"}.get(wish, "Transcription")]
    assert verbs(rang_in_vain(aurora, SID, answer)) == ["Dial"]


@pytest.mark.parametrize("sender", ["anonymous", "+266696687", "", "Restricted"])
def test_a_caller_without_a_number_reaches_an_agent_who_sees_our_number(aurora, borealis, sender):
    agent = make_phone_agent(aurora)
    answer = twilio_caller(aurora, SID, From=sender)
    assert number_rung(answer) == agent.phone_number
    assert answer.find("./Dial").get("callerId") == aurora.twilio_number.address
    assert (only_call(aurora).from_number, only_call(aurora).contact) == ("anonymous", None)
    assert not Contact.all_orgs.exists()


def test_a_caller_with_a_number_is_a_contact_and_shown_to_the_agent(aurora, borealis):
    make_phone_agent(aurora)
    answer = twilio_caller(aurora, SID)
    assert answer.find("./Dial").get("callerId") == CUSTOMER
    assert only_call(aurora).contact is not None


def test_a_number_that_nobody_entered_is_answered_all_the_same(aurora, borealis):
    agent = make_phone_agent(aurora)
    answer = twilio_caller(aurora, SID, To="+12025558888")
    assert number_rung(answer) == agent.phone_number
    assert only_call(aurora).to_number == "+12025558888"


# --- How it ends -----------------------------------------------------------------------------------------------
def test_a_caller_who_hangs_up_while_it_rings_leaves_nothing_behind(aurora, borealis):
    agent = make_phone_agent(aurora)
    make_phone_agent(aurora)
    answer = twilio_caller(aurora, SID)
    assert lives.load(agent.user) == 1
    gone = rang_in_vain(aurora, SID, answer, DialCallStatus="canceled", CallStatus="no-answer")
    assert verbs(gone) == ["Hangup"]
    work_through()
    call = only_call(aurora)
    assert (call.status, call.duration, lives.load(agent.user)) == (CallStatus.NO_ANSWER, 0, 0)
    assert [offer.state for offer in CallOffer.all_orgs.all()] == [OfferState.WITHDRAWN]
    assert [one["outcome"] for one in ends(call)] == ["failed"]


def test_a_call_that_is_ended_while_it_rings_is_withdrawn(aurora, borealis):
    agent = make_phone_agent(aurora)
    answer = twilio_caller(aurora, SID)
    services.end_call(org=aurora.org, actor=aurora.admin, call=only_call(aurora))
    assert (lives.load(agent.user), CallOffer.all_orgs.get().state) == (0, OfferState.WITHDRAWN)
    assert commands(only_call(aurora)) == [("hang-up", "due")]
    assert verbs(rang_in_vain(aurora, SID, answer)) == ["Hangup"]


def test_a_conversation_at_twilio_ends_with_its_length_whoever_tells_first(aurora, borealis):
    agent = make_phone_agent(aurora)
    for asked_first in (True, False):
        sid = lives.new_sid()
        answer = twilio_caller(aurora, sid)
        done = {"DialCallDuration": "42", "CallStatus": "in-progress", "DialCallSid": lives.new_sid()}
        call = Call.all_orgs.get(provider_call_id=sid)
        end = lives.twilio_fields(aurora, "call_status_3_completed", sid, Direction="inbound", CallDuration="42")
        if not asked_first:
            lives.post_twilio(f"{lives.TWILIO}/status", end, aurora.twilio)
            lives.reporting.process_due()
        over = lives.document(twilio_asks(aurora, "next", "dial_action", sid, query=result_query(answer), **done))
        if asked_first:
            lives.post_twilio(f"{lives.TWILIO}/status", end, aurora.twilio)
        work_through()
        ended = lives.again(call)
        assert verbs(over) == ["Hangup"]
        assert (ended.status, ended.duration, ended.agent) == (CallStatus.COMPLETED, 42, agent.user)
        assert [one["outcome"] for one in ends(call)] == ["completed"]
        assert lives.load(agent.user) == 0


# --- Telnyx: commands ------------------------------------------------------------------------------------------
def test_at_telnyx_the_next_agent_is_rung_and_then_a_message_is_taken(aurora, borealis):
    first, second = make_phone_agent(aurora), make_phone_agent(aurora)
    call = telnyx_caller(aurora)
    for agent in (first, second):
        offer = CallOffer.all_orgs.get(state=OfferState.RINGING)
        assert (offer.user, lives.load(agent.user)) == (agent.user, 1)
        assert carried_out(call) == ["transfer"]
        agent_leg(aurora, "call.hangup", offer, hangup_cause="timeout")
    assert carried_out(call) == ["answer"]
    assert [lives.load(one.user) for one in (first, second)] == [0, 0]
    make_phone_agent(aurora)  # Too late: the caller hears already that nobody is there.
    telnyx_report(aurora, "call.answered", LEG)
    begin(call)
    work_through()
    assert carried_out(call) == ["speak"]
    telnyx_report(aurora, "call.speak.ended", LEG)
    work_through()
    assert carried_out(call) == ["record_start"]


def test_at_telnyx_who_answers_after_all_has_the_call(aurora, borealis):
    first, second = make_phone_agent(aurora), make_phone_agent(aurora)
    call = telnyx_caller(aurora)
    missed = CallOffer.all_orgs.get()
    agent_leg(aurora, "call.hangup", missed, hangup_cause="normal_clearing")
    assert lives.load(second.user) == 1
    agent_leg(aurora, "call.answered", missed, at=timezone.now() - timedelta(seconds=3))
    assert (lives.again(call).status, lives.again(call).agent) == (CallStatus.IN_PROGRESS, first.user)
    states = dict(CallOffer.all_orgs.values_list("user", "state"))
    assert states == {first.user_id: OfferState.ANSWERED, second.user_id: OfferState.WITHDRAWN}
    assert (lives.load(first.user), lives.load(second.user)) == (1, 0)


def test_a_phone_that_cannot_be_rung_keeps_no_caller_waiting(aurora, borealis):
    make_phone_agent(aurora), make_phone_agent(aurora)
    call = telnyx_caller(aurora)
    for _ in range(2):
        command = call.commands.get(state="due")
        commanding.record(command, Refused(describe(ProviderName.TELNYX, "90015")))
    states = [state for _key, state in commands(call)]
    assert states == ["failed", "failed", "due"]
    assert commands(call)[-1][0] == "answer"


def test_when_the_agent_hangs_up_a_call_that_we_made_nobody_is_told_of_a_failure(aurora, borealis):
    Agent.all_orgs.filter(user=aurora.agent).update(phone_number="+12025559777")
    for talked, key in ((True, "hang-up"), (False, "sorry")):
        call, attempt = lives.dialled(aurora, "telnyx", status=CallStatus.IN_PROGRESS, answered_at=timezone.now())
        tag = {"tag": f"agent:{call.pk}", "query": f"?c={call.pk}"}
        leg = f"v3:{attempt.pk.hex}"
        if talked:
            telnyx_report(aurora, "call.answered", leg, **tag)
        telnyx_report(aurora, "call.hangup", leg, **tag, hangup_cause="normal_clearing" if talked else "timeout")
        work_through()
        assert [purpose for purpose, _state in commands(call)] == [key]
