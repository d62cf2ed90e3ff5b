"""Personal API keys: made once, shown once, kept as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from contactcenter.core import events
from contactcenter.core.models import ApiKey, Organization, User
from contactcenter.core.roles import Right

# What a key can be made for. Administering needs a person, and what only pages can do is no scope.
_FOR_PEOPLE = (
    Right.ADMINISTER,
    Right.MANAGE_INBOX,
    Right.READ_CONTACTS,
    Right.EDIT_CONTACTS,
    Right.MOVE_CONTACTS,
)
SCOPES = tuple(right.value for right in Right if right not in _FOR_PEOPLE)
MOST = 50
_SHOWN = 12
# How exactly `last_used_at` is kept: a write for each request would cost more than it tells.
_USE_NOTED = timedelta(minutes=1)


class TooManyKeys(Exception):
    """The person has as many keys as anybody may have."""


class KeyRefused(Exception):
    """The key is not known, was revoked, has ended, or its person may not work any more. It does not say which."""


def of(user: User) -> QuerySet[ApiKey]:
    """Return the person's keys that have not been revoked, the newest first."""
    own = ApiKey.objects.for_org(user.organization_id).filter(user=user, revoked_at__isnull=True)
    return own.order_by("-id")


def fill_in(key: ApiKey) -> str:
    """Give a new row its secret and return it, the only time that it exists in the open."""
    secret = f"voice_{secrets.token_urlsafe(32)}"
    key.prefix = secret[:_SHOWN]
    key.key_hash = _hash(secret)
    return secret


def create(*, user: User, name: str, scopes: list[str], expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """Make a key for `user` (of an organization); return it with its secret. Raises TooManyKeys."""
    if of(user).count() >= MOST:
        raise TooManyKeys
    key = ApiKey(
        organization=cast(Organization, user.organization),
        user=user,
        name=name,
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    secret = fill_in(key)
    with transaction.atomic():
        key.save(force_insert=True)
        events.audit(
            org_id=key.organization_id, actor=user, action="apikey.added", target=key, detail={"scopes": key.scopes}
        )
    return key, secret


def caller(secret: str) -> ApiKey:
    """Return the key with its user and organization, read from the database just now. Raises KeyRefused."""
    found = ApiKey.all_orgs.select_related("user__organization").filter(key_hash=_hash(secret)).first()
    now = timezone.now()
    if found is None or found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
        raise KeyRefused
    if not found.user.may_work or found.user.organization_id != found.organization_id:
        raise KeyRefused
    if found.last_used_at is None or found.last_used_at < now - _USE_NOTED:
        unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _USE_NOTED)
        ApiKey.all_orgs.filter(unnoted, pk=found.pk).update(last_used_at=now)
    return found


def revoke(key: ApiKey, *, actor: User) -> bool:
    """End a key; whether it still worked."""
    with transaction.atomic():
        changed = ApiKey.all_orgs.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
        if changed:
            events.audit(org_id=key.organization_id, actor=actor, action="apikey.revoked", target=key)
    return bool(changed)


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash: nobody can guess them.
    return hashlib.sha256(secret.encode()).hexdigest()
