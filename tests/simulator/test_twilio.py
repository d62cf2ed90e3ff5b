"""The Twilio half through the official SDK and, where the SDK hides it, on the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from .conftest import Stack, account_of

ACCOUNT = account_of("TWILIO")
NUMBER = ACCOUNT.numbers[0]
CUSTOMER = "+12025550150"
BASE = f"/2010-04-01/Accounts/{ACCOUNT.account_id}"


@pytest.fixture
def client(stack: Stack) -> Client:
    http = TwilioHttpClient(pool_connections=False)
    http.timeout = (2, 5)
    client = Client(ACCOUNT.account_id, ACCOUNT.secret, http_client=http)
    client.api.base_url = stack.url
    return client


def test_the_sdk_creates_and_fetches_a_message(client: Client, stack: Stack) -> None:
    made = client.messages.create(to=CUSTOMER, from_=NUMBER, body="Dobrý den 😀 " * 10)
    assert (made.status, made.num_segments, made.num_media) == ("queued", "2", "0")
    assert (made.from_, made.to, made.error_code, made.price) == (NUMBER, CUSTOMER, None, None)
    assert made.date_sent is None
    stack.settle(lambda: client.messages(made.sid).fetch().status == "delivered")
    fetched = client.messages(made.sid).fetch()
    assert (fetched.body, fetched.direction, fetched.price) == (made.body, "outbound-api", "-0.01660")
    assert isinstance(fetched.date_sent, datetime)


def test_a_messaging_service_chooses_the_sender_later(client: Client, stack: Stack) -> None:
    made = client.messages.create(
        to=CUSTOMER,
        messaging_service_sid=ACCOUNT.messaging_service_id,
        body="Hello",
        status_callback=f"{stack.receiver.url}/status",
    )
    assert (made.status, made.from_, made.num_segments) == ("accepted", None, "0")
    chosen = client.messages(made.sid).fetch().from_
    assert chosen in ACCOUNT.pool
    hits = sorted(stack.receiver.wait_for(lambda hits: len(hits) == 5), key=lambda hit: hit.status)
    assert {hit.form["MessagingServiceSid"] for hit in hits} == {ACCOUNT.messaging_service_id}
    assert [hit.status for hit in hits] == ["delivered", "queued", "received", "sending", "sent"]
    assert (hits[0].form["From"], hits[2].form["To"]) == (chosen, chosen)


def test_the_list_is_filtered_and_paged(client: Client) -> None:
    for index in range(5):
        client.messages.create(to=CUSTOMER, from_=NUMBER, body=f"Text {index}")
    client.messages.create(to="+12025550151", from_=NUMBER, body="other")
    listed = client.messages.list(to=CUSTOMER, page_size=2)
    assert [message.body for message in listed] == [f"Text {index}" for index in (4, 3, 2, 1, 0)]
    assert client.messages.list(to="+12025550199") == []
    assert client.messages.list(to=CUSTOMER, date_sent_after=datetime.now(UTC) + timedelta(days=2)) == []


def test_another_account_sees_nothing_of_it(client: Client, stack: Stack) -> None:
    made = client.messages.create(to=CUSTOMER, from_=NUMBER, body="Hello")
    other = account_of("TWILIO", "borealis")
    stranger = Client(other.account_id, other.secret)
    stranger.api.base_url = stack.url
    assert stranger.messages.list() == []
    with pytest.raises(TwilioRestException) as caught:
        stranger.messages(made.sid).fetch()
    assert (caught.value.status, caught.value.code) == (404, 20404)


def test_a_scheduled_message_can_be_canceled_and_a_sent_one_not(client: Client, stack: Stack) -> None:
    scheduled = client.messages.create(
        to=CUSTOMER,
        messaging_service_sid=ACCOUNT.messaging_service_id,
        body="Later",
        schedule_type="fixed",
        send_at=datetime.now(UTC) + timedelta(hours=1),
        status_callback=f"{stack.receiver.url}/status",
    )
    assert scheduled.status == "scheduled"
    assert client.messages(scheduled.sid).update(status="canceled").status == "canceled"
    assert [hit.status for hit in stack.receiver.wait_for(bool)] == ["canceled"]
    sent = client.messages.create(to=CUSTOMER, from_=NUMBER, body="Now")
    with pytest.raises(TwilioRestException) as caught:
        client.messages(sent.sid).update(status="canceled")
    assert (caught.value.status, caught.value.code) == (400, 30409)


def test_a_message_can_be_redacted_and_deleted(client: Client) -> None:
    made = client.messages.create(to=CUSTOMER, from_=NUMBER, body="Secret")
    assert client.messages(made.sid).update(body="").body == ""
    assert client.messages(made.sid).delete() is True
    with pytest.raises(TwilioRestException):
        client.messages(made.sid).fetch()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "+1555"}, 21211),
        ({"To": "nobody"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "+12025550199"}, 21606),
        ({"From": "??"}, 21212),
        ({"From": "Aurora"}, 21212),
        ({"To": NUMBER}, 21266),
        ({"From": "", "MessagingServiceSid": "MG00"}, 21701),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"MediaUrl": "ftp://example.com/a.png"}, 21620),
        ({"StatusCallback": "not an address"}, 21609),
        ({"StatusCallback": "http://bad_host.example/x"}, 21609),
    ],
)
def test_an_invalid_request_is_refused_with_its_code(stack: Stack, fields: dict[str, str], code: int) -> None:
    status, body = stack.twilio(**({"to": CUSTOMER} | {"to": fields.pop("To", CUSTOMER)}), **fields)
    assert (status, body["code"], body["status"]) == (400, code, 400)
    assert set(body) == {"code", "message", "more_info", "status"}
    assert stack.truth() == []


def test_more_than_ten_media_are_refused(client: Client) -> None:
    urls = [f"https://example.com/{index}.png" for index in range(11)]
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=CUSTOMER, from_=NUMBER, media_url=urls)
    assert caught.value.code == 21623
    made = client.messages.create(to=CUSTOMER, from_=NUMBER, media_url=urls[:10])
    assert (made.num_media, made.sid[:2]) == ("10", "MM")


@pytest.mark.parametrize("authorization", ["", "Basic bm9ib2R5OndyZW5n", "Bearer nothing"])
def test_wrong_credentials_are_refused(stack: Stack, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    status, _, body = stack.call("POST", f"{BASE}/Messages.json", b"To=x", headers)
    assert (status, b'"code":20003' in body) == (401, True)
    assert stack.truth() == []


def test_an_alphanumeric_sender_may_write_outside_north_america(stack: Stack) -> None:
    status, body = stack.twilio("+420601239999", From="Aurora")
    assert (status, body["from"]) == (201, "Aurora")
