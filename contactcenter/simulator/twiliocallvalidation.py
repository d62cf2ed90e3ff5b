"""What Twilio checks before it takes a call, in its order, with its codes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from .accounts import TWILIO, Account, AccountRegistry
from .calls import Call
from .twilioplayer import Source
from .twiliovalidation import E164, Invalid, is_web_address

EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
MAX_TWIML = 4000
MAX_TIMEOUT = 600


@dataclass(frozen=True, slots=True)
class CallOrder:
    """A call to make. ``source``: what it plays when answered, ``seconds``: how long it may ring."""

    call: Call
    source: Source
    seconds: float
    detects_machines: bool
    records: bool
    recording_channels: int
    recording_callback: str
    recording_events: frozenset[str]


def draft_call(accounts: AccountRegistry, account: Account, form: dict[str, list[str]], now: float) -> CallOrder:
    """Return the call that a create form describes, or raise Invalid."""

    def value(name: str) -> str:
        return form.get(name, [""])[-1]

    to, sender = value("To"), value("From")
    _check_numbers(accounts, account, to, sender)
    source = source_of(form)
    if source is None:
        raise Invalid("21205", {"url": ""})
    for name in ("StatusCallback", "RecordingStatusCallback"):
        if value(name) and not is_web_address(value(name)):
            raise Invalid("21609", {"callback": value(name)})
    call = Call(
        provider=TWILIO,
        account_id=account.account_id,
        id="CA" + uuid.uuid4().hex,
        sender=sender,
        to=to,
        callback_url=value("StatusCallback"),
        callback_events=_events(form.get("StatusCallbackEvent", [])),
        accepted_at=now,
    )
    return CallOrder(
        call=call,
        source=source,
        seconds=_timeout(value("Timeout")),
        detects_machines=value("MachineDetection") in ("Enable", "DetectMessageEnd"),
        records=value("Record") == "true",
        recording_channels=2 if value("RecordingChannels") == "dual" else 1,
        recording_callback=value("RecordingStatusCallback"),
        recording_events=frozenset(" ".join(form.get("RecordingStatusCallbackEvent", ["completed"])).split()),
    )


def source_of(form: dict[str, list[str]]) -> Source | None:
    """Return the document that a form gives or names, None for neither; raises Invalid."""
    twiml, url = form.get("Twiml", [""])[-1], form.get("Url", [""])[-1]
    if len(twiml) > MAX_TWIML:
        raise Invalid("20001")
    if twiml:
        return Source(twiml=twiml)
    if url and not is_web_address(url):
        raise Invalid("21205", {"url": url})
    return Source(url=url) if url else None


def _check_numbers(accounts: AccountRegistry, account: Account, to: str, sender: str) -> None:
    if not to:
        raise Invalid("21201")
    if not E164.fullmatch(to):
        raise Invalid("21211", {"to": to})
    if not sender:
        raise Invalid("21213")
    if not E164.fullmatch(sender):
        raise Invalid("21212", {"from": sender})
    if sender == to:
        raise Invalid("21266", {"to": to})
    # A number of nobody's passes as a caller id that was verified once.
    if accounts.owner_of(sender) not in (None, account):
        raise Invalid("21210", {"from": sender})


def _events(values: list[str]) -> frozenset[str]:
    events = frozenset(values or ["completed"])
    if not events <= EVENTS:
        raise Invalid("20001")
    return events


def _timeout(value: str) -> float:
    if not value:
        return 60.0
    if not value.isdigit() or not 1 <= int(value) <= MAX_TIMEOUT:
        raise Invalid("20001")
    return float(value)
