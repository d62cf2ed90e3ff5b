"""The ground truth: everything the simulator took, and what it sent to us, the oldest forgotten first."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

_RANK = {"scheduled": 0, "accepted": 0, "queued": 1, "sending": 2, "sent": 3, "read": 5}
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "read"})


def rank(status: str) -> int:
    """Return how far a status is; unknown words count like ``sending``, failures like ``delivered``."""
    return _RANK.get(status, 4 if status in FINAL else 2)


@dataclass(slots=True)
class Message:
    """One message as the carrier sees it. Times are Unix seconds. ``status`` is Twilio's word."""

    provider: str
    account_id: str
    id: str
    sender: str
    to: str
    body: str
    direction: str = "outbound-api"
    media_urls: tuple[str, ...] = ()
    callback_url: str = ""
    failover_url: str = ""
    messaging_service_id: str = ""
    chosen_sender: str = ""
    encoding: str = "GSM-7"
    parts: int = 1
    status: str = "queued"
    error_code: str = ""
    answer: str = "accept"
    send_at: float = 0.0
    accepted_at: float = field(default_factory=time.time)
    sent_at: float = 0.0
    completed_at: float = 0.0
    updated_at: float = 0.0
    price_after: float = 0.0
    sequence: int = 0
    fetched: list[dict[str, Any]] = field(default_factory=list)  # What the carrier got of `media_urls`.
    taken: int = 0  # How often the application took an inbound text with a 2xx.

    def is_billed(self, now: float) -> bool:
        """Return whether the price of an outbound message is known: some time after its end."""
        return bool(self.completed_at) and self.status != "canceled" and now >= self.completed_at + self.price_after

    def advance(self, status: str, error_code: str, now: float) -> None:
        """Move the true state forward; a step that comes late changes nothing."""
        self.updated_at = now
        if rank(status) < rank(self.status):
            return
        self.status, self.error_code = status, error_code
        if rank(status) >= 3 and not self.sent_at:
            self.sent_at = now
        if status in FINAL:
            self.completed_at = now


class Row(Protocol):
    """What a ledger keeps: something with a provider's id that was taken at a time."""

    provider: str
    account_id: str
    id: str
    sequence: int
    accepted_at: float
    updated_at: float


R = TypeVar("R", bound=Row)


class Ledger(Generic[R]):
    """Messages (or calls) by provider id in order of acceptance, never more than ``limit``."""

    def __init__(self, limit: int) -> None:
        self._limit = max(1, limit)
        self._rows: OrderedDict[str, R] = OrderedDict()
        self._received: OrderedDict[str, int] = OrderedDict()
        self.sequence = 0
        self.forgotten = 0

    def reset(self) -> None:
        """Forget everything; the sequence goes on, so a reader's position stays valid."""
        self._rows.clear()
        self._received.clear()
        self.forgotten = 0

    def add(self, row: R) -> R:
        """Record what was taken (or came from a customer) and give it its sequence number."""
        self.sequence += 1
        row.sequence = self.sequence
        row.updated_at = row.accepted_at
        self._rows[row.id] = row
        if len(self._rows) > self._limit:
            self._rows.popitem(last=False)
            self.forgotten += 1
        return row

    def get(self, provider: str, account_id: str, row_id: str) -> R | None:
        """Return the account's row with this id, or None."""
        row = self._rows.get(row_id)
        if row is None or (row.provider, row.account_id) != (provider, account_id):
            return None
        return row

    def remove(self, row_id: str) -> None:
        """Forget one row (Twilio's DELETE)."""
        self._rows.pop(row_id, None)

    def oldest_first(self) -> Iterator[R]:
        """Iterate over all rows in order of acceptance."""
        return iter(self._rows.values())

    def newest_first(self) -> Iterator[R]:
        """Iterate over all rows, the newest first."""
        return reversed(self._rows.values())

    def count_request(self, callback_url: str) -> None:
        """Count a create request by its callback URL, which carries the caller's attempt id."""
        if not callback_url:
            return
        self._received[callback_url] = self._received.pop(callback_url, 0) + 1
        if len(self._received) > self._limit:
            self._received.popitem(last=False)

    def requests_with(self, callback_url: str) -> int:
        """Return how many create requests carried this callback URL, whatever became of them."""
        return self._received.get(callback_url, 1)
