"""Fetching the files of a text, as the carriers do before they hand it on. Only from this machine, like every delivery.

What cannot be fetched, or is too large, ends the text: 21620 at Twilio, 40317 at Telnyx.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from .accounts import TWILIO
from .courier import Courier, is_loopback
from .ledger import Message

# Twilio takes less of other types than pictures; what matters here is that nothing larger than this passes.
_MOST_TOGETHER = {TWILIO: 5_000_000}
_MOST_AT_TELNYX = 999_999


def is_here(url: str) -> bool:
    """Return whether an address means this machine; no other one is ever asked."""
    return is_loopback(urlsplit(url).hostname or "")


async def fetch_all(courier: Courier, message: Message) -> str:
    """Fetch what a text carries and note it in the ledger; return the error code when it may not go on, else empty."""
    message.fetched = [await _fetch(courier, url) for url in message.media_urls if is_here(url)]
    is_whole = all(one["status"] == 200 for one in message.fetched)
    together = sum(one["size"] for one in message.fetched)
    if is_whole and together <= _MOST_TOGETHER.get(message.provider, _MOST_AT_TELNYX):
        return ""
    return "21620" if message.provider == TWILIO else "40317"


async def _fetch(courier: Courier, url: str) -> dict[str, Any]:
    response = await courier.fetch(url)
    if response is None:
        return {"url": url, "status": 0, "content_type": "", "size": 0, "sha256": ""}
    return {
        "url": url,
        "status": response.status_code,
        "content_type": response.headers.get("content-type", ""),
        "size": len(response.content),
        "sha256": sha256(response.content).hexdigest(),
    }
