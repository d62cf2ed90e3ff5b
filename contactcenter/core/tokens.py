"""Log-ins of API clients: pairs of an access and a refresh token. A refresh token is good for one new pair."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from contactcenter.core import events, jwts
from contactcenter.core.ids import new_id
from contactcenter.core.jwts import Claims, Kind, TokenRefused
from contactcenter.core.models import Organization, RefreshToken, TokenFamily, User
from contactcenter.core.signing_keys import signer

# How long what has expired is kept, because clocks differ: nothing is removed that somebody is about to exchange.
EXPIRED_SLACK = timedelta(minutes=5)
_WITH_PERSON = "family__user__organization"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tokens, and whose they are."""

    user: User
    access: str = field(repr=False)
    refresh: str = field(repr=False)


def begin(user: User) -> Pair:
    """Log `user` (of an organization) in: a new family with its first pair. Raises signing_keys.NoSigningKey."""
    org = cast(Organization, user.organization)
    signer()  # Before the transaction: the first key must stay, whatever becomes of this log-in.
    now = timezone.now()
    with transaction.atomic():
        TokenFamily.all_orgs.filter(user=user, expires_at__lt=now - EXPIRED_SLACK).delete()
        family = TokenFamily.all_orgs.create(
            organization=org,
            user=user,
            password_stamp=user.get_session_auth_hash(),
            expires_at=now + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS),
        )
        User.objects.filter(pk=user.pk).update(last_login=now)
        user.last_login = now
        return _pair(_new_token(family), user)


def refresh(token: str) -> Pair:
    """Exchange a refresh token for the next pair. Raises TokenRefused.

    One conditional UPDATE decides who exchanges it. Within the grace everybody else gets the same pair: a client whose
    answer was lost, or who asked twice at once, is no thief. Afterwards somebody has a token that was not theirs: the
    whole family ends.
    """
    claims = jwts.read(token, kind=Kind.REFRESH)
    row = _issued(claims)
    with transaction.atomic():
        successor_id = new_id()
        is_ours = RefreshToken.all_orgs.filter(pk=row.pk, used_at__isnull=True).update(
            used_at=timezone.now(), successor_id=successor_id
        )
        if is_ours:
            successor = _new_token(row.family, id=successor_id)
            _tidy(successor)
            return _pair(successor, row.family.user)
    used_at, successor_id = _use_of(row)
    if timezone.now() - used_at > timedelta(seconds=settings.REFRESH_GRACE_SECONDS):
        _revoke(row.family, reason="refresh token used twice")
        raise TokenRefused
    return _pair(RefreshToken.all_orgs.get(id=successor_id), row.family.user)


def end(token: str) -> None:
    """Log out: revoke the family of this refresh token, used or not. Raises TokenRefused if it is not ours."""
    claims = jwts.read(token, kind=Kind.REFRESH)
    row = RefreshToken.all_orgs.select_related("family").filter(pk=claims.id, organization_id=claims.org_id).first()
    if row is not None:
        _revoke(row.family, reason="")


def caller(token: str) -> User:
    """Return who shows this access token, read from the database just now. Raises TokenRefused.

    One query: who was closed, moved, given another role or password, or logged out, is out at once.
    """
    claims = jwts.read(token, kind=Kind.ACCESS)
    rows = RefreshToken.all_orgs.select_related(_WITH_PERSON)
    row = rows.filter(access_id=claims.id, organization_id=claims.org_id).first()
    if row is None or not _fits(row, claims) or row.family.user.role != claims.role:
        raise TokenRefused
    return row.family.user


def _issued(claims: Claims) -> RefreshToken:
    rows = RefreshToken.all_orgs.select_related(_WITH_PERSON)
    row = rows.filter(pk=claims.id, organization_id=claims.org_id).first()
    if row is None or not _fits(row, claims):
        raise TokenRefused
    return row


def _use_of(row: RefreshToken) -> tuple[datetime, UUID]:
    found = RefreshToken.all_orgs.filter(pk=row.pk).values_list("used_at", "successor_id").first()
    if found is None or found[0] is None or found[1] is None:  # Removed meanwhile, with its log-in.
        raise TokenRefused
    return found[0], found[1]


def _fits(row: RefreshToken, claims: Claims) -> bool:
    return row.family.user_id == claims.user_id and row.family.is_alive


def _new_token(family: TokenFamily, **fields: object) -> RefreshToken:
    now = timezone.now()
    lifetime = timedelta(seconds=settings.REFRESH_TOKEN_SECONDS)
    return RefreshToken.all_orgs.create(
        organization_id=family.organization_id, family=family, issued_at=now, expires_at=now + lifetime, **fields
    )


def _tidy(newest: RefreshToken) -> None:
    """Keep the family alive as long as its newest token, and drop those that have ended by themselves."""
    TokenFamily.all_orgs.filter(pk=newest.family_id).update(expires_at=newest.expires_at)
    RefreshToken.all_orgs.filter(family_id=newest.family_id, expires_at__lt=newest.issued_at).delete()


def _pair(row: RefreshToken, user: User) -> Pair:
    access_ends = row.issued_at + timedelta(seconds=settings.ACCESS_TOKEN_SECONDS)
    return Pair(
        user=user,
        access=jwts.write(Kind.ACCESS, id=row.access_id, user=user, issued_at=row.issued_at, expires_at=access_ends),
        refresh=jwts.write(Kind.REFRESH, id=row.pk, user=user, issued_at=row.issued_at, expires_at=row.expires_at),
    )


def _revoke(family: TokenFamily, *, reason: str) -> None:
    with transaction.atomic():
        changed = TokenFamily.all_orgs.filter(pk=family.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
        if changed and reason:
            events.audit(
                org_id=family.organization_id,
                actor=None,
                action="tokenfamily.revoked",
                target=family,
                detail={"reason": reason},
            )
