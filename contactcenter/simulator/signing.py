"""Signs webhooks as the providers do.

Twilio: base64 of HMAC-SHA1 with the auth token over the URL and the sorted parameters
(https://www.twilio.com/docs/usage/webhooks/webhooks-security). Telnyx: ed25519 over "timestamp|raw body".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def twilio_signature(auth_token: str, url: str, form: Mapping[str, str]) -> str:
    """Return X-Twilio-Signature for a form POST to ``url``; the URL's fragment is not part of it."""
    signed = url.partition("#")[0] + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def telnyx_headers(private_seed: bytes, body: bytes, timestamp: int) -> dict[str, str]:
    """Return the two signature headers of a Telnyx webhook; ``timestamp`` in Unix seconds."""
    signature = _key(private_seed).sign(f"{timestamp}|".encode() + body)
    return {
        "telnyx-signature-ed25519": base64.b64encode(signature).decode(),
        "telnyx-timestamp": str(timestamp),
    }


@lru_cache(maxsize=64)
def _key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)
