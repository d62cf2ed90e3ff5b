"""What Telnyx remembers of requests with an Idempotency-Key: the body, and the message that came of it."""

from __future__ import annotations

from collections import OrderedDict

_REMEMBERED = 50_000


class Remembered:
    """Successful requests by (account, key), the oldest forgotten first. An empty key is none."""

    def __init__(self) -> None:
        self._requests: OrderedDict[tuple[str, str], tuple[bytes, str]] = OrderedDict()

    def reset(self) -> None:
        """Forget all keys."""
        self._requests.clear()

    def find(self, key: tuple[str, str]) -> tuple[bytes, str] | None:
        """Return body and message id of the first request with this key, or None."""
        return self._requests.get(key) if key[1] else None

    def remember(self, key: tuple[str, str], body: bytes, message_id: str) -> None:
        """Keep what came of a request, if it had a key."""
        if not key[1]:
            return
        self._requests[key] = (body, message_id)
        if len(self._requests) > _REMEMBERED:
            self._requests.popitem(last=False)
