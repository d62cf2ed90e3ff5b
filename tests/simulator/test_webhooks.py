"""What arrives at the application: signatures, order, repeats, the address it is sent to."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from twilio.request_validator import RequestValidator

from contactcenter.simulator.config import Config
from contactcenter.simulator.courier import Courier, twilio_policy

from .conftest import Hit, Receiver, Stack, account_of

TWILIO, TELNYX = account_of("TWILIO"), account_of("TELNYX")
US, CZECH = "+12025550150", "+420601239999"


def all_of(number: int) -> Callable[[list[Hit]], bool]:
    return lambda hits: len(hits) == number


def twilio_signed(receiver: Receiver, hit: Hit) -> bool:
    validator = RequestValidator(TWILIO.secret)
    return bool(validator.validate(receiver.url + hit.path, hit.form, hit.headers["x-twilio-signature"]))


def telnyx_signed(hit: Hit) -> bool:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(TELNYX.public_key))
    signed = hit.headers["telnyx-timestamp"].encode() + b"|" + hit.body
    try:
        key.verify(base64.b64decode(hit.headers["telnyx-signature-ed25519"]), signed)
    except InvalidSignature:
        return False
    return True


def test_a_twilio_message_goes_its_way_and_is_answered(stack: Stack, receiver: Receiver) -> None:
    stack.twilio(US, "See you tomorrow", StatusCallback=f"{receiver.url}/status?m=42&x=a%20b#rc=3&rp=all")
    hits = sorted(receiver.wait_for(all_of(4)), key=lambda hit: hit.status)
    assert [hit.status for hit in hits] == ["delivered", "received", "sending", "sent"]
    assert hits[1].path == "/hooks/twilio/sms/inbound"
    assert {hit.path for hit in hits if not hit.is_inbound} == {"/status?m=42&x=a%20b"}
    assert all(twilio_signed(receiver, hit) for hit in hits)
    assert not RequestValidator("another").validate(
        receiver.url + hits[0].path, hits[0].form, hits[0].headers["x-twilio-signature"]
    )
    answer = hits[1].form
    assert (answer["From"], answer["To"], answer["NumMedia"]) == (US, TWILIO.numbers[0], "0")
    assert answer["Body"]
    assert "" in answer.values()


def test_a_telnyx_message_goes_its_way_and_is_answered(stack: Stack, receiver: Receiver) -> None:
    stack.telnyx(CZECH, "Dobrý den, těšíme se na vás")
    hits = sorted(receiver.wait_for(all_of(3)), key=lambda hit: str(hit.json["data"]["event_type"]))
    events = [hit.json["data"]["event_type"] for hit in hits]
    assert events == ["message.finalized", "message.received", "message.sent"]
    assert [hit.path for hit in hits] == ["/telnyx?m=attempt-1", "/hooks/telnyx/sms", "/telnyx?m=attempt-1"]
    assert all(telnyx_signed(hit) for hit in hits)
    assert len({hit.json["data"]["id"] for hit in hits}) == 3
    finalized = hits[0].json["data"]["payload"]
    assert finalized["to"][0]["status"] == "delivered"
    assert finalized["completed_at"]
    answer = hits[1].json["data"]["payload"]
    assert (answer["from"]["phone_number"], answer["to"][0]["phone_number"]) == (CZECH, TELNYX.numbers[0])
    assert answer["direction"] == "inbound"


def test_twilio_repeats_after_500_only_when_the_fragment_says_so(stack: Stack, receiver: Receiver) -> None:
    outcome = {"callbacks": ["delivered"]}
    stack.control("script", {"outcome": outcome})
    receiver.answers[:] = [500]
    stack.twilio(US, StatusCallback=f"{receiver.url}/plain")
    stack.settle(lambda: stack.control("stats").get("webhooks_failed") == 1)
    assert [hit.path for hit in receiver.hits] == ["/plain"]
    receiver.answers[:] = [500, 503]
    stack.twilio(US, StatusCallback=f"{receiver.url}/again#rc=3&rp=5xx")
    stack.settle(lambda: stack.control("stats").get("webhooks_delivered") == 1)
    again = [hit for hit in receiver.hits if hit.path == "/again"]
    assert len(again) == 3
    assert len({hit.headers["i-twilio-idempotency-token"] for hit in again}) == 1


def test_telnyx_tries_three_times_and_counts_the_attempts(stack: Stack, receiver: Receiver) -> None:
    stack.control("script", {"outcome": {"callbacks": ["delivered"]}})
    receiver.answers[:] = [500, 404, 500]
    stack.telnyx(CZECH, webhook_failover_url=f"{receiver.url}/failover")
    hits = receiver.wait_for(lambda hits: len(hits) == 4)
    assert [hit.json["meta"]["attempt"] for hit in hits] == [1, 2, 3, 4]
    assert [hit.path for hit in hits] == ["/telnyx?m=attempt-1"] * 3 + ["/failover"]
    assert len({hit.json["data"]["id"] for hit in hits}) == 1
    assert all(telnyx_signed(hit) for hit in hits)


def test_a_connection_that_fails_is_tried_once_more_by_twilio(stack: Stack) -> None:
    stack.control("script", {"outcome": {"callbacks": ["sent"]}})
    stack.twilio(US, StatusCallback="http://127.0.0.1:9/nobody")
    stack.settle(lambda: stack.control("stats").get("webhooks_failed") == 1)
    assert stack.control("stats")["webhook_requests_ct"] == 2


def test_webhooks_leave_this_machine_never(stack: Stack) -> None:
    stack.control("script", {"outcome": {"callbacks": ["sent"]}})
    stack.twilio(US, StatusCallback="https://contact.example.com/status")
    stack.settle(lambda: stack.control("stats").get("webhooks_failed") == 1)
    assert stack.control("stats")["webhook_requests_invalid"] == 1


async def _build(deliver_to: str, url: str) -> Any:
    return Courier(Config(deliver_to=deliver_to), Counter()).request(url, {"A": "b"}, b"x")


def test_a_proxy_is_imitated_by_another_address_for_the_connection_only() -> None:
    request = asyncio.run(_build("http://127.0.0.1:3018", "https://contact.example.com/hooks/x?m=a'b%20c#rc=3"))
    assert (request.url.scheme, request.url.host, request.url.port) == ("http", "127.0.0.1", 3018)
    assert request.headers["host"] == "contact.example.com"
    assert request.extensions["target"] == b"/hooks/x?m=a'b%20c"


@pytest.mark.parametrize(
    ("url", "retries", "repeat_on", "total"),
    [
        ("http://a/b", 1, {"ct"}, 15.0),
        ("http://a/b#rc=3&rp=all", 3, {"3xx", "4xx", "5xx", "ct", "rt"}, 15.0),
        ("http://a/b#rc=9&rp=5xx,rt&tt=2000", 5, {"5xx", "rt"}, 2.0),
        ("http://a/b#rc=x&tt=-1", 1, {"ct"}, 15.0),
        ("http://a/b#rc=0", 0, {"ct"}, 15.0),
    ],
)
def test_the_fragment_overrides_the_policy(url: str, retries: int, repeat_on: set[str], total: float) -> None:
    policy = twilio_policy(url)
    assert (policy.retries, policy.repeat_on, policy.total) == (retries, repeat_on, total)


def test_the_customer_sends_a_picture_by_twilio(stack: Stack, receiver: Receiver) -> None:
    stack.control("inbound", {"account": "aurora", "provider": "twilio", "from": US, "body": "", "media_count": 2})
    form = receiver.wait_for(bool)[0].form
    assert (form["NumMedia"], form["Body"], form["MessageSid"][:2]) == ("2", "", "MM")
    path = form["MediaUrl0"].removeprefix(stack.url)
    assert stack.call("GET", path)[0] == 401
    headers = {"Authorization": TWILIO.authorization}
    for index in (0, 1):
        path = form[f"MediaUrl{index}"].removeprefix(stack.url)
        status, answer, body = stack.call("GET", path, None, headers)
        assert (status, answer["content-type"], body[:8]) == (200, "image/png", b"\x89PNG\r\n\x1a\n")
    assert stack.call("GET", path[:-4] + "0000", None, headers)[0] == 404


def test_the_customer_sends_a_picture_by_telnyx(stack: Stack, receiver: Receiver) -> None:
    stack.control("inbound", {"to": TELNYX.numbers[0], "from": CZECH, "body": "Foto", "media_count": 1})
    payload = receiver.wait_for(bool)[0].json["data"]["payload"]
    assert (payload["type"], len(payload["media"])) == ("MMS", 1)
    item = payload["media"][0]
    status, answer, body = stack.call("GET", item["url"].removeprefix(stack.url))
    assert (status, answer["content-type"], len(body)) == (200, "image/png", item["size"])


def test_trailing_spaces_and_emoji_survive_the_signature(stack: Stack, receiver: Receiver) -> None:
    stack.control("inbound", {"to": TWILIO.numbers[0], "from": US, "body": "  Děkuji 😀 "})
    hit = receiver.wait_for(bool)[0]
    assert hit.form["Body"] == "  Děkuji 😀 "
    assert twilio_signed(receiver, hit)


def test_a_message_can_be_announced_many_times_at_once(stack: Stack, receiver: Receiver) -> None:
    stack.control("inbound", {"to": TELNYX.numbers[0], "from": CZECH, "body": "x", "copies": 20})
    hits = receiver.wait_for(lambda hits: len(hits) == 20)
    assert len({json.dumps(hit.json["data"]) for hit in hits}) == 1
    assert len(stack.control("messages?direction=inbound")["messages"]) == 1
