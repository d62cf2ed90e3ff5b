"""Which cause each code of the providers stands for.

Source of the codes: the tables in `contactcenter.providers`; `docs/errors.md` lists them with their causes.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from contactcenter.providers.enums import ProviderName


class Cause(StrEnum):
    """Why a text or a call failed, in the words of people who do not know the providers."""

    ACCOUNT_REFUSED = "account refused"
    ACCOUNT_CLOSED = "account not in use"
    CREDIT_USED_UP = "credit used up"
    TEST_ACCOUNT = "test account"
    MALFORMED = "request not understood"
    NO_RECIPIENT = "no recipient"
    NOTHING_TO_SEND = "nothing to send"
    ALREADY_CHANGED = "changed already"
    TOO_FAST = "too fast"
    DAILY_LIMIT = "limit of the phone companies"
    ACCOUNT_LIMIT = "limit of the account"
    SPENDING_LIMIT = "spending limit"
    IN_DOUBT = "outcome unknown"
    NO_REPORT = "no report of delivery"
    NOT_CONNECTED = "provider not reached"
    BAD_ATTACHMENT = "attachment refused"
    BAD_TEXT = "text refused"
    TOO_LONG = "text too long"
    NOT_IN_USE = "number does not exist"
    CANNOT_RECEIVE = "number cannot get texts"
    OWN_NUMBER = "own number"
    COUNTRY_CLOSED = "country not allowed"
    BAD_SENDER = "sender not usable"
    SENDER_UNREGISTERED = "sender not registered"
    SENDER_DISTRUSTED = "sender distrusted"
    SENDER_RESTING = "sender resting"
    OPTED_OUT = "opted out"
    NO_WAY = "not reachable from this sender"
    WRONG_KIND = "kind of message not possible"
    PHONE_OFF = "phone off"
    REJECTED = "rejected at the recipient"
    SPAM = "filtered as spam"
    FRAUD = "suspicion of fraud"
    NETWORK_BUSY = "network busy"
    UNKNOWN_TO_NETWORK = "not delivered, reason unknown"
    EXPIRED = "expired"
    NO_CHAT = "not in the chat app"
    CHAT_CLOSED = "chat window closed"
    ROBOTS = "two machines answering each other"
    LINES_FULL = "lines full"
    CALL_BLOCKED = "calls blocked"
    CALL_OVER = "call over"
    CALL_NOT_READY = "call not ready"
    CALL_UNGUIDED = "call without instructions"


_TWILIO: Mapping[Cause, str] = {
    Cause.ACCOUNT_REFUSED: "20003 20006 20403 unusable_credentials",
    Cause.ACCOUNT_CLOSED: "20005 10001 30002",
    Cause.TEST_ACCOUNT: "20008 21608",
    Cause.MALFORMED: "20404 20422 21609 21619 21656 21205 12100",
    Cause.NO_RECIPIENT: "21201 21604",
    Cause.NOTHING_TO_SEND: "21602",
    Cause.ALREADY_CHANGED: "20409",
    Cause.TOO_FAST: "20429 21611 30001 63018",
    Cause.DAILY_LIMIT: "30022 30023 30027",
    Cause.ACCOUNT_LIMIT: "63038",
    Cause.IN_DOUBT: "20500 20503 read_timeout reset_or_garbage",
    Cause.NO_REPORT: "30410",
    Cause.NOT_CONNECTED: "connect_failed",
    Cause.BAD_ATTACHMENT: "21620 21623 30011 30019",
    Cause.TOO_LONG: "21617",
    Cause.NOT_IN_USE: "21211 21217 21265 30005 13224",
    Cause.CANNOT_RECEIVE: "21614 21635 30006",
    Cause.OWN_NUMBER: "21266",
    Cause.COUNTRY_CLOSED: "21408 13227 21215",
    Cause.BAD_SENDER: "21212 21601 21603 21606 21659 21660 21661 21621 21703 21704 13247 21210",
    Cause.SENDER_UNREGISTERED: "30018 30024 30032 30034 30035",
    Cause.SENDER_DISTRUSTED: "30033",
    Cause.OPTED_OUT: "21610",
    Cause.NO_WAY: "21612 21214",
    Cause.PHONE_OFF: "30003",
    Cause.REJECTED: "30004",
    Cause.SPAM: "30007",
    Cause.FRAUD: "30450",
    Cause.NETWORK_BUSY: "30017",
    Cause.UNKNOWN_TO_NETWORK: "30008",
    Cause.EXPIRED: "30036",
    Cause.NO_CHAT: "63003",
    Cause.CHAT_CLOSED: "63016",
    Cause.ROBOTS: "14107",
    Cause.LINES_FULL: "10004",
    Cause.CALL_BLOCKED: "21216",
    Cause.CALL_OVER: "21220",
    Cause.CALL_UNGUIDED: "11200 11205",
}
_TELNYX: Mapping[Cause, str] = {
    Cause.ACCOUNT_REFUSED: "10009 10010 20001 20002 20006 20008 unusable_credentials",
    Cause.ACCOUNT_CLOSED: "20012 20013 20014 40312 40314",
    Cause.CREDIT_USED_UP: "20100",
    Cause.MALFORMED: "10004 10005 10015 10027 40304",
    Cause.NOTHING_TO_SEND: "40316",
    Cause.TOO_FAST: "10011 40011 40318",
    Cause.DAILY_LIMIT: "40016 40018",
    Cause.ACCOUNT_LIMIT: "10039",
    Cause.SPENDING_LIMIT: "40333",
    Cause.IN_DOUBT: "10036 10007 10008 10037 read_timeout reset_or_garbage",
    Cause.NO_REPORT: "delivery_unconfirmed",
    Cause.NOT_CONNECTED: "connect_failed",
    Cause.BAD_ATTACHMENT: "40317",
    Cause.BAD_TEXT: "40009",
    Cause.TOO_LONG: "40302 40328",
    Cause.NOT_IN_USE: "10002 10016 40310 40012",
    Cause.CANNOT_RECEIVE: "40001",
    Cause.COUNTRY_CLOSED: "40309 40331",
    Cause.BAD_SENDER: "40305 40306 40321 40013",
    Cause.SENDER_UNREGISTERED: "40329 40010",
    Cause.SENDER_DISTRUSTED: "40315 40003",
    Cause.SENDER_RESTING: "40320",
    Cause.OPTED_OUT: "40300",
    Cause.WRONG_KIND: "40301 40319",
    Cause.PHONE_OFF: "40006",
    Cause.REJECTED: "40004",
    Cause.SPAM: "40002 40015 40017 40322",
    Cause.FRAUD: "40020",
    Cause.UNKNOWN_TO_NETWORK: "40008",
    Cause.EXPIRED: "40005 40014",
    Cause.LINES_FULL: "90036 90041 90042 90043",
    Cause.CALL_OVER: "90015 90018",
    Cause.CALL_NOT_READY: "90034",
}


def _by_code(table: Mapping[Cause, str]) -> Mapping[str, Cause]:
    return MappingProxyType({code: cause for cause, codes in table.items() for code in codes.split()})


CAUSES: Mapping[str, Mapping[str, Cause]] = MappingProxyType(
    {ProviderName.TWILIO: _by_code(_TWILIO), ProviderName.TELNYX: _by_code(_TELNYX)}
)
"""Provider → its code, or one of ours for the wire → cause."""


def cause_of(provider: str, code: str) -> Cause | None:
    """Return the cause of a code, None for a code that we do not know."""
    return CAUSES.get(provider, {}).get(code)
