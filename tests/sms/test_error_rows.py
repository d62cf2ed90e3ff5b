"""Every row of the providers' errors about texts, produced by the carrier: class, retry, effects, and what people read.

Rows about answers come back from the send itself, rows about delivery as the carrier's own signed webhooks.
"""

import json
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contactcenter.core.models import ContactNumber, Delivery, WebhookReceipt
from contactcenter.providers.base import ProviderName
from contactcenter.providers.errors import CONNECT_FAILED, READ_TIMEOUT, RESET_OR_GARBAGE
from sms import causes, delivery, explanations, sending
from sms.enums import AttemptState, ConsentState, ErrorCode, MessageStatus
from sms.models import Attempt, Consent, Message
from tests.carrier import Carrier, running_carrier
from tests.providers.conftest import sample
from tests.sms.test_sending import again, only_attempt, queue, send_due

pytestmark = pytest.mark.django_db(transaction=True)

Row = dict[str, str]
KEYS = ("provider", "code", "phase", "taxonomy", "nature", "retry", "failover", "contact")
ROWS: list[Row] = [dict(zip(KEYS, row, strict=True)) for row in json.loads(sample("error_codes.json"))]
# The statuses of the answers; everything else is a 400. One of the server's own failures would leave a doubt.
STATUSES = {"AUTH_ERROR": 401, "RATE_LIMITED": 429, "TIMEOUT": 408}
FAULTS = {READ_TIMEOUT: {"hang": True}, RESET_OR_GARBAGE: {"cut": True}}
MARKS = {"invalid": Delivery.INVALID, "no_sms": Delivery.NO_SMS}
PROVIDERS = ["twilio", "telnyx"]
UNCONFIRMED = "delivery_unconfirmed"


def rows_of(provider: str, phase: str) -> list[Row]:
    return [row for row in ROWS if row["provider"] == provider and phase in row["phase"].split("/")]


def shown_class(row: Row) -> str:
    return ErrorCode.OPTED_OUT if row["contact"] == "opted_out" else row["taxonomy"]


def expected_after(row: Row) -> dict[str, Any]:
    """What an answer with this code leaves behind."""
    if row["nature"] == "ambiguous":
        status, code, attempt = MessageStatus.UNCERTAIN, ErrorCode.UNKNOWN_OUTCOME, AttemptState.UNKNOWN
        attempt_class = str(ErrorCode.UNKNOWN_OUTCOME)
    else:
        is_repeated = row["retry"] in ("backoff", "later")
        status = MessageStatus.QUEUED if is_repeated else MessageStatus.FAILED
        code = ErrorCode.RETRYING if is_repeated else shown_class(row)
        attempt = AttemptState.NOT_SENT if row["code"] == CONNECT_FAILED else AttemptState.REJECTED
        attempt_class = shown_class(row)
    pause = {"backoff": 2, "later": 3600}.get(row["retry"]) if status == MessageStatus.QUEUED else None
    return {
        **{"status": str(status), "error_code": str(code), "code": row["code"], "pause": pause},
        **{"attempt": str(attempt), "attempt_class": str(attempt_class), **effects(row)},
    }


def effects(row: Row) -> dict[str, Any]:
    return {
        "number": str(MARKS.get(row["contact"], Delivery.OK)),
        "misses": int(row["contact"] == "soft"),
        "opted_out": row["contact"] == "opted_out",
    }


def seen_effects(message: Message) -> dict[str, Any]:
    number = ContactNumber.all_orgs.get(organization=message.organization, address=message.to_address)
    opted_out = Consent.all_orgs.filter(address=message.to_address, state=ConsentState.OPTED_OUT)
    return {
        **{"number": number.delivery_state, "misses": len(number.missed_at)},
        "opted_out": opted_out.filter(organization=message.organization).exists(),
    }


def assert_explained(message: Message) -> None:
    """The sentence is that of the code's cause, or of its class where that decides."""
    explanation = explanations.explain(message.provider, message.provider_error_code, message.error_code)
    cause = causes.cause_of(message.provider, message.provider_error_code)
    assert explanation is not None
    assert cause is not None
    if message.error_code == ErrorCode.UNKNOWN_OUTCOME:
        assert explanation == explanations.CAUSES[causes.Cause.IN_DOUBT]
    else:
        assert explanation.sentence == explanations.CAUSES[cause].sentence


