"""Copying attachments from the provider to us, before its links expire."""

import hashlib
import logging
from datetime import timedelta
from uuid import UUID

import httpx
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from contactcenter.core import clock
from contactcenter.core.downloads import TooLarge, download
from contactcenter.providers import registry
from contactcenter.providers.errors import MediaRefused
from sms import transitions
from sms.enums import MediaState
from sms.models import MediaFile

logger = logging.getLogger(__name__)

_PAUSES = (5, 30, 300, 3600, 6 * 3600)
_EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}


def fetch_due(*, most: int = 20) -> int:
    """Fetch up to `most` attachments; return how many were tried."""
    tried = 0
    while tried < most:
        media_id = _take_one()
        if media_id is None:
            break
        _fetch(MediaFile.all_orgs.select_related("message__account").get(pk=media_id))
        tried += 1
    return tried


def _take_one() -> UUID | None:
    """Take the next due file by moving its due time, so that nobody else takes it and nothing is lost with us."""
    with transaction.atomic():
        media = (
            MediaFile.all_orgs.select_for_update(skip_locked=True)
            .filter(state=MediaState.PENDING, next_attempt_at__lte=clock.now())
            .order_by("next_attempt_at")
            .first()
        )
        if media is None:
            return None
        pause = _PAUSES[min(media.fetch_attempts, len(_PAUSES) - 1)]
        media.fetch_attempts += 1
        media.next_attempt_at = clock.now() + timedelta(seconds=pause + 2 * settings.PROVIDER_TIMEOUT)
        media.save(update_fields=["fetch_attempts", "next_attempt_at"])
        return media.pk


def _fetch(media: MediaFile) -> None:
    account = media.message.account
    try:
        if account is None:
            raise MediaRefused
        adapter, credentials = registry.get(account.provider), account.credentials()
        content, content_type = download(
            media.source_url,
            ask=lambda url: adapter.media_request(credentials, url),
            most_bytes=settings.MAX_INBOUND_MEDIA_BYTES,
        )
    except (MediaRefused, TooLarge) as error:
        _give_up(media, type(error).__name__)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        if media.fetch_attempts > len(_PAUSES):
            _give_up(media, type(error).__name__)
        logger.warning("an attachment could not be fetched: %s", type(error).__name__)
    else:
        _keep(media, content, content_type)


def _keep(media: MediaFile, content: bytes, content_type: str) -> None:
    media.content_type = (content_type or media.content_type)[:100]
    media.size = len(content)
    media.sha256 = hashlib.sha256(content).hexdigest()
    media.state = MediaState.STORED
    media.next_attempt_at = None
    name = f"{media.pk}{_EXTENSIONS.get(media.content_type, '.bin')}"
    media.file.save(name, ContentFile(content), save=False)
    _save(media)


def _give_up(media: MediaFile, error: str) -> None:
    media.state, media.error, media.next_attempt_at = MediaState.FAILED, error, None
    _save(media)


def _save(media: MediaFile) -> None:
    with transaction.atomic():
        media.save()
        transitions.announce(media.organization_id, media.message.conversation_id)
