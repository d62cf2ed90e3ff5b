"""Copying attachments from the provider to us, before its links expire."""

import hashlib
import logging
from datetime import timedelta
from uuid import UUID

import httpx
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from contactcenter.core.models import ProviderAccount
from contactcenter.providers import registry
from contactcenter.providers.base import MediaRequest
from contactcenter.providers.errors import MediaRefused
from sms import transitions
from sms.enums import MediaState
from sms.models import MediaFile

logger = logging.getLogger(__name__)

_PAUSES = (5, 30, 300, 3600, 6 * 3600)
_MOST_REDIRECTS = 3
_EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}


class TooLarge(Exception):
    """The file is larger than MAX_INBOUND_MEDIA_BYTES."""


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
            .filter(state=MediaState.PENDING, next_attempt_at__lte=timezone.now())
            .order_by("next_attempt_at")
            .first()
        )
        if media is None:
            return None
        pause = _PAUSES[min(media.fetch_attempts, len(_PAUSES) - 1)]
        media.fetch_attempts += 1
        media.next_attempt_at = timezone.now() + timedelta(seconds=pause + 2 * settings.PROVIDER_TIMEOUT)
        media.save(update_fields=["fetch_attempts", "next_attempt_at"])
        return media.pk


def _fetch(media: MediaFile) -> None:
    account = media.message.account
    try:
        if account is None:
            raise MediaRefused
        content, content_type = _download(account, media.source_url)
    except (MediaRefused, TooLarge) as error:
        _give_up(media, type(error).__name__)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        if media.fetch_attempts > len(_PAUSES):
            _give_up(media, type(error).__name__)
        logger.warning("an attachment could not be fetched: %s", type(error).__name__)
    else:
        _keep(media, content, content_type)


def _download(account: ProviderAccount, url: str) -> tuple[bytes, str]:
    adapter = registry.get(account.provider)
    credentials = account.credentials()
    timeout = httpx.Timeout(settings.PROVIDER_TIMEOUT, connect=settings.PROVIDER_CONNECT_TIMEOUT)
    with httpx.Client(timeout=timeout, follow_redirects=False) as client:
        for _hop in range(_MOST_REDIRECTS + 1):
            request: MediaRequest = adapter.media_request(credentials, url)
            with client.stream("GET", request.url, auth=request.auth) as response:
                if response.is_redirect:
                    url = str(response.url.join(response.headers["location"]))
                    continue
                response.raise_for_status()
                return _read(response), response.headers.get("content-type", "").partition(";")[0].strip()
    raise MediaRefused


def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > settings.MAX_INBOUND_MEDIA_BYTES:
            raise TooLarge
    return bytes(content)


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
