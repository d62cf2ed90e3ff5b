"""What Twilio checks before it takes a message, in its order, with its codes."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from urllib.parse import urlsplit

from .accounts import TWILIO, Account
from .ledger import Message
from .segments import measure

E164 = re.compile(r"\+[1-9]\d{6,14}")
ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_SENDER = re.compile(r"\+?\d{3,15}")


class Invalid(Exception):
    """The request is refused with this code; ``words`` fill the code's sentence."""

    def __init__(self, code: str, words: dict[str, str] | None = None, *, http_status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.http_status = http_status
        self.words = words or {}


def draft(account: Account, form: dict[str, list[str]], now: float) -> Message:
    """Return the message that a create form describes, or raise Invalid."""

    def value(name: str) -> str:
        return form.get(name, [""])[-1]

    to, sender, service = value("To"), value("From"), value("MessagingServiceSid")
    _check_recipient(to)
    _check_sender(account, sender, service, to)
    media_urls = tuple(url for url in form.get("MediaUrl", []) if url)
    _check_content(value("Body"), media_urls, value("ContentSid"))
    _check_callback(value("StatusCallback"))
    encoding, parts = measure(value("Body"))
    send_at = _send_at(value("SendAt"), value("ScheduleType"), service)
    return Message(
        provider=TWILIO,
        account_id=account.account_id,
        id=("MM" if media_urls else "SM") + uuid.uuid4().hex,
        sender=sender,
        to=to,
        body=value("Body"),
        media_urls=media_urls,
        callback_url=value("StatusCallback"),
        messaging_service_id=service,
        chosen_sender=sender or account.sender_for(to),
        encoding=encoding,
        parts=parts,
        status=_first_status(sender, send_at),
        send_at=send_at,
        accepted_at=now,
    )


def _first_status(sender: str, send_at: float) -> str:
    if send_at:
        return "scheduled"
    return "queued" if sender else "accepted"


def _check_recipient(to: str) -> None:
    if not to:
        raise Invalid("21604")
    if not E164.fullmatch(to.removeprefix("whatsapp:")):
        raise Invalid("21211", {"to": to})


def _check_sender(account: Account, sender: str, service: str, to: str) -> None:
    if not sender and not service:
        raise Invalid("21603")
    if service and service != account.messaging_service_id:
        raise Invalid("21701")
    if not sender:
        return
    bare = sender.removeprefix("whatsapp:")
    if sender == to:
        raise Invalid("21266", {"to": to})
    if bare in account.numbers:
        return
    if _SENDER.fullmatch(bare):
        raise Invalid("21606", {"from": sender})
    if not ALPHANUMERIC.fullmatch(sender) or to.startswith("+1"):
        raise Invalid("21212", {"from": sender})


def _check_content(body: str, media_urls: tuple[str, ...], content_sid: str) -> None:
    if not body and not media_urls and not content_sid:
        raise Invalid("21602")
    if len(body) > 1600:
        raise Invalid("21617")
    if len(media_urls) > 10:
        raise Invalid("21623")
    if not all(is_web_address(url) for url in media_urls):
        raise Invalid("21620")


def _check_callback(url: str) -> None:
    if url and (not is_web_address(url) or "_" in (urlsplit(url).hostname or "")):
        raise Invalid("21609", {"callback": url})


def _send_at(value: str, schedule_type: str, service: str) -> float:
    if not value and not schedule_type:
        return 0.0
    if schedule_type != "fixed" or not service:
        raise Invalid("35111" if schedule_type != "fixed" else "35118")
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError:
        raise Invalid("35117") from None


def is_web_address(url: str) -> bool:
    """Return whether a URL is an absolute http(s) address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
