"""The keys that sign tokens: Ed25519 (RFC 8037). Public halves stand in the database, private ones never do.

Private keys come from SIGNING_KEYS, or are made on first use as files of mode 0600 in SIGNING_KEYS_DIR. A key signs
from its `not_before` on (it is published earlier, so that clients with a cached key set know it in time), and what it
signed is believed until its `retire_at`. Hosts with folders of their own have keys of their own, and believe them all.
"""

import base64
import hashlib
import json
import logging
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from contactcenter.core.models import SigningKey

logger = logging.getLogger(__name__)

# How long a process goes without looking at the table, and the least time between two looks for an unknown key.
_FRESH_SECONDS, _RELOAD_SECONDS = 10.0, 1.0
# Clocks of two hosts are never quite the same.
LEEWAY = timedelta(seconds=5)
_LOCK = 7306


class NoSigningKey(Exception):
    """There is no private key to sign with, and none could be made; the log says why."""


@dataclass(frozen=True, slots=True)
class _Ring:
    """The table as it was at one moment."""

    rows: Mapping[str, SigningKey]
    read_at: float


_ring: _Ring | None = None


def forget() -> None:
    """Read the table again at the next use."""
    global _ring
    _ring = None


def public_key(kid: str) -> Ed25519PublicKey | None:
    """Return the key that is believed under this name now, None when there is none."""
    row = _rows().get(kid) or _rows(at_most=_RELOAD_SECONDS).get(kid)
    now = timezone.now()
    if row is None or row.not_before > now + LEEWAY or (row.retire_at is not None and row.retire_at <= now):
        return None
    return Ed25519PublicKey.from_public_bytes(_from_base64(row.public_key))


def signer() -> tuple[str, Ed25519PrivateKey]:
    """Return the name and the private half of the key that signs now; makes the first one. Raises NoSigningKey."""
    return _usable() or _made_usable()


def published() -> list[dict[str, str]]:
    """Return the JSON Web Keys (RFC 7517) of everything that is, or soon will be, believed, the newest first."""
    if not _rows():
        signer()
    now = timezone.now()
    rows = [row for row in _rows().values() if row.retire_at is None or row.retire_at > now]
    return [
        {"kty": "OKP", "crv": "Ed25519", "x": row.public_key, "kid": row.kid, "use": "sig", "alg": "EdDSA"}
        for row in sorted(rows, key=lambda row: row.not_before, reverse=True)
    ]


def rotate(*, lead: timedelta, stolen: bool = False) -> str:
    """Let another key sign from `lead` on, retire all others when their last refresh token has ended; return its name.

    `stolen`: the others are retired now. With SIGNING_KEYS the other key is the first one there. Raises NoSigningKey.
    """
    starts = timezone.now() + lead
    with transaction.atomic():
        _lock()
        if given := _given_keys():
            kid = next(iter(given))
            _register(kid, given[kid], timezone.now())
        else:
            kid = _make_file(starts)
        ends = starts + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS + 60)
        if stolen:
            ends = timezone.now()
        others = SigningKey.objects.exclude(kid=kid)
        others.filter(Q(retire_at__isnull=True) | Q(retire_at__gt=ends)).update(retire_at=ends)
    forget()
    return kid


def remove_retired_files(now: datetime) -> int:
    """Remove this host's private keys that have retired: they sign nothing, and nobody can steal what is gone.

    Returns how many. Their rows stay, so that nothing they signed is ever believed again.
    """
    retired = [kid for kid, row in _rows().items() if row.retire_at is not None and row.retire_at < now - LEEWAY]
    removed = 0
    for kid in retired:
        try:
            (Path(settings.SIGNING_KEYS_DIR) / f"{kid}.pem").unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            logger.error("A retired signing key could not be removed from SIGNING_KEYS_DIR: %s", error.strerror)
            continue
        removed += 1
    return removed


