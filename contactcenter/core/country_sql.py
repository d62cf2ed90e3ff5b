"""The country of a number for PostgreSQL, which counts by it: `contactcenter.core.phone.country_of` in SQL.

The rules are those of the phonenumbers library: a calling code of one country says it all; where countries share one,
either the first digits tell them apart, or a number belongs to the first one that has such numbers.
"""

from collections.abc import Iterator, Mapping

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

FUNCTION = "core_country_of"
_KINDS = (
    *("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail"),
    *("fixed_line", "mobile"),
)


def definition() -> str:
    """Return the statement that makes, or replaces, the function: text (E.164) in, ISO 3166 out, NULL for none.

    By the installed library: after an upgrade that changes numbers (a test says so), a migration runs this again.
    """
    codes = {str(code): regions for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}
    short = {length: ", ".join(f"'{code}'" for code in codes if len(code) == length) for length in (1, 2)}
    # The first digit first: there are more than two hundred codes.
    countries = " ".join(
        f"WHEN '{first}' THEN CASE code {' '.join(several)} END" for first, several in _by_first_digit(codes).items()
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
        RETURN CASE substr(code, 1, 1) {countries} END;
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
        return f"national ~ '^(?:{metadata.leading_digits})'"
    kinds = " OR ".join(_fits(getattr(metadata, kind)) for kind in _KINDS if _has_numbers(getattr(metadata, kind)))
    return f"{_fits(metadata.general_desc)} AND ({kinds})"


def _has_numbers(described: object) -> bool:
    return described is not None and getattr(described, "national_number_pattern", None) is not None


def _fits(described: object) -> str:
    return " AND ".join(_conditions(described))


def _conditions(described: object) -> Iterator[str]:
    lengths = [length for length in getattr(described, "possible_length", ()) if length > 0]
    if lengths:
        yield f"length(national) IN ({', '.join(map(str, lengths))})"
    yield f"national ~ '^(?:{getattr(described, 'national_number_pattern', '')})$'"
