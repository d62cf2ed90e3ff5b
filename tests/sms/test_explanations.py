"""Every code of the providers has a cause, and every cause a sentence and advice that anybody understands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from contactcenter.providers.base import ProviderName
from contactcenter.providers.errors import UNUSABLE_CREDENTIALS, table_of
from sms import causes, explanations
from sms.causes import Cause
from sms.enums import ErrorCode
from sms.explanations import explain

ROOT = Path(__file__).resolve().parents[2]
JARGON = re.compile(
    r"twilio|telnyx|10dlc|\bdlr\b|e\.164|\bapi\b|http|webhook|\bmms\b|twiml|\bsid\b|carrier|profile|toll|gateway|\d{3}",
    re.IGNORECASE,
)


def test_every_code_has_one_cause_and_every_cause_a_code():
    known = {(provider, code) for provider in ProviderName for code in table_of(provider)}
    explained = {(provider, code) for provider, table in causes.CAUSES.items() for code in table}
    assert len(known) == 159
    assert explained - known == {(provider, UNUSABLE_CREDENTIALS) for provider in ProviderName}
    assert known - explained == set()
    for table in (causes._TWILIO, causes._TELNYX):  # A code that stands twice would be lost in the mapping.
        codes = [code for listed in table.values() for code in listed.split()]
        assert len(codes) == len(set(codes))
    assert {cause for table in causes.CAUSES.values() for cause in table.values()} == set(Cause)


def test_every_cause_and_every_class_is_explained_in_plain_words():
    assert set(explanations.CAUSES) == set(Cause)
    assert set(explanations.CLASSES) == set(ErrorCode)
    for found in [*explanations.CAUSES.values(), *explanations.CLASSES.values()]:
        words = [str(found.sentence), str(found.advice)]
        assert words[0] != words[1]
        assert all(text.endswith(".") and len(text) > 10 and not JARGON.search(text) for text in words), words
    sentences = [str(found.sentence) for found in explanations.CAUSES.values()]
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("error_code", ErrorCode)
def test_a_code_that_nobody_knows_is_explained_by_its_class(error_code):
    assert explain("TWILIO", "99999", error_code) == explanations.CLASSES[error_code]
    assert explain("", "", error_code) == explanations.CLASSES[error_code]


def test_a_code_means_what_its_own_provider_says():
    assert explain("TWILIO", "20006", "AUTH_ERROR") == explanations.CAUSES[Cause.ACCOUNT_REFUSED]
    assert explain("TWILIO", "10004", "RATE_LIMITED") == explanations.CAUSES[Cause.LINES_FULL]
    assert explain("TELNYX", "10004", "VALIDATION_ERROR") == explanations.CAUSES[Cause.MALFORMED]


def test_what_is_true_of_the_whole_text_outranks_its_last_code():
    again = explain("TWILIO", "30003", ErrorCode.RETRYING)
    assert again is not None
    assert (again.sentence, again.advice) == (
        explanations.CAUSES[Cause.PHONE_OFF].sentence,
        explanations.CLASSES[ErrorCode.RETRYING].advice,
    )
    assert explain("TWILIO", "21211", ErrorCode.UNKNOWN_OUTCOME) == explanations.CAUSES[Cause.IN_DOUBT]
    assert explain("TWILIO", "30003", "") is None


def test_the_document_of_errors_is_current():
    done = subprocess.run(
        [sys.executable, "scripts/error_catalogue.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_document_promises_a_repeat_only_after_an_answer():
    """What a report says did not arrive is never sent again by ourselves: test_error_rows proves it, row by row."""
    rows = [line.split(" | ") for line in (ROOT / "docs/errors.md").read_text(encoding="utf-8").splitlines()]
    promised = {(when, again) for _code, _cause, when, _class, again, *_rest in (row for row in rows if len(row) > 7)}
    assert {when for when, again in promised if again in ("backoff", "later")} == {"api", "api/dlr", "voice"}
    assert {when for when, again in promised if again == "person"} == {"dlr"}
