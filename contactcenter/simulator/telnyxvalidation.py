"""What Telnyx checks before it takes a message, with its codes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from .accounts import TELNYX, Account
from .ledger import Message
from .segments import measure
from .twiliovalidation import ALPHANUMERIC, E164, is_web_address


class Invalid(Exception):
    """The request is refused with this code; ``field`` is where, ``words`` fill the code's sentence."""

    def __init__(
        self, code: str, field: str = "", words: dict[str, str] | None = None, *, http_status: int = 400
    ) -> None:
        super().__init__(code)
        self.code = code
        self.http_status = http_status
        self.field = field
        self.words = words or {}


def draft(account: Account, data: dict[str, Any], now: float) -> Message:
    """Return the message that a create body describes, or raise Invalid."""
    to, sender, text = (text_of(data, name) for name in ("to", "from", "text"))
    profile = text_of(data, "messaging_profile_id")
    media_urls = _media_urls(data)
    _check_recipient(to)
    _check_sender(account, sender, profile, to)
    if not text and not media_urls:
        raise Invalid("10004", "text")
    encoding, parts = measure(text)
    if parts > 10:
        raise Invalid("40302", "text")
    callback, failover = text_of(data, "webhook_url"), text_of(data, "webhook_failover_url")
    if any(url and not is_web_address(url) for url in (callback, failover)):
        raise Invalid("10015", "webhook_url")
    send_at = _send_at(text_of(data, "send_at"))
    return Message(
        provider=TELNYX,
        account_id=account.account_id,
        id=str(uuid.uuid4()),
        sender=sender,
        to=to,
        body=text,
        media_urls=media_urls,
        callback_url=callback,
        failover_url=failover,
        messaging_service_id=profile,
        chosen_sender=sender or account.sender_for(to),
        encoding=encoding,
        parts=parts,
        status="scheduled" if send_at else "queued",
        send_at=send_at,
        accepted_at=now,
    )


def text_of(data: dict[str, Any], name: str) -> str:
    """Return a text, empty for none, or raise Invalid."""
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid("10015", name)
    return value


def _media_urls(data: dict[str, Any]) -> tuple[str, ...]:
    urls = data.get("media_urls") or []
    if not isinstance(urls, list) or not all(isinstance(url, str) and is_web_address(url) for url in urls):
        raise Invalid("10015", "media_urls")
    if len(urls) > 10:
        raise Invalid("40317", "media_urls")
    return tuple(urls)


def _check_recipient(to: str) -> None:
    if not to:
        raise Invalid("10004", "to")
    if not E164.fullmatch(to):
        raise Invalid("40310", "to", {"to": to})


def _check_sender(account: Account, sender: str, profile: str, to: str) -> None:
    if not sender and not profile:
        raise Invalid("10004", "from")
    if profile and account.messaging_service_id and profile != account.messaging_service_id:
        raise Invalid("10005", http_status=404)
    if not sender or sender in account.numbers:
        return
    # An alphanumeric sender needs a profile and cannot write to North America.
    if ALPHANUMERIC.fullmatch(sender) and profile and not to.startswith("+1"):
        return
    raise Invalid("40305", "from", {"from": sender})


def _send_at(value: str) -> float:
    if not value:
        return 0.0
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError:
        raise Invalid("10015", "send_at") from None
