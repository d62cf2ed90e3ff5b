"""Every row of the providers' errors about texts, produced by the carrier: class, retry, effects, and what people read.

Rows about answers come back from the send itself, rows about delivery as the carrier's own signed webhooks.
"""

import json
import threading
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from contactcenter.core.models import CircuitChange, ContactNumber, Delivery, ProviderCircuit, WebhookReceipt
from contactcenter.providers.errors import CONNECT_FAILED, READ_TIMEOUT, RESET_OR_GARBAGE
from sms import causes, delivery, explanations
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


def goes_over(row: Row) -> bool:
    """Whether the other account gets the text: certain, allowed without a condition, and no fault of the recipient.

    A provider that is only too busy for seconds is waited for (docs/decisions/0016).
    """
    is_allowed = row["failover"] == "yes" and row["nature"] != "ambiguous" and row["contact"] in ("-", "soft")
    return is_allowed and (row["taxonomy"], row["retry"]) != ("RATE_LIMITED", "backoff")


def expected_after(row: Row) -> dict[str, Any]:
    """What an answer with this code leaves behind."""
    attempt, attempt_class, pause = AttemptState.REJECTED, shown_class(row), None
    status, code = MessageStatus.FAILED, shown_class(row)
    if row["nature"] == "ambiguous":
        status, code, attempt = MessageStatus.UNCERTAIN, ErrorCode.UNKNOWN_OUTCOME, AttemptState.UNKNOWN
        attempt_class = ErrorCode.UNKNOWN_OUTCOME
    elif goes_over(row):
        status, code = MessageStatus.QUEUED, ErrorCode.RETRYING
    elif row["retry"] in ("backoff", "later"):
        status, code, pause = MessageStatus.QUEUED, ErrorCode.RETRYING, {"backoff": 2, "later": 3600}[row["retry"]]
    if row["code"] == CONNECT_FAILED:
        attempt = AttemptState.NOT_SENT
    return {
        **{"status": str(status), "error_code": str(code), "code": row["code"], "pause": pause},
        **{"attempt": str(attempt), "attempt_class": str(attempt_class), "over": goes_over(row), **effects(row)},
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


def assert_explained(row: Row, error_code: str) -> None:
    """The sentence is that of the code's cause, or of its class where that decides."""
    provider = row["provider"].upper()
    explanation, cause = explanations.explain(provider, row["code"], error_code), causes.cause_of(provider, row["code"])
    assert explanation is not None
    assert cause is not None
    decisive = causes.Cause.IN_DOUBT if error_code == ErrorCode.UNKNOWN_OUTCOME else cause
    assert explanation.sentence == explanations.CAUSES[decisive].sentence


def address_for(row: Row, index: int) -> str:
    """A recipient whom the other provider's number may text as well."""
    return f"+420601234{index:03d}" if row["provider"] == "twilio" else f"+1202555{1000 + index}"


def forget(message: Message) -> None:
    """Leave nothing behind that the next row would meet: what waits is not due, no account is left alone."""
    Message.all_orgs.filter(pk=message.pk, status=MessageStatus.QUEUED).update(
        next_attempt_at=timezone.now() + timedelta(days=1)
    )
    CircuitChange.all_orgs.all().delete()
    ProviderCircuit.all_orgs.all().delete()


def reach(carrier: Carrier, settings: Any, *, is_there: bool = True) -> None:
    url = carrier.url if is_there else "http://127.0.0.1:9"
    settings.SIMULATOR_URL = carrier.url
    settings.TWILIO_API_BASE_URL, settings.TELNYX_API_BASE_URL = url, f"{url}/v2"


def produce(row: Row, carrier: Carrier, settings: Any, address: str) -> None:
    """Let the next text to `address` meet this row."""
    if row["code"] == CONNECT_FAILED:
        return reach(carrier, settings, is_there=False)
    usual = 500 if row["nature"] == "ambiguous" else 400
    refusal = {"http_status": STATUSES.get(row["taxonomy"], usual), "code": row["code"], "message": "no"}
    return carrier.script({**FAULTS.get(row["code"], {"refuse": refusal}), "callbacks": []}, to=address, times=1)


def pause_of(message: Message, before: datetime) -> int | None:
    """The seconds until the next try at the same provider, roughly."""
    if message.next_attempt_at is None or message.failovers:
        return None
    return 2 if message.next_attempt_at - before < timedelta(seconds=60) else 3600


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_answer_leaves_what_its_row_says(aurora, borealis, carrier, settings, provider):
    settings.PROVIDER_TIMEOUT = 0.5
    rows = rows_of(provider, "api")
    assert len(rows) > 30
    other = {"twilio": aurora.telnyx, "telnyx": aurora.twilio}[provider]
    seen, expected = {}, {}
    for index, row in enumerate(rows):
        address = address_for(row, index)
        produce(row, carrier, settings, address)
        message, before = queue(aurora, provider, to_number=address), timezone.now()
        send_due()
        reach(carrier, settings)
        message, attempt = again(message), only_attempt(message)
        expected[row["code"]] = expected_after(row)
        seen[row["code"]] = {
            **{"status": message.status, "error_code": message.error_code, "code": message.provider_error_code},
            **{"pause": pause_of(message, before), "attempt": attempt.state, "attempt_class": attempt.error_code},
            **{"over": message.failovers == 1 and message.account_id == other.pk, **seen_effects(message)},
        }
        assert_explained(row, attempt.error_code)
        if message.failovers:
            send_due()
            last = Attempt.all_orgs.filter(message=message).latest("id")
            assert (again(message).status, last.account_id) == (MessageStatus.ACCEPTED, other.pk), row
        forget(message)
    assert seen == expected


def wait_for(count: int) -> None:
    deadline = time.monotonic() + 30
    while WebhookReceipt.all_orgs.count() < count:
        assert time.monotonic() < deadline, f"{WebhookReceipt.all_orgs.count()} of {count} webhooks came"
        threading.Event().wait(0.02)


def test_every_report_leaves_what_its_row_says(aurora, borealis, live_server, settings):
    """The carrier calls the real hooks; the real worker function reads what they stored."""
    rows = [row for provider in PROVIDERS for row in rows_of(provider, "dlr")]
    assert len(rows) > 45
    settings.PUBLIC_BASE_URL = live_server.url
    seen, expected = {}, {}
    with running_carrier(public_base_url=live_server.url, speed=10.0) as carrier:
        reach(carrier, settings)
        for index, row in enumerate(rows):
            address = address_for(row, index)
            is_error = row["code"] != UNCONFIRMED
            step = {"status": "undelivered" if is_error else UNCONFIRMED, "error_code": row["code"] if is_error else ""}
            carrier.script({"accept": True, "callbacks": [step], "reply": None}, to=address)
            message = queue(aurora, row["provider"], to_number=address)
            send_due()
            wait_for(index + 1)
            delivery.process_due()
            message = again(message)
            key = (row["provider"], row["code"])
            expected[key] = reported(row)
            seen[key] = {
                **{"status": message.status, "error_code": message.error_code, "code": message.provider_error_code},
                **{"unconfirmed": message.is_unconfirmed, "over": message.failovers == 1, **seen_effects(message)},
            }
            if message.error_code:
                assert_explained(row, message.error_code)
            forget(message)
    assert seen == expected


def reported(row: Row) -> dict[str, Any]:
    """What a report with this code leaves behind. That a text was not delivered is certain, also from a vague code."""
    if row["code"] == UNCONFIRMED:
        state = {"status": str(MessageStatus.SENT), "error_code": "", "code": "", "unconfirmed": True}
        return {**state, "over": False, **effects(row)}
    is_over = row["failover"] == "yes" and row["nature"] != "ambiguous" and row["contact"] in ("-", "soft")
    status = MessageStatus.QUEUED if is_over else MessageStatus.UNDELIVERED
    code = ErrorCode.FINAL_FAILURE if row["nature"] == "ambiguous" else shown_class(row)
    code = ErrorCode.RETRYING if is_over else code
    state = {"status": str(status), "error_code": str(code), "code": row["code"], "unconfirmed": False}
    return {**state, "over": is_over, **effects(row)}


def test_rows_about_texts_are_all_produced_here():
    produced = [row for provider in PROVIDERS for phase in ("api", "dlr") for row in rows_of(provider, phase)]
    assert {(row["provider"], row["code"]) for row in produced} == {
        (row["provider"], row["code"]) for row in ROWS if row["phase"] != "voice"
    }
