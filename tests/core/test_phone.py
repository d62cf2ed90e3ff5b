"""Reading numbers (the contract's rule) and telling kinds of addresses apart."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.core.models import AddressKind
from contactcenter.core.phone import InvalidNumber, address_kind, country_of, masked, pretty, to_e164

E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("+420777123456", "US", "+420777123456"),
        (" +420 777 123 456 ", "US", "+420777123456"),
        ("+1 (202) 555-0110", "CZ", "+12025550110"),
        ("+1.202.555.0110", "CZ", "+12025550110"),
        ("+1–202—555‐0110", "CZ", "+12025550110"),
        ("+420\u00a0777\u202f123\u2009456", "US", "+420777123456"),
        ("(+420) 777 123 456", "US", "+420777123456"),
        ("777 123 456", "CZ", "+420777123456"),
        ("(202) 555-0110", "US", "+12025550110"),
        ("1 202 555 0110", "US", "+12025550110"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("06 1234 5678", "IT", "+390612345678"),  # Italy keeps its zero.
        ("900 550 120", "ES", "+34900550120"),
        ("00420777123456", "US", "+420777123456"),
        ("+1234567", "US", "+1234567"),
        ("+123456789012345", "US", "+123456789012345"),
    ],
)
def test_numbers_as_people_write_them(typed: str, country: str, number: str) -> None:
    assert to_e164(typed, country=country) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "+",
        "-",
        "()",
        "+0123456789",
        "0",
        "00",
        "+123456",
        "+1234567890123456",
        "1234567890123456789",
        "++12025550110",
        "+1+2025550110",
        "12025550110+",
        "+1/202/555/0110",
        "+1,2025550110",
        "+12025550110;ext=5",
        "+1 202 555 0110 x5",
        "tel:+12025550110",
        "1-800-FLOWERS",
        "+1202555O11O",
        "+١٢٠٢٥٥٥٠١١٠",
        "＋12025550110",
        "+１２０２５５５０１１０",
        "٢٠٢٥٥٥٠١١٠",
        "+1202555011²",
        "202555011²",
        "+1\u200b2025550110",
        "+12025550110\x00",
        "\ud800",
        "911",
        "x" * 10_000,
    ],
)
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(InvalidNumber):
        to_e164(typed, country="US")


@pytest.mark.parametrize("country", ["", "ZZ", "us", "U", "💬"])
def test_an_unknown_country_reads_international_numbers_only(country: str) -> None:
    assert to_e164("+12025550110", country=country) == "+12025550110"
    with pytest.raises(InvalidNumber):
        to_e164("777123456", country="ZZ")


@given(st.text(max_size=40) | st.text("+0123456789 -.()", max_size=25), st.sampled_from(["US", "CZ", "ES", "IT", "AR"]))
def test_whatever_is_typed_becomes_a_number_or_is_refused(typed: str, country: str) -> None:
    try:
        number = to_e164(typed, country=country)
    except InvalidNumber:
        return
    assert E164.fullmatch(number)
    assert to_e164(number, country=country) == number
    assert to_e164(pretty(number), country=country) == number


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_e164_is_taken_as_it_is(number: str) -> None:
    assert to_e164(number, country="CZ") == number
    assert address_kind(number) is AddressKind.PHONE


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("+12025550110", AddressKind.PHONE),
        ("72404", AddressKind.SHORT_CODE),
        ("AURORA", AddressKind.ALPHANUMERIC),
        ("Aurora 24", AddressKind.ALPHANUMERIC),
        ("A", AddressKind.ALPHANUMERIC),
        ("AURORACLINICS", None),
        ("12", None),
        ("123456789", None),
        ("", None),
        ("Čaj", None),
        ("+0123456789", None),
        ("72404\n", None),
        ("١٢٣٤٥", None),
    ],
)
def test_kinds_of_addresses(address: str, kind: AddressKind | None) -> None:
    assert address_kind(address) is kind


def test_for_people_and_for_logs() -> None:
    assert (pretty("+12025550110"), pretty("AURORA")) == ("+1 202-555-0110", "AURORA")
    assert (country_of("+420777123456"), country_of("AURORA")) == ("CZ", "")
    assert masked("+12025550110") == "…0110"
