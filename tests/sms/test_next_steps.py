"""The decision table of texts over every code that the providers document."""

import json

import pytest

from contactcenter.providers.enums import Phase, ProviderName
from contactcenter.providers.errors import describe
from sms.next_steps import Step, may_fail_over, may_fail_over_after_report, next_step
from tests.providers.conftest import sample

ROWS = [tuple(row) for row in json.loads(sample("error_codes.json"))]
# Rule 8 of the providers' facts, by hand: the only reports of non-delivery that lead to another provider.
RETURNED = {
    *(("twilio", code) for code in ("30001", "30002", "30024", "30032", "30034", "30035", "63038")),
    *(("telnyx", code) for code in ("40010", "40013", "40014", "40318", "40329")),
}
# Rules 2, 3 and 7: recipients, filters, fraud and spend fences, test configurations.
NEVER = {
    *(("twilio", code) for code in ("21610", "21211", "21614", "30003", "30005", "30006", "30007", "30033", "30450")),
    *(("twilio", code) for code in ("21408", "13227", "21215", "20008", "21608", "20500", "20503", "30008", "30410")),
    *(("telnyx", code) for code in ("40300", "40310", "40001", "40002", "40003", "40015", "40017", "40020", "40333")),
    *(("telnyx", code) for code in ("40309", "40005", "10007", "10008", "delivery_unconfirmed")),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_every_code_fails_over_exactly_when_it_is_certain_and_unconditional(row):
    provider, code, phase, _taxonomy, nature, retry, failover, contact = row
    error = describe(ProviderName(provider.upper()), code, http_status=400)
    expected = failover == "yes" and nature != "ambiguous" and contact in ("-", "soft") and phase != "voice"
    assert may_fail_over(error) is expected
    assert may_fail_over_after_report(error) is ((provider, code) in RETURNED)
    assert not (expected and (provider, code) in NEVER)
    without = next_step(error, retries=0, retry_after=None, has_route=False)
    assert without is (Step.RETRY if retry in ("backoff", "later") and nature != "ambiguous" else Step.END)


def test_every_code_of_the_rules_is_in_the_table():
    known = {row[:2] for row in ROWS}
    assert known >= RETURNED
    assert len(NEVER - known) < 5  # Some are known by their HTTP status only.


@pytest.mark.parametrize("code", ["10009", "40305", "connect_failed"])
def test_doubt_outranks_every_permission(code):
    error = describe(ProviderName.TELNYX, code, http_status=500, certain=False)
    assert not may_fail_over(error)
    assert next_step(error, retries=0, retry_after=None, has_route=True) is Step.END


@pytest.mark.parametrize(
    ("code", "retries", "retry_after", "step"),
    [
        ("20429", 0, None, Step.RETRY),
        ("20429", 1, None, Step.RETRY),
        ("20429", 2, None, Step.FAIL_OVER),
        ("20429", 0, 60.0, Step.FAIL_OVER),
        ("connect_failed", 0, None, Step.FAIL_OVER),
        ("21659", 0, None, Step.FAIL_OVER),
        ("21211", 0, None, Step.END),
    ],
)
def test_a_busy_provider_is_waited_for_a_little_and_a_broken_one_not_at_all(code, retries, retry_after, step):
    error = describe(ProviderName.TWILIO, code, http_status=400, phase=Phase.API)
    assert next_step(error, retries=retries, retry_after=retry_after, has_route=True) is step
