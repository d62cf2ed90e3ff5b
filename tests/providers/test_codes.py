"""The tables equal the collected facts, and unknown codes are judged by status."""

import json

import pytest

from contactcenter.providers.base import ProviderName
from contactcenter.providers.enums import Failover, Nature, Phase, Taxonomy
from contactcenter.providers.errors import describe, lookup
from contactcenter.providers.telnyx.codes import CODES as TELNYX
from contactcenter.providers.text import scrub
from contactcenter.providers.twilio.codes import CODES as TWILIO
from tests.providers.conftest import sample

TABLES = {ProviderName.TWILIO: TWILIO, ProviderName.TELNYX: TELNYX}
# Filter, fraud, geography and spend fences, and causes on the recipient's side.
NEVER_FAIL_OVER = {
    ProviderName.TWILIO: ["30007", "30033", "30450", "21408", "13227", "21215", "21610", "30005", "20008"],
    ProviderName.TELNYX: ["40002", "40003", "40015", "40017", "40020", "40333", "40309", "40300", "40012"],
}


def test_the_tables_equal_the_collected_facts() -> None:
    expected = json.loads(sample("error_codes.json"))
    ours = [
        [provider.value.lower(), code, row.phase, row.taxonomy, row.nature, row.retry, row.failover, row.contact]
        for provider, table in TABLES.items()
        for code, row in table.items()
    ]
    assert len(expected) == 159
    assert sorted(ours) == sorted(expected)
    assert all(row.title for table in TABLES.values() for row in table.values())


@pytest.mark.parametrize("provider", ProviderName)
def test_fences_and_recipients_never_fail_over(provider: ProviderName) -> None:
    assert [code for code in NEVER_FAIL_OVER[provider] if TABLES[provider][code].may_fail_over] == []


@pytest.mark.parametrize("provider", ProviderName)
def test_ambiguous_and_conditional_rows_never_fail_over_by_themselves(provider: ProviderName) -> None:
    rows = [row for row in TABLES[provider].values() if row.may_fail_over]
    assert {(row.nature is Nature.AMBIGUOUS, row.failover) for row in rows} == {(False, Failover.YES)}


def test_a_code_means_what_its_provider_says() -> None:
    assert lookup(ProviderName.TWILIO, 10004, 400, Phase.API).taxonomy is Taxonomy.RATE_LIMITED
    assert lookup(ProviderName.TELNYX, "10004", 400, Phase.API).taxonomy is Taxonomy.VALIDATION_ERROR


def test_a_known_code_is_known_in_any_phase() -> None:
    found = lookup(ProviderName.TWILIO, "21703", None, Phase.DLR)
    assert (found.taxonomy, found.may_fail_over) == (Taxonomy.VALIDATION_ERROR, True)


@pytest.mark.parametrize(
    ("status", "phase", "taxonomy", "nature", "fails_over"),
    [
        (400, Phase.API, Taxonomy.VALIDATION_ERROR, Nature.PERMANENT, False),
        (404, Phase.API, Taxonomy.VALIDATION_ERROR, Nature.PERMANENT, False),
        (422, Phase.API, Taxonomy.VALIDATION_ERROR, Nature.PERMANENT, False),
        (401, Phase.API, Taxonomy.AUTH_ERROR, Nature.CONFIG, True),
        (403, Phase.API, Taxonomy.AUTH_ERROR, Nature.CONFIG, True),
        (429, Phase.API, Taxonomy.RATE_LIMITED, Nature.TRANSIENT, False),
        (408, Phase.API, Taxonomy.PROVIDER_ERROR, Nature.AMBIGUOUS, False),
        (409, Phase.API, Taxonomy.PROVIDER_ERROR, Nature.AMBIGUOUS, False),
        (500, Phase.API, Taxonomy.PROVIDER_ERROR, Nature.AMBIGUOUS, False),
        (302, Phase.API, Taxonomy.PROVIDER_ERROR, Nature.AMBIGUOUS, False),
        (None, Phase.API, Taxonomy.PROVIDER_ERROR, Nature.AMBIGUOUS, False),
        (None, Phase.DLR, Taxonomy.FINAL_FAILURE, Nature.PERMANENT, False),
    ],
)
def test_unknown_codes(status: int | None, phase: Phase, taxonomy: Taxonomy, nature: Nature, fails_over: bool) -> None:
    for provider in ProviderName:
        found = lookup(provider, "987654", status, phase)
        assert (found.taxonomy, found.nature, found.may_fail_over) == (taxonomy, nature, fails_over)


def test_a_title_says_nothing_about_people() -> None:
    said = "The 'To' number +420 601 000 001 for AC" + "a" * 32 + ' said "see you at seven tonight, Anna" (15017122661)'
    error = describe(ProviderName.TWILIO, "987654", http_status=400, said=said)
    assert error.title == "The 'To' number … for … said … (…)"


def test_a_sentence_is_cut_and_mended() -> None:
    assert scrub("a\x00b  c\n" + "word " * 60) == ("a�b c " + "word " * 60)[:120]
    assert scrub({"not": "text"}) == ""
