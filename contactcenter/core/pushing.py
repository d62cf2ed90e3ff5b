"""Sending notifications to browsers, each at most once: it is marked before the network is touched, and never again.

A notification is a hint. What is older than ten minutes is not sent any more; the inbox shows it anyway.
"""

import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import translation

from contactcenter.core import clock, push_keys, web_push
from contactcenter.core.ids import first_id_of
from contactcenter.core.models import NotificationEvent, PushDevice, PushMessage

logger = logging.getLogger(__name__)

_TOO_OLD = timedelta(minutes=10)
_FORGOTTEN_AFTER = timedelta(days=1)
_FORGET_BATCH = 1000
_SECONDS = 10.0
# How long the maker's server keeps it for a browser that is off.
_TTL_SECONDS = "600"
_GONE = frozenset({404, 410})


def claim(free: int) -> Sequence[UUID]:
    """Take up to `free` waiting notifications; from here on they are sent, or lost."""
    with transaction.atomic():
        waiting = PushMessage.all_orgs.filter(taken_at__isnull=True, created_at__gt=clock.now() - _TOO_OLD)
        taken = waiting.order_by("created_at").select_for_update(skip_locked=True).values_list("pk", flat=True)[:free]
        ids = list(taken)
        PushMessage.all_orgs.filter(pk__in=ids).update(taken_at=Now())
    return ids


def send(pk: UUID) -> None:
    """Send one notification that was taken. A browser that is gone is forgotten."""
    message = PushMessage.all_orgs.select_related("device", "device__user").filter(pk=pk).first()
    if message is None or not message.device.user.may_work:
        return
    try:
        answer = _post(message)
    except httpx.HTTPError as error:
        logger.warning("a notification could not be sent (%s)", type(error).__name__)
        return
    if answer.status_code in _GONE:
        PushDevice.all_orgs.filter(pk=message.device_id).delete()
    elif not answer.is_success:
        logger.warning("a notification was refused with status %d", answer.status_code)


def _post(message: PushMessage) -> httpx.Response:
    device = message.device
    body = web_push.encrypt(_content(message), p256dh=device.p256dh, auth=device.auth)
    headers = {
        "Authorization": web_push.authorization(device.endpoint, private=push_keys.private_key(), contact=_contact()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": _TTL_SECONDS,
        "Urgency": "high",
    }
    return httpx.post(device.endpoint, content=body, headers=headers, timeout=_SECONDS, follow_redirects=False)


def _contact() -> str:
    return settings.PUBLIC_BASE_URL if settings.IS_HTTPS else f"mailto:{settings.DEFAULT_FROM_EMAIL}"


def _content(message: PushMessage) -> bytes:
    """What the browser shows: a general sentence and a page. It passes through others' servers, if encrypted."""
    with translation.override(message.device.user.language):
        words = str(NotificationEvent(message.event).label)
    return json.dumps({"body": words, "url": message.path, "tag": message.path}).encode()


def forget_old() -> int:
    """Remove a batch of notifications that are a day old; return how many."""
    old = PushMessage.all_orgs.filter(pk__lt=first_id_of(clock.now() - _FORGOTTEN_AFTER))
    some = list(old.order_by("pk").values_list("pk", flat=True)[:_FORGET_BATCH])
    PushMessage.all_orgs.filter(pk__in=some).delete()
    return len(some)
