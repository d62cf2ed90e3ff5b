"""Signed tokens: how they are written, and what is believed of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import jwt

from contactcenter.core import signing_keys
from contactcenter.core.models import User

_ALGORITHM = "EdDSA"
_REQUIRED = ["sub", "email", "role", "org", "iat", "exp", "jti", "type"]
_HEADER = {"alg", "kid", "typ"}
_LONGEST = 4096


class TokenRefused(Exception):
    """The token is not ours, not for this, too old, or no longer valid. It does not say which."""


class Kind(StrEnum):
    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, its signature and times checked."""

    id: UUID
    user_id: UUID
    org_id: UUID
    role: str


def write(kind: Kind, *, id: UUID, user: User, issued_at: datetime, expires_at: datetime) -> str:
    """Return a signed token; the same claims and key always give the same one. Raises signing_keys.NoSigningKey."""
    kid, private = signing_keys.signer()
    claims = {
        "sub": str(user.pk),
        "email": user.email,
        "role": user.role,
        "org": str(user.organization_id),
        "iat": int(issued_at.timestamp()),
        "exp": int(expires_at.timestamp()),
        "jti": str(id),
        "type": kind.value,
    }
    return jwt.encode(claims, private, algorithm=_ALGORITHM, headers={"kid": kid})


def read(token: str, *, kind: Kind) -> Claims:
    """Return what the token says. Raises TokenRefused.

    The algorithm is ours to choose, never the token's: `none`, or a public key used as a secret, is no signature.
    """
    if len(token) > _LONGEST:
        raise TokenRefused
    try:
        claims = jwt.decode(
            token,
            _key_for(jwt.get_unverified_header(token)),
            algorithms=[_ALGORITHM],
            leeway=signing_keys.LEEWAY,
            options={"require": _REQUIRED},
        )
        if claims["type"] != kind.value or {type(claims["iat"]), type(claims["exp"])} != {int}:
            raise TokenRefused
        return Claims(
            id=UUID(claims["jti"]), user_id=UUID(claims["sub"]), org_id=UUID(claims["org"]), role=str(claims["role"])
        )
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise TokenRefused from error


def _key_for(header: dict[str, Any]) -> Any:
    kid = header.get("kid")
    if header.get("alg") != _ALGORITHM or not header.keys() <= _HEADER or not isinstance(kid, str):
        raise TokenRefused
    key = signing_keys.public_key(kid)
    if key is None:
        raise TokenRefused
    return key
