"""What Telnyx checks before it takes a call or a command, with its codes."""

from __future__ import annotations

import base64
import binascii
import secrets
import uuid
from typing import Any

from .accounts import TELNYX, Account, AccountRegistry
from .calls import Call
from .telnyxvalidation import Invalid, text_of
from .twiliovalidation import E164, is_web_address

RING_SECONDS = 30.0


def new_call(account: Account, *, sender: str, to: str, session_id: str = "") -> Call:
    """Return a call with Telnyx's three ids: its own, the leg's and the session's."""
    return Call(
        provider=TELNYX,
        account_id=account.account_id,
        id="v3:" + secrets.token_urlsafe(38),
        sender=sender,
        to=to,
        leg_id=str(uuid.uuid4()),
        session_id=session_id or str(uuid.uuid4()),
        connection_id=account.connection_id,
    )


def draft_dial(accounts: AccountRegistry, account: Account, data: dict[str, Any]) -> Call:
    """Return the call that the body of a dial describes, or raise Invalid."""
    connection_id = required(data, "connection_id")
    to, sender = number_of(data, "to"), number_of(data, "from")
    if connection_id != account.connection_id:
        raise Invalid("10015", "connection_id", {"detail": UNKNOWN_CONNECTION}, http_status=422)
    check_sender(accounts, account, sender)
    seconds_of(data, "timeout_secs", RING_SECONDS)
    call = new_call(account, sender=sender, to=to)
    call.command_id = text_of(data, "command_id")
    call.client_state = client_state_of(data, "client_state")
    call.callback_url = web_address_of(data, "webhook_url")
    return call


UNKNOWN_CONNECTION = (
    "The requested connection_id (Call Control App ID) is either invalid or does not exist. "
    "Only Call Control Apps with valid webhook URL are accepted."
)


def required(data: dict[str, Any], name: str) -> str:
    """Return a text that must be there, or raise Invalid."""
    value = text_of(data, name)
    if not value:
        raise Invalid("10004", name, http_status=422)
    return value


def number_of(data: dict[str, Any], name: str) -> str:
    """Return a phone number that must be there, or raise Invalid."""
    value = required(data, name)
    if not E164.fullmatch(value):
        raise Invalid("10016", name, http_status=422)
    return value


def check_sender(accounts: AccountRegistry, account: Account, sender: str) -> None:
    """Refuse a number of another account; a number of nobody's passes as one that was verified once."""
    if accounts.owner_of(sender) not in (None, account):
        raise Invalid("10010", "from", http_status=403)


def client_state_of(data: dict[str, Any], name: str) -> str:
    """Return a client state, empty for none; raises Invalid when it is not base64."""
    value = text_of(data, name)
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error:
        raise Invalid("10015", name, http_status=422) from None
    return value


def web_address_of(data: dict[str, Any], name: str) -> str:
    """Return an address, empty for none, or raise Invalid."""
    value = text_of(data, name)
    if value and not is_web_address(value):
        raise Invalid("10015", name, http_status=422)
    return value


def seconds_of(data: dict[str, Any], name: str, usual: float) -> float:
    """Return seconds of ten hours at most, or raise Invalid."""
    value = data.get(name)
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 43_200:
        raise Invalid("10015", name, http_status=422)
    return float(value)
