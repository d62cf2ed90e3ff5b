"""Recordings: fetched from where the provider says, kept whole, given up in the end."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from calls import recordings
from calls.enums import CallStatus, RecordingState
from calls.models import Call, CallRecording
from contactcenter.core.models import ProviderAccount
from tests.calls import lives
from tests.calls.lives import again, dialled, telnyx_report, work_through
from tests.carrier import Carrier
from tests.factories import Tenant
from tests.sms.api import browser
from tests.webhooks import post_twilio

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def recorded(tenant: Tenant, url: str) -> tuple[Call, CallRecording]:
    call, _attempt = dialled(tenant, status=CallStatus.COMPLETED, ended_at=timezone.now())
    form = lives.twilio_fields(tenant, "recording_completed", call.provider_call_id, RecordingUrl=url)
    for _ in range(2):
        assert post_twilio(f"{lives.TWILIO}/recording?c={call.pk}", form, tenant.twilio).status_code == 200
    work_through()
    return call, CallRecording.all_orgs.get()


def due_now() -> None:
    CallRecording.all_orgs.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def url_at(carrier: Carrier, tenant: Tenant) -> str:
    return f"{carrier.url}/2010-04-01/Accounts/{tenant.twilio.account_id}/Recordings/RE{'5' * 32}"


def test_a_recording_that_is_not_there_is_tried_again_and_given_up(aurora, borealis, carrier):
    call, recording = recorded(aurora, url_at(carrier, aurora))
    for attempt in range(len(recordings._PAUSES) + 1):
        assert CallRecording.all_orgs.get().state == RecordingState.PENDING
        due_now()
        assert recordings.fetch_due() == 1
        assert CallRecording.all_orgs.get().fetch_attempts == attempt + 1
    recording.refresh_from_db()
    assert (recording.state, recording.next_attempt_at) == (RecordingState.FAILED, None)
    assert (recordings.fetch_due(), again(call).recording_id) == (0, None)


def test_a_file_on_another_host_is_never_fetched(aurora, borealis, carrier):
    _call, recording = recorded(aurora, "https://evil.example/Recordings/RE1")
    recordings.fetch_due()
    recording.refresh_from_db()
    assert (recording.state, recording.error) == (RecordingState.FAILED, "MediaRefused")


def test_credentials_that_nobody_can_read_do_not_stop_other_recordings(aurora, borealis, carrier):
    _call, recording = recorded(aurora, url_at(carrier, aurora))
    ProviderAccount.all_orgs.filter(pk=aurora.twilio.pk).update(secrets_encrypted="nobody can read this")
    due_now()
    assert recordings.fetch_due() == 1
    recording.refresh_from_db()
    assert (recording.state, recording.fetch_attempts) == (RecordingState.PENDING, 1)


def test_a_recording_is_kept_whole_and_heard_by_the_organization_alone(aurora, borealis):
    call, recording = recorded(aurora, "https://api.twilio.com/x")
    recordings._keep(recording, b"ID3 sound", "audio/mpeg")
    recording.refresh_from_db()
    assert (recording.state, recording.size) == (RecordingState.STORED, 9)
    assert recording.sha256 == hashlib.sha256(b"ID3 sound").hexdigest()
    url = f"/api/calls/{call.pk}/recording"
    answer = browser(aurora.agent).get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "audio/mpeg")
    assert b"".join(answer.streaming_content) == b"ID3 sound"
    assert browser(borealis.admin).get(url).status_code == 404


def test_a_recording_that_failed_at_the_provider_leaves_nothing_to_fetch(aurora, borealis):
    call, _attempt = dialled(aurora)
    form = lives.twilio_fields(aurora, "recording_absent", call.provider_call_id)
    assert post_twilio(f"{lives.TWILIO}/recording?c={call.pk}", form, aurora.twilio).status_code == 200
    work_through()
    assert not CallRecording.all_orgs.exists()


def test_an_address_of_any_length_is_kept_whole(aurora, borealis):
    call, attempt = dialled(aurora, "telnyx")
    url = "https://s3.amazonaws.com/telephony-recorder-prod/x.mp3?X-Amz-Security-Token=" + "A" * 3000
    urls = {"mp3": url}
    telnyx_report(
        aurora,
        "call.recording.saved",
        call.provider_call_id,
        tag=str(attempt.pk),
        recording_id="a" * 36,
        recording_urls=urls,
        public_recording_urls={},
    )
    work_through()
    assert CallRecording.all_orgs.get().source_url == url
