"""Answers, made from rows."""

from typing import Any

from contactcenter.core.models import ApiKey, User
from contactcenter.core.tokens import Pair
from contactcenter.web.api.values import time_text


def user(person: User) -> dict[str, Any]:
    """Return the User object."""
    org = person.organization
    return {
        "id": str(person.pk),
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "role": person.role,
        "organization_id": str(org.pk) if org else None,
        "organization_name": org.name if org else None,
        "language": person.language,
        "time_zone": person.time_zone,
        "last_login_at": time_text(person.last_login),
    }


def pair(tokens: Pair) -> dict[str, Any]:
    """Return a person with their tokens."""
    return {
        "user": user(tokens.user),
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "token_type": "bearer",
    }


def key(row: ApiKey) -> dict[str, Any]:
    """Return a personal key; its secret is nowhere to be read."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "prefix": row.prefix,
        "scopes": row.scopes,
        "created_at": time_text(row.created_at),
        "expires_at": time_text(row.expires_at),
        "last_used_at": time_text(row.last_used_at),
    }
