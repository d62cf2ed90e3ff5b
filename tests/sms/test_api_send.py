"""POST /api/sms/send."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from contactcenter.core.models import PhoneNumber
from sms.enums import ConsentSource, ConsentState, MessageStatus
from sms.models import Consent, Message
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_message, make_number
from tests.sms.api import JSON, SEND, TO, browser, post, problem, send, wrong_parts


@pytest.fixture
def agent(aurora: Tenant) -> Client:
    return browser(aurora.agent)


def stored(tenant: Tenant) -> list[Message]:
    return list(Message.objects.for_org(tenant.org).order_by("id"))


@pytest.mark.parametrize("url", [SEND, f"{SEND}/"])
def test_a_text_is_queued_and_described(aurora: Tenant, borealis: Tenant, agent: Client, url: str) -> None:
    answer = post(agent, {"to_number": TO, "body": "Dobrý den 👋", "metadata": {"order": 7}}, url=url)
    (message,) = stored(aurora)
    assert answer.status_code == 201, answer.content
    assert answer.json() == {
        "id": str(message.pk),
        "conversation_id": str(message.conversation_id),
        "from_number": aurora.twilio_number.address,
        "to_number": TO,
        "body": "Dobrý den 👋",
        "direction": "outbound",
        "status": "queued",
        "segments": 1,
        "encoding": "UCS-2",
        "provider": "TWILIO",
        "provider_message_id": None,
        "error_code": None,
        "error_message": None,
        "cost": "0.007500",
        "cost_currency": "USD",
        "cost_source": "estimated",
        "media": [],
        "created_at": message.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "sent_at": None,
        "delivered_at": None,
        "organization_id": str(aurora.org.pk),
    }
    assert (message.author, message.metadata) == (aurora.agent, {"order": 7})
    assert stored(borealis) == []
    assert answer["Cache-Control"] == "no-store"


def test_everything_optional(aurora: Tenant, agent: Client) -> None:
    at = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    url = "https://pictures.example/a.png?size=1"
    answer = send(agent, from_number=aurora.telnyx_number.address, media_urls=[url], send_at=at.isoformat())
    assert answer.status_code == 201
    body = answer.json()
    assert (body["from_number"], body["provider"], body["status"]) == ("+420910055501", "TELNYX", "scheduled")
    assert body["media"] == [{"id": None, "url": url, "content_type": None, "size": None, "state": "linked"}]
    (message,) = stored(aurora)
    assert (message.send_at, message.media_urls) == (at, [url])


def test_absent_and_null_are_the_same(agent: Client) -> None:
    nothing = dict.fromkeys(["from_number", "media_urls", "metadata", "send_at"])
    assert send(agent, **nothing).status_code == 201


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (" +1 (202) 555-0199 ", "+12025550199"),
        ("+1.202.555.0199", "+12025550199"),
        ("+1\u00a0202\u00a0555\u00a00199", "+12025550199"),
        ("(202) 555-0199", "+12025550199"),
        ("202-555-0199", "+12025550199"),
        ("+420777123456", "+420777123456"),
        ("+1234567", "+1234567"),
        ("+123456789012345", "+123456789012345"),
    ],
)
def test_numbers_as_people_write_them(agent: Client, typed: str, number: str) -> None:
    answer = send(agent, to_number=typed)
    assert (answer.status_code, answer.json().get("to_number")) == (201, number)


@pytest.mark.parametrize(
    "typed",
    [
        "+0123456789",
        "+1234567890123456",
        "+123456",
        "+",
        "++12025550199",
        "+1 202 555 0199 ext 5",
        "+1202555O199",
        "+١٢٠٢٥٥٥٠١٩٩",
        "+\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff19\uff19",
        "+1202555019²",
        "1²",
        "hello",
        "-",
        "+1202555\t\n;DROP",
        "tel:+12025550199",
        "💬",
    ],
)
def test_what_is_no_number_is_refused(aurora: Tenant, agent: Client, typed: str) -> None:
    assert wrong_parts(send(agent, to_number=typed)) == [(["body", "to_number"], "invalid_number")]
    assert stored(aurora) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"to_number": None}, (["body", "to_number"], "null")),
        ({"to_number": ""}, (["body", "to_number"], "blank")),
        ({"to_number": 12025550199}, (["body", "to_number"], "invalid")),
        ({"to_number": "+1" * 300}, (["body", "to_number"], "max_length")),
        ({"body": None}, (["body", "body"], "null")),
        ({"body": ""}, (["body", "body"], "blank")),
        ({"body": " \n\t\u00a0"}, (["body", "body"], "blank")),
        ({"body": True}, (["body", "body"], "invalid")),
        ({"body": ["Hello"]}, (["body", "body"], "invalid")),
        ({"body": "x" * 1601}, (["body", "body"], "max_length")),
        ({"body": "x" * 1531}, (["body", "body"], "too_long")),
        ({"body": "ž" * 671}, (["body", "body"], "too_long")),
        ({"from_number": 5}, (["body", "from_number"], "invalid")),
        ({"from_number": "+12025550177"}, (["body", "from_number"], "unknown_sender")),
        ({"from_number": "nobody"}, (["body", "from_number"], "unknown_sender")),
        ({"media_urls": "https://a.example/"}, (["body", "media_urls"], "not_a_list")),
        ({"media_urls": ["https://a.example/"] * 11}, (["body", "media_urls"], "max_length")),
        ({"media_urls": ["http://a.example/"]}, (["body", "media_urls", 0], "invalid_url")),
        ({"media_urls": ["https://a.example/", "https://"]}, (["body", "media_urls", 1], "invalid_url")),
        ({"media_urls": ["https://user:pass@a.example/"]}, (["body", "media_urls", 0], "invalid_url")),
        ({"media_urls": ["https://a.example:99999/"]}, (["body", "media_urls", 0], "invalid_url")),
        ({"media_urls": ["https://[::1/"]}, (["body", "media_urls", 0], "invalid_url")),
        ({"media_urls": ["javascript:alert(1)"]}, (["body", "media_urls", 0], "invalid_url")),
        ({"media_urls": [7]}, (["body", "media_urls", 0], "invalid")),
        ({"metadata": "x"}, (["body", "metadata"], "not_a_dict")),
        ({"metadata": []}, (["body", "metadata"], "not_a_dict")),
        ({"send_at": "2099-01-01T08:00:00"}, (["body", "send_at"], "naive")),
        ({"send_at": "2099-01-01T08:00:00Z"}, (["body", "send_at"], "too_far")),
        ({"send_at": "2020-01-01T08:00:00+02:00"}, (["body", "send_at"], "in_the_past")),
        ({"send_at": "9999-12-31T23:59:59-23:59"}, (["body", "send_at"], "invalid")),
        ({"send_at": "0001-01-01T00:00:00+23:59"}, (["body", "send_at"], "invalid")),
        ({"send_at": "2030-02-31T08:00:00Z"}, (["body", "send_at"], "invalid")),
        ({"send_at": 1893456000}, (["body", "send_at"], "invalid")),
        ({"send_at": "tomorrow"}, (["body", "send_at"], "invalid")),
    ],
)
def test_wrong_input_is_named(aurora: Tenant, agent: Client, fields: dict[str, object], wrong: object) -> None:
    assert wrong_parts(send(agent, **fields)) == [wrong]
    assert stored(aurora) == []


def test_all_that_is_missing_is_named_at_once(agent: Client) -> None:
    assert wrong_parts(post(agent, {})) == [
        (["body", "to_number"], "required"),
        (["body", "body"], "required"),
    ]


@pytest.mark.parametrize(("body", "segments"), [("x" * 1530, 10), ("ž" * 670, 10), ("x" * 160, 1), ("ž" * 71, 2)])
def test_the_longest_texts_are_taken(agent: Client, body: str, segments: int) -> None:
    answer = send(agent, body=body)
    assert (answer.status_code, answer.json().get("segments")) == (201, segments)


def test_the_text_is_stored_as_it_was_written(aurora: Tenant, agent: Client) -> None:
    assert send(agent, body="  indented\n  lines  ").json()["body"] == "  indented\n  lines  "


def test_now_is_not_the_past(agent: Client) -> None:
    assert send(agent, send_at=datetime.now(UTC).isoformat()).json()["status"] == "queued"


def test_an_alphanumeric_sender(aurora: Tenant, agent: Client) -> None:
    make_number(aurora.twilio, "AURORA")
    assert send(agent, from_number="AURORA").json()["from_number"] == "AURORA"


def test_another_organizations_sender_is_unknown(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    answer = send(agent, from_number=borealis.twilio_number.address)
    assert wrong_parts(answer) == [(["body", "from_number"], "unknown_sender")]
    assert (stored(aurora), stored(borealis)) == ([], [])


def test_opted_out(aurora: Tenant, borealis: Tenant, agent: Client, log_in: LogIn) -> None:
    Consent.all_orgs.create(
        organization=aurora.org,
        address=TO,
        state=ConsentState.OPTED_OUT,
        source=ConsentSource.KEYWORD,
        changed_at=timezone.now(),
    )
    problem(send(agent), 409, "OPTED_OUT")
    assert stored(aurora) == []
    assert send(log_in(borealis.agent)).status_code == 201


def test_the_limit_says_when_the_next_text_may_go(
    aurora: Tenant, borealis: Tenant, agent: Client, log_in: LogIn
) -> None:
    aurora.org.sms_hourly_limit = 2
    aurora.org.save()
    conversation = make_conversation(aurora)
    for minutes in (50, 10):
        make_message(conversation, at=timezone.now() - timedelta(minutes=minutes))
    answer = send(agent)
    problem(answer, 429, "RATE_LIMITED")
    assert 590 <= int(answer["Retry-After"]) <= 600
    assert len(stored(aurora)) == 2
    assert send(log_in(borealis.agent)).status_code == 201


def test_without_a_sender_the_service_is_not_available(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    PhoneNumber.objects.for_org(aurora.org).update(is_active=False)
    assert problem(send(agent), 503, "SERVICE_UNAVAILABLE")["detail"] == "SMS service not available"
    assert stored(aurora) == []


def test_who_may_send(aurora: Tenant, superuser: object, log_in: LogIn) -> None:
    statuses = {user.role: send(log_in(user)).status_code for user in aurora.users}
    assert statuses == {"ADMIN": 201, "SUPERVISOR": 201, "AGENT": 201, "CUSTOMER": 403}
    problem(send(log_in(aurora.customer)), 403, "PERMISSION_DENIED")
    problem(send(log_in(superuser)), 403, "PERMISSION_DENIED")  # type: ignore[arg-type]
    assert len(stored(aurora)) == 3


def test_nobody_is_401(db: None) -> None:
    answer = send(Client())
    problem(answer, 401, "NOT_AUTHENTICATED")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api", Api-Key realm="api", Session realm="api"'


def test_a_session_needs_its_csrf_token(aurora: Tenant) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(aurora.agent)
    for form in ({}, {"content_type": "application/x-www-form-urlencoded"}, {"content_type": "multipart/form-data"}):
        answer = client.post(SEND, **{"data": json.dumps({"to_number": TO, "body": "Hi"}), **JSON, **form})
        problem(answer, 403, "PERMISSION_DENIED")
    assert stored(aurora) == []
    assert send(browser(aurora.agent)).status_code == 201


def test_the_organization_is_never_taken_from_the_body(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    answer = send(agent, organization_id=str(borealis.org.pk), organization=str(borealis.org.pk), status="delivered")
    assert answer.json()["organization_id"] == str(aurora.org.pk)
    assert answer.json()["status"] == MessageStatus.QUEUED
    assert (len(stored(aurora)), stored(borealis)) == (1, [])


HOSTILE = [
    (b"", 400),
    (b"   ", 400),
    (b"hello", 400),
    (b"{", 400),
    (b"\xff\xfe{\x00}\x00", 400),
    ("\ufeff{}".encode(), 400),
    (b'{"body": NaN}', 400),
    (b'{"body": -Infinity}', 400),
    (b'{"body": "a", "body": "b"}', 400),
    (b"1" * 5000, 400),
    (b"[" * 100_000, 400),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
    (b"{\"body\": 'single'}", 400),
    (b'{"to_number": "+12025550199", "body": "Hello"} trailing', 400),
    (b"[]", 422),
    (b"null", 422),
    (b'"text"', 422),
    (b"5", 422),
    (b"true", 422),
]


@pytest.mark.parametrize(("body", "status"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies(aurora: Tenant, agent: Client, body: bytes, status: int) -> None:
    problem(post(agent, body), status, "MALFORMED_BODY" if status == 400 else "VALIDATION_ERROR")
    assert stored(aurora) == []


@pytest.mark.parametrize(
    ("raw", "loc"),
    [
        (r'{"to_number": "+12025550199", "body": "a\u0000b"}', ["body", "body"]),
        (r'{"to_number": "+12025550199", "body": "\ud83d"}', ["body", "body"]),
        (r'{"to_number": "+1\u0000", "body": "x"}', ["body", "to_number"]),
        (r'{"to_number": "+12025550199", "body": "x", "metadata": {"a": "\u0000"}}', ["body", "metadata", "a"]),
        (r'{"to_number": "+12025550199", "body": "x", "metadata": {"a": {"\u0000": 1}}}', ["body", "metadata", "a"]),
        (r'{"to_number": "+12025550199", "body": "x", "metadata": {"a": [1, "\udfff"]}}', ["body", "metadata", "a", 1]),
        (r'{"to_number": "+12025550199", "body": "x", "metadata": {"a": 1e999}}', ["body", "metadata", "a"]),
        ('{"to_number": "+12025550199", "body": "x", "metadata": ' + '{"a":' * 40 + "1" + "}" * 41, ["body"]),
    ],
)
def test_what_cannot_be_stored_is_named(aurora: Tenant, agent: Client, raw: str, loc: list[object]) -> None:
    assert [where for where, _kind in wrong_parts(post(agent, raw))] == [loc]
    assert stored(aurora) == []


@pytest.mark.parametrize("number", [2**63, -(2**70), 10**4000, 1e15, 0.1, -0.0])
def test_any_number_may_stand_in_metadata(aurora: Tenant, agent: Client, number: float) -> None:
    assert send(agent, metadata={"number": number}).status_code == 201
    assert stored(aurora)[0].metadata == {"number": number}


def test_a_body_over_the_limit(aurora: Tenant, agent: Client) -> None:
    problem(send(agent, metadata={"a": "x" * (2 * 1024 * 1024)}), 413, "BODY_TOO_LARGE")
    assert stored(aurora) == []


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json; charset=utf-8", 201),
        ("application/json; charset=bogus", 201),
        ("APPLICATION/JSON", 201),
        ("application/vnd.client+json", 201),
        ("", 201),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("\x01", 415),
    ],
)
def test_content_types(agent: Client, content_type: str, status: int) -> None:
    answer = agent.generic("POST", SEND, json.dumps({"to_number": TO, "body": "Hi"}), content_type=content_type)
    assert answer.status_code == status, answer.content
    if status == 415:
        problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", "*/*"])
def test_the_answer_is_json_whatever_is_asked_for(agent: Client, accept: str) -> None:
    answer = agent.post(f"{SEND}?format=html", {"to_number": TO, "body": "Hi"}, "application/json", HTTP_ACCEPT=accept)
    assert (answer.status_code, answer["Content-Type"]) == (201, "application/json")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_unknown_methods(agent: Client, method: str) -> None:
    answer = agent.generic(method, SEND)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    if method != "HEAD":
        problem(answer, 405, "METHOD_NOT_ALLOWED")
