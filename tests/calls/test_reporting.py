"""Reports of both providers through the front door: signed, in every order, twice, late, strange and forged."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from calls import services
from calls.enums import CallStatus
from calls.models import Call, CallAttempt, CallEvent
from contactcenter.core.models import User, WebhookReceipt, WebhookRefusal
from contactcenter.core.replay import replay
from tests.calls import lives
from tests.calls.lives import again, commands, dialled, ends, telnyx_report, twilio_report, work_through
from tests.calls.rows import make_phone_agent
from tests.factories import Tenant
from tests.webhooks import post_twilio

pytestmark = pytest.mark.django_db
TALK = 42
TWILIO_LIFE = [("initiated", 0, 1), ("ringing", 1, 2), ("in-progress", 2, 5), ("completed", 3, 5 + TALK)]
TELNYX_LIFE = [("call.initiated", 1), ("call.answered", 5), ("call.hangup", 5 + TALK)]


def tell_twilio(tenant: Tenant, call: Call, attempt: CallAttempt, step: int) -> int:
    word, number, second = TWILIO_LIFE[step]
    at = call.started_at + timedelta(seconds=second)
    took = {"CallDuration": str(TALK)} if word == "completed" else {}
    return twilio_report(tenant, attempt, call.provider_call_id, word, number=number, at=at, **took).status_code


def tell_telnyx(tenant: Tenant, call: Call, attempt: CallAttempt, step: int, **payload: Any) -> int:
    kind, second = TELNYX_LIFE[step]
    given = {"event_id": f"{call.pk}-{step}", "tag": str(attempt.pk), "at": call.started_at + timedelta(seconds=second)}
    facts = {"direction": "outgoing"} if step == 0 else {}
    end = {"hangup_cause": "normal_clearing"} if step == 2 else {}
    answer = telnyx_report(
        tenant, kind, call.provider_call_id, query=f"?a={attempt.pk}", **given, **facts, **end, **payload
    )
    return answer.status_code


TELL = {"twilio": (tell_twilio, 4), "telnyx": (tell_telnyx, 3)}


def assert_talked(agent: User, call: Call) -> None:
    ended = again(call)
    assert (ended.status, ended.duration) == (CallStatus.COMPLETED, TALK)
    assert ended.answered_at is not None
    assert len(ends(call)) == 1
    assert lives.load(agent) == 0


@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
@pytest.mark.parametrize("at_once", [True, False], ids=["together", "one by one"])
def test_every_order_of_a_calls_reports_leads_to_the_same_end(aurora, borealis, provider, at_once):
    tell, steps = TELL[provider]
    for order in permutations(range(steps)):
        call, attempt = dialled(aurora, provider)
        for step in order:
            assert tell(aurora, call, attempt, step) == 200
            if not at_once:
                work_through()
        work_through()
        assert_talked(aurora.agent, call)
        assert ends(call)[0]["outcome"] in ({"completed"} if at_once else {"completed", "failed"})


@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(extra=st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=8), order=st.randoms(use_true_random=False))
def test_repeated_reports_change_nothing(aurora, borealis, provider, extra, order):
    tell, steps = TELL[provider]
    # Every example has an agent of its own, so that one that fails does not make the next ones fail.
    agent = make_phone_agent(aurora).user
    call, attempt = dialled(aurora, provider, agent=agent)
    told = [(step, False) for step in range(steps)] + [(step % steps, wait) for step, wait in extra]
    order.shuffle(told)
    for step, wait in told:
        assert tell(aurora, call, attempt, step) == 200
        if wait:
            work_through()
    work_through()
    assert_talked(agent, call)
    assert CallEvent.all_orgs.filter(call=call).count() == steps


@pytest.mark.parametrize(
    ("cause", "status"),
    [
        ("normal_clearing", CallStatus.NO_ANSWER),  # Nobody had answered.
        ("time_limit", CallStatus.COMPLETED),
        ("user_busy", CallStatus.BUSY),
        ("timeout", CallStatus.NO_ANSWER),
        ("no_answer", CallStatus.NO_ANSWER),
        ("originator_cancel", CallStatus.CANCELED),
        ("not_found", CallStatus.FAILED),
        ("call_rejected", CallStatus.FAILED),
        ("unspecified", CallStatus.FAILED),
        ("something_new", CallStatus.NO_ANSWER),
    ],
)
def test_what_telnyx_calls_the_end_of_a_call_that_only_rang(aurora, borealis, cause, status):
    call, attempt = dialled(aurora, "telnyx")
    tell_telnyx(aurora, call, attempt, 0)
    telnyx_report(aurora, "call.hangup", call.provider_call_id, tag=str(attempt.pk), hangup_cause=cause)
    work_through()
    ended = again(call)
    assert (ended.status, ended.duration) == (status, 0)
    assert (ended.provider_error_code != "") == (status == CallStatus.FAILED)
    assert [one["outcome"] for one in ends(call)] == ["completed" if status == "COMPLETED" else "failed"]


@pytest.mark.parametrize(
    ("word", "status"), [("busy", "BUSY"), ("no-answer", "NO_ANSWER"), ("canceled", "CANCELED"), ("failed", "FAILED")]
)
def test_what_twilio_calls_the_end_of_a_call_that_only_rang(aurora, borealis, word, status):
    call, attempt = dialled(aurora)
    twilio_report(aurora, attempt, call.provider_call_id, word, number=2, at=call.started_at)
    work_through()
    assert (again(call).status, again(call).duration, len(ends(call))) == (status, 0, 1)
    assert lives.load(aurora.agent) == 0


def test_an_answer_that_is_told_long_after_the_end_is_believed(aurora, borealis):
    call, attempt = dialled(aurora, "telnyx")
    tell_telnyx(aurora, call, attempt, 2)
    work_through()
    assert (again(call).status, ends(call)[0]["outcome"]) == (CallStatus.NO_ANSWER, "failed")
    tell_telnyx(aurora, call, attempt, 1)
    work_through()
    assert_talked(aurora.agent, call)


def test_an_end_that_proves_an_answer_has_its_length_when_the_answer_is_told(aurora, borealis):
    call, attempt = dialled(aurora, "telnyx")
    end = call.started_at + timedelta(seconds=5 + TALK)
    telnyx_report(aurora, "call.hangup", call.provider_call_id, tag=str(attempt.pk), at=end, hangup_cause="time_limit")
    work_through()
    assert (again(call).status, again(call).duration) == (CallStatus.COMPLETED, 0)
    tell_telnyx(aurora, call, attempt, 1)
    work_through()
    assert_talked(aurora.agent, call)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_holding_is_told_in_any_order_and_the_latest_word_counts(aurora, borealis, order):
    call, attempt = dialled(aurora, "telnyx")
    told = [("call.answered", 1), ("call.hold", 2), ("call.unhold", 3)]
    for step in order:
        kind, second = told[step]
        at = call.started_at + timedelta(seconds=second)
        telnyx_report(aurora, kind, call.provider_call_id, tag=str(attempt.pk), at=at)
        work_through(rounds=1 if step == 1 else 4)
    work_through()
    assert again(call).status == CallStatus.IN_PROGRESS


def test_a_word_that_nobody_knows_is_kept_and_moves_nothing(aurora, borealis):
    call, attempt = dialled(aurora)
    twilio_report(aurora, attempt, call.provider_call_id, "teleporting", number=9, at=call.started_at)
    work_through()
    assert again(call).status == CallStatus.QUEUED
    assert [(one.raw_status, one.status) for one in CallEvent.all_orgs.filter(call=call)] == [("teleporting", "")]


@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
def test_reports_of_another_organizations_account_do_not_touch_our_call(aurora, borealis, provider):
    call, attempt = dialled(aurora, provider)
    before = Call.all_orgs.filter(pk=call.pk).values().get()
    if provider == "twilio":
        report = lives.twilio_fields(borealis, "call_status_3_completed", call.provider_call_id)
        for query in (f"?a={attempt.pk}", f"?c={call.pk}", ""):
            assert post_twilio(f"{lives.TWILIO}/status{query}", report, borealis.twilio).status_code == 200
    else:
        for query in (f"?a={attempt.pk}", f"?c={call.pk}", ""):
            tag = str(attempt.pk)
            telnyx_report(borealis, "call.answered", call.provider_call_id, tag=tag, query=query)
    work_through(rounds=9)
    assert Call.all_orgs.filter(pk=call.pk).values().get() == before
    assert not CallEvent.all_orgs.filter(call=call).exists()
    assert set(WebhookReceipt.all_orgs.values_list("error", flat=True)) == {"nothing of ours"}


def test_a_forged_report_is_refused_and_not_kept(aurora, borealis):
    call, attempt = dialled(aurora)
    form = lives.twilio_fields(aurora, "call_status_3_completed", call.provider_call_id)
    path = f"{lives.TWILIO}/status?a={attempt.pk}"
    # The last one is genuine, but signed for another address.
    elsewhere = RequestValidator(aurora.twilio.credentials().secret).compute_signature(
        f"{django_settings.PUBLIC_BASE_URL}{lives.TWILIO}/status", form
    )
    for signature in ("", "AAAA", elsewhere):
        assert post_twilio(path, form, aurora.twilio, signature=signature).status_code == 403
    work_through()
    assert again(call).status == CallStatus.QUEUED
    assert (WebhookReceipt.all_orgs.count(), WebhookRefusal.objects.get().count) == (0, 3)


@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
def test_a_replay_of_everything_changes_nothing(aurora, borealis, provider):
    tell, steps = TELL[provider]
    call, attempt = dialled(aurora, provider)
    for step in range(steps):
        tell(aurora, call, attempt, step)
    work_through()
    before = Call.all_orgs.filter(pk=call.pk).values().get()
    assert replay(WebhookReceipt.all_orgs.all(), actor=aurora.admin) == steps
    work_through()
    assert Call.all_orgs.filter(pk=call.pk).values().get() == before
    assert_talked(aurora.agent, call)


def test_reports_about_a_deleted_call_are_kept_and_change_nothing(aurora, borealis):
    call, attempt = dialled(aurora)
    services.delete_call(org=aurora.org, actor=aurora.admin, call=call)
    for step in range(4):
        tell_twilio(aurora, call, attempt, step)
    work_through()
    assert (again(call).status, len(ends(call)), lives.load(aurora.agent)) == (CallStatus.COMPLETED, 1, 0)
    assert CallEvent.all_orgs.filter(call=call).count() == 4


@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
def test_a_call_that_lives_on_after_we_ended_it_is_hung_up(aurora, borealis, provider):
    tell, _steps = TELL[provider]
    call, attempt = dialled(aurora, provider)
    services.end_call(org=aurora.org, actor=aurora.agent, call=call)
    assert commands(call) == [("hang-up", "due")]
    call.commands.update(state="failed", next_attempt_at=None, attempts=6)
    tell(aurora, call, attempt, 2 if provider == "twilio" else 1)
    work_through()
    assert commands(call) == [("hang-up", "due")]
    assert (again(call).status, len(ends(call))) == (CallStatus.COMPLETED, 1)


def test_a_report_before_the_dials_answer_is_the_proof_of_it(aurora, borealis):
    call, attempt = dialled(aurora, provider_call_id="", placing="dialling", lease_token=uuid4(), next_attempt_at=None)
    CallAttempt.all_orgs.filter(pk=attempt.pk).update(state="submitting", provider_call_id="")
    sid = lives.new_sid()
    twilio_report(aurora, attempt, sid, "ringing", number=1, at=call.started_at)
    work_through()
    proven = again(call)
    assert (proven.status, proven.placing, proven.provider_call_id) == (CallStatus.RINGING, "placed", sid)
    assert CallAttempt.all_orgs.get(pk=attempt.pk).state == "accepted"


def test_a_report_about_a_dial_that_was_refused_does_not_move_the_dial_that_lives(aurora, borealis):
    call, _living = dialled(aurora)
    refused = lives.attempt_of(call, state="rejected")
    twilio_report(aurora, refused, lives.new_sid(), "completed", number=3, at=call.started_at)
    work_through()
    assert (again(call).status, ends(call)) == (CallStatus.QUEUED, [])


def test_a_recording_that_is_named_by_our_tag_alone_finds_its_call(aurora, borealis):
    call, attempt = dialled(aurora, "telnyx")
    telnyx_report(aurora, "call.recording.saved", "", tag=str(attempt.pk), call_leg_id="", recording_id=str(uuid4()))
    work_through()
    assert call.recordings.count() == 1


def test_a_clock_that_cannot_be_right_is_not_believed(aurora, borealis):
    call, attempt = dialled(aurora)
    long_ago = datetime.fromisoformat("2018-03-25T09:53:13+00:00")
    twilio_report(aurora, attempt, call.provider_call_id, "in-progress", number=2, at=long_ago)
    work_through()
    assert again(call).answered_at > call.started_at


def test_nobody_answers_before_the_call_began_also_when_the_providers_clock_is_behind(aurora, borealis):
    call, attempt = dialled(aurora, "telnyx")
    behind = call.started_at - timedelta(seconds=30)
    telnyx_report(aurora, "call.answered", call.provider_call_id, tag=str(attempt.pk), at=behind)
    work_through()
    assert again(call).answered_at == call.started_at
