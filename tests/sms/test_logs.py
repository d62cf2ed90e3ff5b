"""What stands in the log: one line for a request and for a task, under one id; and nothing that somebody wrote."""

import ast
import io
import json
import logging
import queue
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client

from contactcenter.core import doorbell, logs
from contactcenter.core.doorbell import Doorbell
from sms import delivery, inbound, selectors, sending, services
from sms.tasks import send_due
from tests.carrier import Carrier
from tests.factories import Tenant
from tests.sms.api import SEND
from tests.sms.test_sending import queue as queue_text
from tests.webhooks import post_twilio, twilio_form

Line = dict[str, Any]
ID = "proxy-4f2a.77c1"
BODY, TO = "meet me behind the old mill", "+12025551234"


class Lines:
    """The log as a production installation writes it."""

    def __init__(self, written: io.StringIO) -> None:
        self._written = written

    @property
    def text(self) -> str:
        return self._written.getvalue()

    def of(self, event: str) -> list[Line]:
        return [line for line in map(json.loads, self.text.splitlines()) if line["event"] == event]


@pytest.fixture
def lines() -> Iterator[Lines]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.json_formatter())
    handler.addFilter(logs.ExpectedAnswers())
    root = logging.getLogger()
    root.addHandler(handler)
    yield Lines(written)
    root.removeHandler(handler)


def without_times(line: Line) -> Line:
    assert line.pop("duration_ms") >= 0
    assert line.pop("timestamp").endswith("Z")
    return line


def test_a_request_has_one_line(aurora: Tenant, borealis: Tenant, lines: Lines) -> None:
    client = Client(headers={"X-Request-ID": ID})
    client.force_login(aurora.agent)
    answers = [client.get("/sms/"), client.get(f"/sms/{borealis.org.pk}/?q=%2B12025551234")]
    assert [(answer.status_code, answer["X-Request-ID"]) for answer in answers] == [(200, ID), (404, ID)]
    same = {
        **{"event": "request", "level": "info", "logger": "contactcenter.web.measuring", "method": "GET"},
        **{"request_id": ID, "organization_id": str(aurora.org.pk)},
    }
    assert [without_times(line) for line in lines.of("request")] == [
        {**same, "route": "sms:inbox", "status": 200},
        {**same, "route": "sms:conversation", "status": 404},
    ]
    assert len(lines.text.splitlines()) == 2


def test_the_api_and_hooks_say_whose_request_it_is(aurora: Tenant, borealis: Tenant, lines: Lines) -> None:
    fields = twilio_form("sms_status_sent", AccountSid=borealis.twilio.account_id)
    assert post_twilio("/hooks/twilio/sms/status", fields, borealis.twilio).status_code == 200
    assert post_twilio("/hooks/twilio/sms/status", fields, borealis.twilio, signature="wrong").status_code == 403
    Client().get("/health")
    Client().get("/api/sms/conversations/")
    told = [(line["status"], line.get("organization_id")) for line in lines.of("request")]
    assert told == [(200, str(borealis.org.pk)), (403, None), (401, None)]


@pytest.mark.parametrize(
    "given",
    [
        *("", "short", "x" * 65, "+420777123456", "a 777123456 b", "0777123456", 'a"},{"b":1}'),
        *("a12025550175", "12025550175f", "1202-555-0175", "req_1.202.555.0175", "1-202-555-0175-0", "%2B12025550175"),
    ],
)
def test_an_id_that_is_no_plain_id_is_not_taken_over(db: None, lines: Lines, given: str) -> None:
    answer = Client().get("/accounts/login/", headers={"X-Request-ID": given})
    (line,) = lines.of("request")
    assert line["request_id"] == answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 36


@pytest.mark.parametrize(
    "given",
    [
        ID,
        "req-2026-a17",
        "0b54e1ce-8311-4d2b-9c1d-9f0e12345678",
        "12345678-1234-4234-9234-123456789012",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01KB1234567GRSTV8901234567",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "00f067aa0ba902b7",
        "507f1f77bcf86cd799439011",
        "12345678901234567890123456789012",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "1-67891233-abcdef012345678912345678",
    ],
)
def test_ids_that_proxies_make_are_kept(db: None, lines: Lines, given: str) -> None:
    answer = Client().get("/accounts/login/", headers={"X-Request-ID": given})
    (line,) = lines.of("request")
    assert line["request_id"] == answer["X-Request-ID"] == given


def test_a_number_is_masked_however_its_plus_is_written(lines: Lines) -> None:
    logger = logging.getLogger("tests")
    for words in ("to +12025550175", "to=%2B12025550175&", "to=%2b12025550175", "12025550175"):
        logger.warning("number: %s", words)
    assert ("5550175" in lines.text, lines.text.count("0175")) == (False, 4)


