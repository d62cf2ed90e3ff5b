"""The Telnyx half through the official SDK and, where the SDK hides it, on the wire."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from telnyx import AuthenticationError, BadRequestError, DefaultHttpxClient, NotFoundError, Telnyx

from .conftest import Stack, account_of

ACCOUNT = account_of("TELNYX")
NUMBER = ACCOUNT.numbers[0]
CUSTOMER = "+420601239999"


def make_client(stack: Stack, key: str = ACCOUNT.secret) -> Telnyx:
    return Telnyx(
        api_key=key,
        base_url=f"{stack.url}/v2",
        max_retries=0,
        timeout=httpx.Timeout(5, connect=2),
        http_client=DefaultHttpxClient(follow_redirects=False, trust_env=False),
    )


@pytest.fixture
def client(stack: Stack) -> Telnyx:
    return make_client(stack)


def test_the_sdk_sends_and_fetches_a_message(client: Telnyx, stack: Stack) -> None:
    made = client.messages.send(to=CUSTOMER, from_=NUMBER, text="Dobrý den").data
    assert made is not None
    assert (made.to[0].status, made.parts, made.encoding) == ("queued", 1, "UCS-2")
    assert (made.from_.phone_number, made.type, made.errors) == (NUMBER, "SMS", [])

    def status() -> str:
        return str(client.messages.retrieve(made.id).data.to[0].status)

    stack.settle(lambda: status() == "delivered")
    assert client.messages.retrieve(made.id).data.completed_at is not None


def test_what_is_unknown_is_not_found(client: Telnyx) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.messages.retrieve("7f1dc3f4-0000-4000-8000-000000000000")
    assert caught.value.body["errors"][0]["code"] == "10005"


def test_wrong_credentials_are_refused(stack: Stack) -> None:
    with pytest.raises(AuthenticationError) as caught:
        make_client(stack, "KEYnothing").messages.send(to=CUSTOMER, from_=NUMBER, text="x")
    assert caught.value.body["errors"][0]["code"] == "10009"
    assert stack.truth() == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": ""}, "10004"),
        ({"to": "601239999"}, "40310"),
        ({"from": ""}, "10004"),
        ({"from": "+420601239998"}, "40305"),
        ({"text": ""}, "10004"),
        ({"text": "ě" * 671}, "40302"),
        ({"text": 5}, "10015"),
        ({"media_urls": [f"https://example.com/{index}" for index in range(11)]}, "40317"),
        ({"webhook_url": "nothing"}, "10015"),
    ],
)
def test_an_invalid_request_is_refused_with_its_code(stack: Stack, fields: dict[str, Any], code: str) -> None:
    data = {"to": CUSTOMER, "from": NUMBER, "text": "Hello"} | fields
    headers = {"Authorization": ACCOUNT.authorization, "Content-Type": "application/json"}
    status, _, body = stack.call("POST", "/v2/messages", json.dumps(data).encode(), headers)
    assert (status, [error["code"] for error in json.loads(body)["errors"]]) == (400, [code])
    assert stack.truth() == []


def test_a_body_that_is_not_json_is_a_bad_request(stack: Stack) -> None:
    status, _, body = stack.call("POST", "/v2/messages", b"{", {"Authorization": ACCOUNT.authorization})
    assert (status, json.loads(body)["errors"][0]["code"]) == (400, "10015")


def test_ten_parts_are_the_most(stack: Stack) -> None:
    assert stack.telnyx(CUSTOMER, "ě" * 670)[1]["data"]["parts"] == 10


def test_a_scheduled_message_can_be_canceled(client: Telnyx) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    made = client.messages.schedule(to=CUSTOMER, from_=NUMBER, text="Later", send_at=at).data
    assert made is not None
    client.messages.cancel_scheduled(made.id)
    assert client.messages.retrieve(made.id).data.to[0].status == "canceled"
    sent = client.messages.send(to=CUSTOMER, from_=NUMBER, text="Now").data
    with pytest.raises(BadRequestError):
        client.messages.cancel_scheduled(sent.id)


def test_detail_records_show_only_what_has_ended(client: Telnyx, stack: Stack) -> None:
    stack.control("script", {"to": "+420601239998", "outcome": {"callbacks": []}})
    stack.telnyx("+420601239998")
    made = stack.telnyx(CUSTOMER)[1]["data"]["id"]
    path = "/v2/detail_records?filter[record_type]=messaging"

    def records() -> list[str]:
        body = stack.call("GET", path, None, {"Authorization": ACCOUNT.authorization})[2]
        return [row["uuid"] for row in json.loads(body)["data"] if row["direction"] == "outbound"]

    stack.settle(lambda: records() == [made])
