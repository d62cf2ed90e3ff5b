"""The country of a number for PostgreSQL, which counts by it: `contactcenter.core.phone.country_of` in SQL.

The rules are those of the phonenumbers library: a calling code of one country says it all; where countries share one,
either the first digits tell them apart, or a number belongs to the first one that has such numbers.
"""

import re
from collections.abc import Mapping
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

_DIGITS = r"(?:\d|\[[\d-]+\]){3}"
# Alternatives of three digits each, or sets of them.
_OF_DIGITS = re.compile(rf"{_DIGITS}(?:\|{_DIGITS})*")
FUNCTION = "core_country_of"
# What most numbers are comes first.
_KINDS = (
    *("fixed_line", "mobile", "premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager"),
    *("uan", "voicemail"),
)


def definition() -> str:
    """Return the statement that makes, or replaces, the function: text (E.164) in, ISO 3166 out, NULL for none.

    By the installed library: after an upgrade that changes numbers (a test says so), a migration runs this again.
    """
    codes = {str(code): regions for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}
    short = {length: ", ".join(f"'{code}'" for code in codes if len(code) == length) for length in (1, 2)}
    # A statement for each first digit: PostgreSQL gets only those ready, in each transaction, that a number comes to.
    countries = " ".join(
        f"WHEN '{first}' THEN RETURN CASE code {' '.join(several)} END;"
        for first, several in _by_first_digit(codes).items()
    )
    return f"""
    CREATE OR REPLACE FUNCTION {FUNCTION}(address text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $country$
    DECLARE
        code text := CASE
            WHEN substr(address, 2, 1) IN ({short[1]}) THEN substr(address, 2, 1)
            WHEN substr(address, 2, 2) IN ({short[2]}) THEN substr(address, 2, 2)
            ELSE substr(address, 2, 3)
        END;
        national text := substr(address, 2 + length(code));
    BEGIN
        IF address !~ '^[+][0-9]+$' OR length(national) NOT BETWEEN 2 AND 17 THEN
            RETURN NULL;
        END IF;
        CASE substr(code, 1, 1) {countries} ELSE RETURN NULL; END CASE;
    END
    $country$
    """


def _by_first_digit(codes: Mapping[str, tuple[str, ...]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, regions in codes.items():
        found.setdefault(code[0], []).append(f"WHEN '{code}' THEN {_country(regions)}")
    return found


def _country(regions: tuple[str, ...]) -> str:
    if len(regions) == 1:
        return f"'{regions[0]}'"
    cases = " ".join(f"WHEN {_is_of(region)} THEN '{region}'" for region in regions)
    return f"CASE {cases} END"


def _is_of(region: str) -> str:
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None:
        return "false"
    if metadata.leading_digits is not None:
        return _begins_with(metadata.leading_digits)
    kinds: dict[tuple[int, ...], list[str]] = {}
    for kind in _KINDS:
        lengths, pattern = _numbers_of(getattr(metadata, kind))
        if pattern and pattern not in kinds.setdefault(lengths, []):
            kinds[lengths].append(pattern)
    general, pattern = _numbers_of(metadata.general_desc)
    of_any_kind = " OR ".join(_fits(lengths, patterns) for lengths, patterns in kinds.items() if patterns)
    return f"{_fits(general, [pattern])} AND ({of_any_kind})"


def _begins_with(pattern: str) -> str:
    """Return the condition; two dozen countries of one code differ by three digits, which are cheaper to compare."""
    if not _OF_DIGITS.fullmatch(pattern):
        return f"national ~ '^(?:{pattern})'"
    found = [f"'{digits}'" for digits in map("{:03}".format, range(1000)) if re.match(pattern, digits)]
    return f"substr(national, 1, 3) IN ({', '.join(found)})"


def _numbers_of(described: Any) -> tuple[tuple[int, ...], str]:
    """Return how many digits the numbers of a kind have, and the expression for them; empty where there are none."""
    pattern = getattr(described, "national_number_pattern", None) or ""
    return tuple(length for length in getattr(described, "possible_length", ()) if length > 0), pattern


def _fits(lengths: tuple[int, ...], patterns: list[str]) -> str:
    """Return the condition, with one expression for all: PostgreSQL keeps no more than 32 of them ready."""
    fits = f"national ~ '^(?:{'|'.join(patterns)})$'"
    return f"length(national) IN ({', '.join(map(str, lengths))}) AND {fits}" if lengths else fits
