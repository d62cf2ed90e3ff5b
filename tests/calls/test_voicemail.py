"""Messages of callers whom nobody answered: kept, told, and part of how the call is said to have ended."""

from itertools import permutations

import pytest
from django.utils import timezone

from calls import commanding, recordings
from calls.enums import CallStatus
from calls.models import Call, CallRecording
from contactcenter.providers.voice import Done
from tests.calls import lives
from tests.calls.lives import ends, only_call, telnyx_report, twilio_asks, twilio_caller, verbs, work_through
from tests.factories import Tenant

pytestmark = pytest.mark.django_db
SID = "CA" + "8" * 32
RECORDING = "RE" + "5" * 32
LEG = "v3:caller"


def message_taken(tenant: Tenant) -> None:
    call = only_call(tenant)
    form = {"RecordingUrl": f"https://api.twilio.com/{RECORDING}", "RecordingSid": RECORDING, "CallStatus": "completed"}
    taken = {**form, "RecordingDuration": "7", "Digits": "hangup"}
    answer = twilio_asks(tenant, "message", "call_inbound", SID, query=f"?c={call.pk}", **taken)
    assert verbs(lives.document(answer)) == ["Hangup"]


def recording_is_there(tenant: Tenant) -> None:
    form = lives.twilio_fields(tenant, "recording_completed", SID, RecordingSid=RECORDING)
    path = f"{lives.TWILIO}/recording?c={only_call(tenant).pk}&voicemail=1"
    assert lives.post_twilio(path, form, tenant.twilio).status_code == 200


def call_is_over(tenant: Tenant) -> None:
    form = lives.twilio_fields(tenant, "call_status_3_completed", SID, Direction="inbound", From=lives.CUSTOMER)
    form |= {"To": tenant.twilio_number.address}
    assert lives.post_twilio(f"{lives.TWILIO}/status", form, tenant.twilio).status_code == 200


@pytest.mark.parametrize("order", list(permutations([message_taken, recording_is_there, call_is_over])))
@pytest.mark.parametrize("at_once", [True, False], ids=["together", "one by one"])
def test_a_message_at_twilio_is_what_the_end_says_in_every_order(aurora, borealis, order, at_once):
    assert verbs(twilio_caller(aurora, SID)) == ["Say", "Record", "Hangup"]
    for tell in order:
        tell(aurora)
        if not at_once:
            lives.reporting.process_due()
    work_through()
    call = only_call(aurora)
    assert (call.status, call.disposition) == (CallStatus.NO_ANSWER, "voicemail")
    assert [(one["outcome"], one["disposition"]) for one in ends(call)] == [("voicemail", "voicemail")]
    assert CallRecording.all_orgs.get().kind == "voicemail"


def telnyx_records_a_message(tenant: Tenant) -> Call:
    parties = {"from": lives.CUSTOMER, "to": tenant.telnyx_number.address}
    for kind in ("call.initiated", "call.answered", "call.speak.ended"):
        telnyx_report(tenant, kind, LEG, **parties, **({"direction": "incoming"} if kind == "call.initiated" else {}))
        work_through()
        for command in only_call(tenant).commands.filter(state="due"):
            commanding.record(command, Done())
    call = only_call(tenant)
    assert [key for key, _state in lives.commands(call)] == ["answer", "voicemail:say", "voicemail:record"]
    return call


@pytest.mark.parametrize("is_saved_first", [True, False])
def test_a_message_at_telnyx_is_what_the_end_says_although_it_is_saved_after_it(aurora, borealis, is_saved_first):
    call = telnyx_records_a_message(aurora)
    if is_saved_first:
        telnyx_report(aurora, "call.recording.saved", LEG, recording_id=RECORDING)
    telnyx_report(aurora, "call.hangup", LEG, hangup_cause="normal_clearing")
    work_through(rounds=1)
    telnyx_report(aurora, "call.recording.saved", LEG, recording_id=RECORDING)
    work_through()
    assert lives.again(call).status == CallStatus.NO_ANSWER
    assert [(one["outcome"], one["disposition"]) for one in ends(call)] == [("voicemail", "voicemail")]


def test_a_caller_at_telnyx_who_says_nothing_ends_unanswered_all_the_same(aurora, borealis):
    call = telnyx_records_a_message(aurora)
    telnyx_report(aurora, "call.hangup", LEG, hangup_cause="normal_clearing")
    work_through(rounds=6)
    assert lives.again(call).status == CallStatus.NO_ANSWER
    assert [(one["outcome"], one["disposition"]) for one in ends(call)] == [("failed", None)]


def test_a_speech_that_fails_still_lets_the_caller_leave_a_message(aurora, borealis):
    parties = {"from": lives.CUSTOMER, "to": aurora.telnyx_number.address}
    telnyx_report(aurora, "call.initiated", LEG, **parties, direction="incoming")
    telnyx_report(aurora, "call.answered", LEG, **parties)
    work_through()
    call = only_call(aurora)
    speech = call.commands.get(key="voicemail:say")
    commanding._end(speech, "failed")
    assert ("voicemail:record", "due") in lives.commands(call)
    commanding._end(call.commands.get(key="voicemail:record"), "failed")
    assert lives.commands(call)[-1] == ("hang-up", "due")


def test_a_disposition_that_a_person_gave_stays(aurora, borealis):
    twilio_caller(aurora, SID)
    Call.all_orgs.update(disposition="spam")
    message_taken(aurora)
    recording_is_there(aurora)
    work_through()
    assert only_call(aurora).disposition == "spam"


def test_the_message_is_what_is_heard_and_not_the_ringing_before_it(aurora, borealis, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    twilio_caller(aurora, SID)
    call = only_call(aurora)
    made = {}
    for kind in ("voicemail", "call"):
        made[kind] = CallRecording.all_orgs.create(
            organization=aurora.org,
            account=aurora.twilio,
            call=call,
            kind=kind,
            provider_recording_id=kind,
            source_url="https://api.twilio.com/x",
            next_attempt_at=timezone.now(),
        )
        recordings._keep(made[kind], b"sound", "audio/mpeg")
    assert only_call(aurora).recording_id == made["voicemail"].pk
