"""The country of a number for PostgreSQL, which counts by it: `contactcenter.core.phone.country_of` in SQL.

The rules are those of the phonenumbers library: a calling code of one country says it all; where countries share one,
either the first digits tell them apart, or a number belongs to the first one that has such numbers.
"""

import re
from collections.abc import Mapping
from functools import cache
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


@cache
def definition() -> str:
    """Return the statement that makes, or replaces, the function: text (E.164) in, ISO 3166 out, NULL for none.

    By the installed library: after an upgrade that changes numbers (a test says so), a migration runs this again.
    """
    codes = {str(code): regions for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}
    short = {length: ", ".join(f"'{code}'" for code in codes if len(code) == length) for length in (1, 2)}
    # Statements for each first digit, and one before for what most numbers are: PostgreSQL gets only those ready, in
    # each transaction, that a number comes to.
    countries = " ".join(f"WHEN '{first}' THEN {_of(several)}" for first, several in _by_first_digit(codes).items())
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


def _by_first_digit(codes: Mapping[str, tuple[str, ...]]) -> Mapping[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for code, regions in codes.items():
        found.setdefault(code[0], {})[code] = regions
    return found


def _of(codes: Mapping[str, tuple[str, ...]]) -> str:
    """Return the statements for some codes."""
    most = [
        f"IF code = '{code}' AND {surely} THEN RETURN '{regions[0]}'; END IF;"
        for code, regions in codes.items()
        if len(regions) > 1 and (surely := _is_surely_of(regions[0]))
    ]
    whens = " ".join(f"WHEN '{code}' THEN {_country(regions)}" for code, regions in codes.items())
    return f"{' '.join(most)} RETURN CASE code {whens} END;"


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


def _is_surely_of(region: str) -> str:
    """Return a cheaper condition, which most of a country's longest numbers meet and no other one does; may be empty.

    It is a table of a bit for each four first digits: whether there is a number with whatever digits come after them.
    """
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.leading_digits is not None:
        return ""
    general, pattern = _numbers_of(metadata.general_desc)
    length = max(general)
    kinds = [_numbers_of(getattr(metadata, kind)) for kind in _KINDS]
    of_any_kind = _first_four([pattern for lengths, pattern in kinds if length in lengths], length)
    of_all, table = _first_four([pattern], length), bytearray(10_000 // 8)
    for number in range(10_000):
        if of_any_kind.fullmatch(f"{number:04}") and of_all.fullmatch(f"{number:04}"):
            table[number // 8] |= 1 << number % 8
    bits = rf"'\x{table.hex()}'::bytea"
    return f"length(national) = {length} AND get_bit({bits}, substr(national, 1, 4)::int) = 1" if any(table) else ""


def _first_four(patterns: list[str], length: int) -> re.Pattern[str]:
    """Return the expression for four digits after which any others make a number of this length that fits a pattern."""
    heads = []
    for alternative in (alternative for pattern in patterns for alternative in _alternatives(pattern)):
        ends = re.fullmatch(r"(.*)\\d\{(\d+)\}", alternative)
        if ends is not None and int(ends[2]) >= length - 4:
            heads.append(rf"(?:{ends[1]})\d{{{int(ends[2]) - (length - 4)}}}")
    return re.compile("|".join(heads) or "(?!)")


def _alternatives(pattern: str) -> list[str]:
    """Return the parts of an expression between the bars that stand in no parentheses."""
    found, depth = [""], 0
    for part in re.findall(r"\[[^]]*\]|\\.|.", pattern):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part == "|" and not depth:
            found.append("")
        else:
            found[-1] += part
    return found


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