def produce(row: Row, carrier: Carrier, settings: Any, address: str) -> None:
    """Let the next text to `address` meet this row."""
    settings.TWILIO_API_BASE_URL, settings.TELNYX_API_BASE_URL = carrier.url, f"{carrier.url}/v2"
    if row["code"] == CONNECT_FAILED:
        settings.TWILIO_API_BASE_URL, settings.TELNYX_API_BASE_URL = "http://127.0.0.1:9", "http://127.0.0.1:9/v2"
        return
    usual = 500 if row["nature"] == "ambiguous" else 400
    refusal = {"http_status": STATUSES.get(row["taxonomy"], usual), "code": row["code"], "message": "no"}
    carrier.script({**FAULTS.get(row["code"], {"refuse": refusal}), "callbacks": []}, to=address)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_answer_leaves_what_its_row_says(aurora, borealis, carrier, settings, provider):
    settings.PROVIDER_TIMEOUT = 0.5
    rows = rows_of(provider, "api")
    assert len(rows) > 30
    seen, expected = {}, {}
    for index, row in enumerate(rows):
        address = f"+1202555{1000 + index}"
        produce(row, carrier, settings, address)
        message = queue(aurora, provider, to_number=address)
        before = timezone.now()
        send_due()
        message, attempt = again(message), only_attempt(message)
        pause = None
        if message.next_attempt_at is not None:
            pause = 2 if message.next_attempt_at - before < timedelta(seconds=60) else 3600
        if pause is not None:  # The next rounds are about other rows.
            Message.all_orgs.filter(pk=message.pk).update(next_attempt_at=before + timedelta(days=1))
        expected[row["code"]] = expected_after(row)
        seen[row["code"]] = {
            **{"status": message.status, "error_code": message.error_code, "code": message.provider_error_code},
            **{"pause": pause, "attempt": attempt.state, "attempt_class": attempt.error_code},
            **seen_effects(message),
        }
        assert_explained(message)
    assert seen == expected


def wait_for(count: int) -> None:
    deadline = time.monotonic() + 30
    while WebhookReceipt.all_orgs.count() < count:
        assert time.monotonic() < deadline, f"{WebhookReceipt.all_orgs.count()} of {count} webhooks came"
        threading.Event().wait(0.05)


def test_every_report_leaves_what_its_row_says(aurora, borealis, live_server, settings):
    """The carrier calls the real hooks; the real worker function reads what they stored."""
    rows = [row for provider in PROVIDERS for row in rows_of(provider, "dlr")]
    assert len(rows) > 45
    settings.PUBLIC_BASE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    texts = {}
    with running_carrier(public_base_url=live_server.url, speed=10.0) as carrier:
        settings.TWILIO_API_BASE_URL, settings.TELNYX_API_BASE_URL = carrier.url, f"{carrier.url}/v2"
        settings.SIMULATOR_URL = carrier.url
        for index, row in enumerate(rows):
            address = f"+1202555{1000 + index}"
            is_error = row["code"] != UNCONFIRMED
            step = {"status": "undelivered" if is_error else UNCONFIRMED, "error_code": row["code"] if is_error else ""}
            carrier.script({"accept": True, "callbacks": [step], "reply": None}, to=address)
            texts[row["provider"], row["code"]] = queue(aurora, row["provider"], to_number=address)
        send_due()
        wait_for(len(rows))
    while delivery.process_due():
        pass
    expected, seen = {}, {}
    for row in rows:
        message = again(texts[row["provider"], row["code"]])
        key = (row["provider"], row["code"])
        expected[key] = reported(row)
        seen[key] = {
            **{"status": message.status, "error_code": message.error_code, "code": message.provider_error_code},
            **{"unconfirmed": message.is_unconfirmed, **seen_effects(message)},
        }
        if message.error_code:
            assert_explained(message)
    assert seen == expected


def reported(row: Row) -> dict[str, Any]:
    """What a report with this code leaves behind. That a text was not delivered is certain, also from a vague code."""
    if row["code"] == UNCONFIRMED:
        state = {"status": str(MessageStatus.SENT), "error_code": "", "code": "", "unconfirmed": True}
    else:
        code = ErrorCode.FINAL_FAILURE if row["nature"] == "ambiguous" else shown_class(row)
        state = {"status": str(MessageStatus.UNDELIVERED), "error_code": str(code), "code": row["code"]}
        state["unconfirmed"] = False
    return {**state, **effects(row)}


def test_rows_about_texts_are_all_produced_here():
    produced = [row for provider in PROVIDERS for phase in ("api", "dlr") for row in rows_of(provider, phase)]
    assert {(row["provider"], row["code"]) for row in produced} == {
        (row["provider"], row["code"]) for row in ROWS if row["phase"] != "voice"
    }
    assert {row["provider"].upper() for row in ROWS} == set(ProviderName)
    assert sending.BACKOFF[0] == 2
    assert Attempt._meta.get_field("error_code").max_length >= max(len(row["taxonomy"]) for row in ROWS)
