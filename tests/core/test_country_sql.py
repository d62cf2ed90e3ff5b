"""PostgreSQL finds the country of a number as the library does."""

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from django.db import connection

from contactcenter.core.phone import country_of

pytestmark = pytest.mark.django_db
KINDS = [number for name, number in vars(phonenumbers.PhoneNumberType).items() if name.isupper()]


def numbers(chance: random.Random) -> Iterator[str]:
    """Yield numbers of every country and kind, and others that differ from them in some digits."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in KINDS:
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            code, national = f"+{example.country_code}", phonenumbers.national_significant_number(example)
            yield code + national
            for _each in range(6):
                digits = list(national)
                # A first digit that is the prefix of calls within the country is no digit of a number from abroad.
                for place in chance.sample(range(1, len(digits)), k=min(3, len(digits) - 1)):
                    digits[place] = chance.choice("0123456789")
                yield code + "".join(digits)


def numbers_of_each_beginning(chance: random.Random) -> Iterator[str]:
    """Yield numbers of the countries that share a code and tell most of theirs by four digits: of each four digits."""
    for code, prefix, length in (("+1", "1", 10), ("+44", "0", 10), ("+262", "0", 9), ("+590", "0", 9)):
        for beginning in map("{:04}".format, range(10_000)):
            if beginning.startswith(prefix):
                continue
            rest = length - 4 + chance.choice((0, 0, 0, 0, -1, 1))
            yield code + beginning + "".join(chance.choices("0123456789", k=rest))


def test_a_number_is_from_the_country_that_the_library_says() -> None:
    chance = random.Random(7)
    others = ["", "+", "+4", "12345", "KRALIKI", "+999123456", "+1"]
    asked = [*numbers(chance), *numbers_of_each_beginning(chance), *others]
    with connection.cursor() as cursor:
        cursor.execute("SELECT a, core_country_of(a) FROM unnest(%s::text[]) AS a", [asked])
        found = dict(cursor.fetchall())
    assert len(found) > 40_000
    assert {
        address: country or "" for address, country in found.items() if (country or "") != country_of(address)
    } == {}
