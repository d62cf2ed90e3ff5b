"""Web Push as the standards have it, without a database: RFC 8291 and 8188 (content), RFC 8292 (who sends).

Written out: pywebpush brings two HTTP stacks along, and http-ece below it comes as a source only, which pip would have
to build at the first start. Proved with the vectors of RFC 8291, appendix A.
"""

import base64
import os
import struct
import time
from urllib.parse import urlsplit

import jwt
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_RECORD_SIZE = 4096
_LAST_RECORD = b"\x02"
_AUTH_BYTES, _POINT_BYTES, _SALT_BYTES = 16, 65, 16
_TOKEN_SECONDS = 12 * 3600


class BadSubscription(ValueError):
    """The keys that a browser gave are none."""


def encrypt(
    plain: bytes,
    *,
    p256dh: str,
    auth: str,
    salt: bytes | None = None,
    private: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return the body for a browser with these keys (base64url). Raises BadSubscription.

    `salt` and `private` are chosen at random for each body; tests give those of RFC 8291, appendix A.
    """
    theirs, secret = read_keys(p256dh=p256dh, auth=auth)
    salt, private = salt or os.urandom(_SALT_BYTES), private or ec.generate_private_key(ec.SECP256R1())
    ours = public_bytes(private)
    shared = private.exchange(ec.ECDH(), theirs)
    info = b"WebPush: info\x00" + _point(theirs) + ours
    keying = _derive(shared, salt=secret, info=info, length=32)
    key = _derive(keying, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derive(keying, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    header = salt + struct.pack("!IB", _RECORD_SIZE, len(ours)) + ours
    return header + AESGCM(key).encrypt(nonce, plain + _LAST_RECORD, None)


def read_keys(*, p256dh: str, auth: str) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """Return a browser's public key and its secret. Raises BadSubscription."""
    try:
        point, secret = from_base64(p256dh), from_base64(auth)
        if len(point) != _POINT_BYTES or len(secret) != _AUTH_BYTES:
            raise BadSubscription
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point), secret
    except (ValueError, InvalidKey) as error:
        raise BadSubscription from error


def authorization(endpoint: str, *, private: ec.EllipticCurvePrivateKey, contact: str) -> str:
    """Return the header by which the browser's maker knows us. `contact`: an https or mailto address."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + _TOKEN_SECONDS,
        "sub": contact,
    }
    return f"vapid t={jwt.encode(claims, private, algorithm='ES256')}, k={to_base64(public_bytes(private))}"


def public_bytes(private: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public half as browsers take it: an uncompressed point."""
    return _point(private.public_key())


def to_base64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64(text: str) -> bytes:
    """Read base64url with or without padding. Raises ValueError."""
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
