"""The key by which browsers' makers know this installation (VAPID): from PUSH_PRIVATE_KEY, or made once as a file.

The file lies beside the keys that sign tokens, outside the checkout, with mode 0600. Hosts that push for each other
need the same key: there it comes from the environment.
"""

import logging
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from contactcenter.core.web_push import from_base64, public_bytes, to_base64

logger = logging.getLogger(__name__)

_FILE = "push.key"
_KEY_BYTES = 32


class NoPushKey(Exception):
    """There is no key, and none could be made; the log says why."""


def private_key() -> ec.EllipticCurvePrivateKey:
    """Return the key, made now if there is none. Raises NoPushKey."""
    return _read(settings.PUSH_PRIVATE_KEY or _of_file(str(settings.SIGNING_KEYS_DIR)))


def public_key() -> str:
    """Return the public half in base64url, as browsers want it. Raises NoPushKey."""
    return to_base64(public_bytes(private_key()))


@lru_cache(maxsize=4)
def _read(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64(text)), ec.SECP256R1())


@lru_cache(maxsize=4)
def _of_file(folder: str) -> str:
    path = Path(folder) / _FILE
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            _make(path)
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        logger.error("No key for notifications could be read or made in SIGNING_KEYS_DIR: %s", type(error).__name__)
        raise NoPushKey from error


def _make(path: Path) -> None:
    """Put a new key there, whole or not at all; another process may be faster. Raises FileExistsError."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(to_base64(number.to_bytes(_KEY_BYTES)))
    try:
        os.link(unfinished, path)
    finally:
        unfinished.unlink()