def extras_of(tree: ast.AST) -> Iterator[str]:
    """Every name that a function of this module gives a logger by `extra`."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        calls = [call for call in ast.walk(function) if isinstance(call, ast.Call)]
        given = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "extra"]
        names = {value.id: False for value in given if isinstance(value, ast.Name)}
        dicts = [value for value in given if isinstance(value, ast.Dict)]
        for assigned in ast.walk(function):
            for target in assigned.targets if isinstance(assigned, ast.Assign) else ():
                if isinstance(target, ast.Subscript) and ast.unparse(target.value) in names:
                    yield ast.literal_eval(target.slice)
                elif isinstance(assigned.value, ast.Dict) and ast.unparse(target) in names:
                    names[ast.unparse(target)] = True
                    dicts.append(assigned.value)
        are_known = all(isinstance(value, ast.Dict | ast.Name) for value in given) and all(names.values())
        assert are_known, f"{function.name}: say what is logged where it is logged"
        for one in dicts:
            yield from (ast.literal_eval(key) for key in one.keys if key is not None)


def test_no_field_that_is_logged_is_dropped_or_unexplained(lines: Lines) -> None:
    root = Path(__file__).resolve().parents[2]
    named: set[str] = set()
    for app in ("agents", "analytics", "calls", "contactcenter", "sms"):
        for path in (root / app).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "extra=" in text:
                named.update(extras_of(ast.parse(text)))
    assert {"agent_id", "attempt_id", "duration_ms", "export_id", "number_id", "report_id"} <= named
    logging.getLogger("tests").warning("all", extra=dict.fromkeys(named, "x"))
    (line,) = lines.of("all")
    assert named - line.keys() == set()
    table = (root / "docs" / "operations.md").read_text(encoding="utf-8").partition("## Logs")[2].partition("\n## ")[0]
    assert {name for name in named if f"`{name}`" not in table} == set()


def test_a_task_has_one_line_under_the_id_of_its_request(
    aurora: Tenant,
    lines: Lines,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """From the request through the doorbell's thread to the task, which Celery itself runs here."""
    sent: queue.Queue[dict[str, Any]] = queue.Queue()
    broker = SimpleNamespace(send_task=lambda name, **options: sent.put({"name": name, **options}))
    monkeypatch.setattr(doorbell, "current_app", broker)
    monkeypatch.setattr(doorbell, "_doorbell", Doorbell())
    rung: list[str] = []
    monkeypatch.setattr("sms.tasks.ring", rung.append)
    client = Client(headers={"X-Request-ID": ID})
    client.force_login(aurora.agent)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(SEND, {"to_number": TO, "body": BODY}, "application/json")
    hint = sent.get(timeout=5)
    while hint["name"] != send_due.name:
        hint = sent.get(timeout=5)
    result = send_due.apply(headers=hint["headers"])
    assert rung == ["sms-sender"]
    (line,) = lines.of("task")
    assert without_times(line) == {
        **{"event": "task", "level": "info", "logger": "contactcenter.core.task_logs"},
        **{"task": "sms.tasks.send_due", "task_id": result.id, "state": "SUCCESS", "request_id": ID},
    }
    send_due.apply()
    assert "request_id" not in lines.of("task")[1]  # Nothing is left of the one before.
    (accepted,) = lines.of("text accepted: queued")
    assert (accepted["request_id"], accepted["organization_id"]) == (ID, str(aurora.org.pk))


# --- What must not stand there -----------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_whole_life_of_a_text_leaves_neither_words_nor_numbers_nor_keys(
    aurora: Tenant, borealis: Tenant, carrier: Carrier, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.script({"refuse": {"http_status": 400, "code": "21211", "message": f"{TO} {BODY}"}}, to="+12025551235")
    for number in (TO, "+12025551235"):
        queue_text(aurora, to_number=number, body=BODY)
    for claimed in sending.claim(10):
        sending.send_claimed(claimed)
    ours = {"AccountSid": aurora.twilio.account_id}
    report = {**ours, "From": aurora.twilio_number.address, "To": TO}
    post_twilio("/hooks/twilio/sms/status", twilio_form("sms_status_delivered", **report), aurora.twilio)
    text = {**ours, "To": aurora.twilio_number.address, "From": TO, "Body": BODY}
    post_twilio("/hooks/twilio/sms/inbound", twilio_form("inbound_sms", **text), aurora.twilio)
    delivery.process_due()
    inbound.process_due()

    client = Client(raise_request_exception=False)
    client.force_login(aurora.agent)
    key = client.cookies["sessionid"].value
    client.get(f"/sms/?q={TO.replace('+', '%2B')}")
    client.get(f"/accounts/password/reset/key/1-{key}/")
    broken = failing_page(client, monkeypatch)

    assert broken.status_code == 500
    (failure,) = lines.of("Internal Server Error at sms:inbox")
    assert "in _row_is_refused" in failure["exception"]
    types = [part.splitlines()[-1] for part in failure["exception"].split("\n\nwhile dealing with\n\n")]
    assert types == ["django.db.utils.IntegrityError", "builtins.ValueError"]
    accepted = lines.of("text accepted: queued")
    finished = lines.of("attempt finished: accepted") + lines.of("attempt finished: refused")
    assert {line["message_id"] for line in accepted} == {line["message_id"] for line in finished}
    assert len(accepted) == len(finished) == 2
    secrets = [BODY, "behind the old mill", TO, TO[1:], "2025551235", aurora.twilio_number.address[1:], key]
    secrets += [aurora.twilio.credentials().secret, aurora.twilio.account_id]
    assert [secret for secret in secrets if secret in lines.text] == []


def failing_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> HttpResponse:
    """Ask for a page whose query fails as PostgreSQL's do: with the row in its words, and in those of its cause."""

    def _row_is_refused(*_args: Any, **_kwargs: Any) -> None:
        try:
            raise ValueError(f"DETAIL: Failing row contains ({BODY}, {TO})")
        except ValueError as cause:
            raise IntegrityError(f"Failing row contains ({BODY}, {TO})") from cause

    monkeypatch.setattr(selectors, "inbox_page", _row_is_refused)
    return client.get("/sms/")  # type: ignore[return-value]


def test_the_quota_refuses_without_saying_whom(aurora: Tenant, settings: Any, lines: Lines) -> None:
    settings.SMS_RATE_LIMIT = 0
    with pytest.raises(services.QuotaExceeded):
        queue_text(aurora, to_number=TO, body=BODY)
    assert (BODY in lines.text, TO in lines.text) == (False, False)