# --- The table -----------------------------------------------------------------------------------------------
def _rows(at_most: float = _FRESH_SECONDS) -> Mapping[str, SigningKey]:
    global _ring
    ring = _ring
    if ring is None or time.monotonic() - ring.read_at > at_most:
        ring = _ring = _Ring({row.kid: row for row in SigningKey.objects.all()}, time.monotonic())
    return ring.rows


def _register(kid: str, private: Ed25519PrivateKey, not_before: datetime) -> None:
    row = SigningKey(kid=kid, public_key=_to_base64(_public_bytes(private)), not_before=not_before)
    SigningKey.objects.bulk_create([row], ignore_conflicts=True)


def _lock() -> None:
    with connection.cursor() as cursor:  # Several processes may start at the same moment.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


# --- Which one signs -----------------------------------------------------------------------------------------
def _usable() -> tuple[str, Ed25519PrivateKey] | None:
    now = timezone.now()
    lasting = now + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS)
    rows = [
        row for row in _rows().values() if row.not_before <= now and (row.retire_at is None or row.retire_at >= lasting)
    ]
    if given := _given_keys():  # The operator's order counts.
        known = {row.kid for row in rows}
        return next(((kid, private) for kid, private in given.items() if kid in known), None)
    for row in sorted(rows, key=lambda row: row.not_before, reverse=True):
        if (private := _read_file(row.kid)) is not None:
            return row.kid, private
    return None


def _made_usable() -> tuple[str, Ed25519PrivateKey]:
    with transaction.atomic():
        _lock()
        forget()
        if (found := _usable()) is None:
            _register_what_is_there()
            forget()
            found = _usable()
        if found is None and not settings.SIGNING_KEYS:
            _make_file(timezone.now())
            forget()
            found = _usable()
    if found is None:
        logger.error("No key signs tokens: those of SIGNING_KEYS are retired. Put a new one in front.")
        raise NoSigningKey
    return found


def _register_what_is_there() -> None:
    """Keys outlive databases: take up those that this one does not know."""
    found = _given_keys() or {
        path.stem: private
        for path in Path(settings.SIGNING_KEYS_DIR).glob("*.pem")
        if (private := _read_file(path.stem)) is not None
    }
    for kid, private in found.items():
        if kid == key_id(private):
            _register(kid, private, timezone.now())


def _given_keys() -> dict[str, Ed25519PrivateKey]:
    seeds = [Ed25519PrivateKey.from_private_bytes(_from_base64(seed)) for seed in settings.SIGNING_KEYS]
    return {key_id(private): private for private in seeds}


# --- Files ---------------------------------------------------------------------------------------------------
def _make_file(not_before: datetime) -> str:
    folder = Path(settings.SIGNING_KEYS_DIR)
    private = Ed25519PrivateKey.generate()
    kid = key_id(private)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    unfinished = folder / f".{kid}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        unfinished.rename(folder / f"{kid}.pem")
    except OSError as error:
        logger.error("No key to sign tokens with could be made in SIGNING_KEYS_DIR: %s", error.strerror)
        raise NoSigningKey from error
    _register(kid, private, not_before)
    return kid


def _read_file(kid: str) -> Ed25519PrivateKey | None:
    path = Path(settings.SIGNING_KEYS_DIR) / f"{kid}.pem"
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            logger.error("A signing key in SIGNING_KEYS_DIR is open to others (mode 0600 is needed); it is not used.")
            return None
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError):
        return None
    return private if isinstance(private, Ed25519PrivateKey) else None


# --- Forms of a key ------------------------------------------------------------------------------------------
def key_id(private: Ed25519PrivateKey) -> str:
    """Return the thumbprint of the public half (RFC 7638, RFC 8037 appendix A.3)."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": _to_base64(_public_bytes(private))}
    plain = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return _to_base64(hashlib.sha256(plain.encode()).digest())


def _public_bytes(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _to_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _from_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
