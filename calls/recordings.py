"""Recordings: noted when the provider reports them, copied to us before its links expire."""

import hashlib
import logging
from datetime import timedelta
from uuid import UUID

import httpx
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.functions import Now

from calls import transitions
from calls.enums import RecordingKind, RecordingState
from calls.models import Call, CallRecording
from contactcenter.core import clock, doorbell
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.downloads import TooLarge, download
from contactcenter.providers import registry
from contactcenter.providers.errors import MediaRefused
from contactcenter.providers.voice import RecordingEvent

logger = logging.getLogger(__name__)

VOICEMAIL = "voicemail"
# Telnyx's links live ten minutes: the first repeats come quickly.
_PAUSES = (2, 10, 60, 300, 3600, 6 * 3600)
_EXTENSIONS = {"audio/mpeg": ".mp3", "audio/mp3": ".mp3", "audio/wav": ".wav", "audio/x-wav": ".wav"}


def store(call: Call, event: RecordingEvent, *, is_voicemail: bool) -> bool:
    """Note a recording, to be fetched. Returns whether it is a new one. Must run in a transaction."""
    if not event.is_available or not event.url:
        return False
    _recording, is_new = CallRecording.all_orgs.get_or_create(
        account_id=call.account_id,
        provider_recording_id=(event.recording_id or event.dedupe_key)[:64],
        defaults={
            "organization_id": call.organization_id,
            "call": call,
            "kind": RecordingKind.VOICEMAIL if is_voicemail else RecordingKind.CALL,
            "source_url": event.url,
            "content_type": event.content_type[:100],
            "duration": event.duration,
            "channels": event.channels,
            "next_attempt_at": Now(),
        },
    )
    if is_new:
        if is_voicemail:
            mark_voicemail(call)
        doorbell.wake("calls.tasks.fetch_recordings")
    return is_new


def mark_voicemail(call: Call) -> None:
    """Say that the caller left a message, unless somebody has said already what became of the call."""
    Call.all_orgs.filter(pk=call.pk, disposition="").update(disposition=VOICEMAIL)


def fetch_due(*, most: int = 20) -> int:
    """Fetch up to `most` recordings; return how many were tried."""
    tried = 0
    while tried < most:
        recording_id = _take_one()
        if recording_id is None:
            break
        _fetch(CallRecording.all_orgs.select_related("account").get(pk=recording_id))
        tried += 1
    return tried


def _take_one() -> UUID | None:
    """Take the next due file by moving its due time, so that nobody else takes it and nothing is lost with us."""
    with transaction.atomic():
        recording = (
            CallRecording.all_orgs.select_for_update(skip_locked=True)
            .filter(state=RecordingState.PENDING, next_attempt_at__lte=clock.now())
            .order_by("next_attempt_at")
            .first()
        )
        if recording is None:
            return None
        pause = _PAUSES[min(recording.fetch_attempts, len(_PAUSES) - 1)]
        recording.fetch_attempts += 1
        recording.next_attempt_at = clock.now() + timedelta(seconds=pause + 2 * settings.PROVIDER_TIMEOUT)
        recording.save(update_fields=["fetch_attempts", "next_attempt_at"])
        return recording.pk


def _fetch(recording: CallRecording) -> None:
    adapter = registry.voice(recording.account.provider)
    try:
        credentials = recording.account.credentials()
        content, content_type = download(
            recording.source_url,
            ask=lambda url: adapter.media_request(credentials, url),
            most_bytes=settings.MAX_RECORDING_BYTES,
        )
    except (MediaRefused, TooLarge) as error:
        _give_up(recording, type(error).__name__)
    except (httpx.HTTPError, httpx.InvalidURL, CredentialsUnreadable) as error:
        if recording.fetch_attempts > len(_PAUSES):
            _give_up(recording, type(error).__name__)
        else:
            _try_soon(recording)
        logger.warning("a recording could not be fetched: %s", type(error).__name__)
    else:
        _keep(recording, content, content_type)


def _try_soon(recording: CallRecording) -> None:
    pause = _PAUSES[min(recording.fetch_attempts - 1, len(_PAUSES) - 1)]
    CallRecording.all_orgs.filter(pk=recording.pk).update(next_attempt_at=Now() + timedelta(seconds=pause))


def _keep(recording: CallRecording, content: bytes, content_type: str) -> None:
    recording.content_type = (content_type or recording.content_type)[:100]
    recording.size = len(content)
    recording.sha256 = hashlib.sha256(content).hexdigest()
    recording.state = RecordingState.STORED
    recording.next_attempt_at = None
    name = f"{recording.pk}{_EXTENSIONS.get(recording.content_type, '.bin')}"
    recording.file.save(name, ContentFile(content), save=False)
    with transaction.atomic():
        recording.save()
        calls = Call.all_orgs.filter(pk=recording.call_id)
        if recording.kind == RecordingKind.CALL:  # A caller's message counts for more than the ringing before it.
            calls = calls.exclude(recordings__kind=RecordingKind.VOICEMAIL, recordings__state=RecordingState.STORED)
        calls.update(recording_id=recording.pk)
        transitions.announce(recording.organization_id, recording.call_id)


def _give_up(recording: CallRecording, error: str) -> None:
    recording.state, recording.error, recording.next_attempt_at = RecordingState.FAILED, error, None
    recording.save()
