"""Encryption of provider credentials: Fernet, with keys from the environment, bound to an owner."""

import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CredentialsUnreadable(Exception):
    """The stored credentials were written with other keys, or for another organization."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(values: dict[str, str], *, owner: str) -> str:
    """Encrypt `values` with the newest key; only the same `owner` can read them again."""
    plain = json.dumps({"owner": owner, "values": values})
    return _fernet(tuple(settings.CREDENTIAL_KEYS)).encrypt(plain.encode()).decode()


def decrypt(token: str, *, owner: str) -> dict[str, str]:
    """Decrypt what `encrypt` wrote for `owner`. Raises CredentialsUnreadable."""
    try:
        content = json.loads(_fernet(tuple(settings.CREDENTIAL_KEYS)).decrypt(token.encode()))
    except (InvalidToken, ValueError) as error:
        raise CredentialsUnreadable("provider credentials cannot be decrypted with CREDENTIAL_KEYS") from error
    if content["owner"] != owner:
        raise CredentialsUnreadable("provider credentials belong to another organization")
    values: dict[str, str] = content["values"]
    return values
