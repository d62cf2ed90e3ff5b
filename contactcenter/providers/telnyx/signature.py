"""Telnyx's webhook signature: ed25519 over "{timestamp}|{raw body}".

Source: Telnyx's page "Receiving webhooks". Verified with `cryptography` because importing the SDK takes
seconds and 60 MB, which web processes need not spend.
"""

from base64 import b64decode
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE_HEADER = "telnyx-signature-ed25519"
TIMESTAMP_HEADER = "telnyx-timestamp"
TOLERANCE_SECONDS = 300


@lru_cache(maxsize=256)
def _key(public_key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(b64decode(public_key, validate=True))


def check(public_key: str, body: bytes, *, timestamp: str, signature: str, now: float) -> bool:
    """False when the clock says no; raises ValueError or InvalidSignature when key or signature misfit."""
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = timestamp.encode() + b"|" + body
    _key(public_key.strip()).verify(b64decode(signature, validate=True), signed)
    return True
