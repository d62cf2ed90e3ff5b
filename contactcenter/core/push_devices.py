"""The browsers that people are notified in."""

from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from contactcenter.core.models import Organization, PushDevice, User
from contactcenter.core.web_push import read_keys

_LONGEST_ENDPOINT = 1000
_MOST_PER_PERSON = 10


class UnknownPushService(Exception):
    """The address is not one of a browser's maker: this server asks nobody else."""


def remember(*, org: Organization, user: User, endpoint: str, p256dh: str, auth: str, name: str) -> PushDevice:
    """Store a browser as the person's; whoever had it before is no longer told in it.

    Raises UnknownPushService, or BadSubscription.
    """
    if not _is_known(endpoint):
        raise UnknownPushService
    read_keys(p256dh=p256dh, auth=auth)
    fingerprint = sha256(endpoint.encode()).hexdigest()
    with transaction.atomic():
        PushDevice.all_orgs.filter(endpoint_hash=fingerprint).delete()
        device = PushDevice.all_orgs.create(
            organization=org,
            user=user,
            endpoint=endpoint,
            endpoint_hash=fingerprint,
            p256dh=p256dh,
            auth=auth,
            name=name[:80],
        )
        stale = devices_of(org, user)[_MOST_PER_PERSON:]
        PushDevice.objects.for_org(org).filter(pk__in=[device.pk for device in stale]).delete()
    return device


def _is_known(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_plain = parts.scheme == "https" and port in (None, 443) and parts.username is None
    fits = any(host == known or host.endswith(f".{known}") for known in settings.PUSH_HOSTS)
    return is_plain and fits and len(endpoint) <= _LONGEST_ENDPOINT


def devices_of(org: Organization, user: User) -> list[PushDevice]:
    """Return the person's browsers, the newest first."""
    return list(PushDevice.objects.for_org(org).filter(user=user).order_by("-id"))


def device(org: Organization, pk: UUID) -> PushDevice | None:
    """Return a browser of the organization's people, or None."""
    return PushDevice.objects.for_org(org).filter(pk=pk).first()


def forget(*, org: Organization, user: User, pk: UUID) -> bool:
    """Tell the person nothing more in that browser; return whether it was theirs."""
    deleted, _by_model = PushDevice.objects.for_org(org).filter(user=user, pk=pk).delete()
    return deleted > 0
