"""The ground truth: every message the simulator took, and what it sent to us, the oldest forgotten first."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

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
    sequence: int = 0

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


class Ledger:
    """Messages by provider id in order of acceptance, never more than ``limit``."""

    def __init__(self, limit: int) -> None:
        self._limit = max(1, limit)
        self._messages: OrderedDict[str, Message] = OrderedDict()
        self._received: OrderedDict[str, int] = OrderedDict()
        self.sequence = 0
        self.forgotten = 0

    def reset(self) -> None:
        """Forget everything; the sequence goes on, so a reader's position stays valid."""
        self._messages.clear()
        self._received.clear()
        self.forgotten = 0

    def add(self, message: Message) -> Message:
        """Record a message that was taken (or written by a customer) and give it its sequence number."""
        self.sequence += 1
        message.sequence = self.sequence
        message.updated_at = message.accepted_at
        self._messages[message.id] = message
        if len(self._messages) > self._limit:
            self._messages.popitem(last=False)
            self.forgotten += 1
        return message

    def get(self, provider: str, account_id: str, message_id: str) -> Message | None:
        """Return the account's message with this id, or None."""
        message = self._messages.get(message_id)
        if message is None or (message.provider, message.account_id) != (provider, account_id):
            return None
        return message

    def remove(self, message_id: str) -> None:
        """Forget one message (Twilio's DELETE)."""
        self._messages.pop(message_id, None)

    def oldest_first(self) -> Iterator[Message]:
        """Iterate over all messages in order of acceptance."""
        return iter(self._messages.values())

    def newest_first(self) -> Iterator[Message]:
        """Iterate over all messages, the newest first."""
        return reversed(self._messages.values())

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
