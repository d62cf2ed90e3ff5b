"""Reading the carriers' loosely typed fields. Anything unreadable is None, never an exception."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from contactcenter.providers.enums import DeliveryStatus
from contactcenter.providers.text import clean

_MOST_SEGMENTS = 1000
_MOST_SECONDS = 31 * 86_400


@dataclass(frozen=True, slots=True)
class Word:
    """A provider's status word in ours. Ranks only ever move up, whatever the order of arrival."""

    status: DeliveryStatus
    rank: int
    unconfirmed: bool = False


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The JSON objects of a list, else nothing."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def segments(value: Any) -> int | None:
    """A positive count; providers say 0 while they do not know it yet."""
    number = whole(value)
    return number if number and number <= _MOST_SEGMENTS else None


def whole(value: Any) -> int | None:
    """A non-negative integer, also out of a string."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int) and value >= 0 else None


def seconds(value: Any) -> int | None:
    """A duration; more than a month is a mistake."""
    number = whole(value)
    return number if number is not None and number <= _MOST_SECONDS else None


def fraction(value: Any) -> float | None:
    """A number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= 1 else None


def money(value: Any) -> Decimal | None:
    """An amount as a positive decimal (Twilio bills with a minus sign)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return abs(amount) if amount.is_finite() and abs(amount) < 10**6 else None


def currency(value: Any) -> str | None:
    """An ISO 4217 code in capitals."""
    code = clean(value).strip().upper()
    return code if len(code) == 3 and code.isalpha() and code.isascii() else None


def moment(value: Any) -> datetime | None:
    """An ISO 8601 time; without an offset it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def mail_moment(value: Any) -> datetime | None:
    """An RFC 2822 time; without a zone it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
