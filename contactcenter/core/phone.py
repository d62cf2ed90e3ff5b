"""Reading what people type as a number, and writing numbers for people.

The rule of the API contract: spaces, dashes, dots and brackets may stand between; what is left is `+` and 7 to 15
digits, the first not 0 (E.164). Whether a well-formed number exists is the provider's word.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from contactcenter.core.models.contact import AddressKind

_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_FILLERS = re.compile(r"[\s\-.()\u2010-\u2015\u00a0\u202f]+")
_SHORT_CODE = re.compile(r"[0-9]{3,8}\Z")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}\Z")


class InvalidNumber(ValueError):
    """What was given cannot be read as a phone number."""


def to_e164(text: str, *, country: str) -> str:
    """Return the number in E.164; one without + is read in `country` (ISO 3166). Raises InvalidNumber."""
    bare = _FILLERS.sub("", text)
    if bare.startswith("00") and bare[2:].isdigit():
        bare = "+" + bare[2:]
    if not bare.startswith("+"):
        bare = _national(bare, country)
    if not _E164.match(bare) or not bare.isascii():
        raise InvalidNumber("not a phone number in E.164")
    return bare


def is_possible(address: str) -> bool:
    """Whether a number in E.164 has a known country code and a length that its country gives out."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(address, None))
    except phonenumbers.NumberParseException:
        return False


def _national(digits: str, country: str) -> str:
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidNumber("not a phone number")
    try:
        parsed = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException as error:
        raise InvalidNumber("not a phone number") from error
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def address_kind(address: str) -> AddressKind | None:
    """Tell what kind of address this is, or None when it is none."""
    if _E164.match(address):
        return AddressKind.PHONE
    if _SHORT_CODE.match(address):
        return AddressKind.SHORT_CODE
    if _ALPHANUMERIC.match(address):
        return AddressKind.ALPHANUMERIC
    return None


# What callers without a number come as: their words, spelled on a telephone's keys or not. Source: Twilio's support
# article "Why am I getting calls from these strange numbers?".
_WITHHELD = frozenset(
    {"", "anonymous", "restricted", "blocked", "unknown", "private", "unavailable"}
    | {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
)


def is_withheld(address: str) -> bool:
    """Whether a caller hides their number: what stands in its place belongs to nobody."""
    return address.strip().lower() in _WITHHELD


@lru_cache(maxsize=20_000)
def pretty(address: str) -> str:
    """Return the number with the spaces that people of its country put in; other addresses as they are."""
    try:
        parsed = phonenumbers.parse(address, None)
    except phonenumbers.NumberParseException:
        return address
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def country_of(address: str) -> str:
    """Return the ISO 3166 country of an E.164 number, or an empty string."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(address, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


@lru_cache(maxsize=20_000)
def zones_of(address: str) -> tuple[str, ...]:
    """Return the names of the time zones that a number may be in, by its prefix; none for what is no phone number."""
    try:
        names = time_zones_for_number(phonenumbers.parse(address, None))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(name for name in names if name != "Etc/Unknown")


def countries_of(address: str) -> frozenset[str]:
    """Return the ISO 3166 countries that an E.164 number may be of: more than one where they share its calling code."""
    if found := country_of(address):
        return frozenset({found})
    try:
        code = phonenumbers.parse(address, None).country_code or 0
    except phonenumbers.NumberParseException:
        return frozenset()
    return frozenset(phonenumbers.region_codes_for_country_code(code))


def masked(address: str) -> str:
    """Return the address for logs and lists of errors: the last four characters only."""
    return "…" + address[-4:]
