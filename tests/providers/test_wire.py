"""What goes onto the wire is exactly what was stored."""

import json
from base64 import b64decode
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from contactcenter.providers.base import Accepted, SmsProvider, SmsRequest, Timeouts
from contactcenter.providers.errors import UnsupportedChannel
from tests.providers.conftest import TOKEN, Carrier
from tests.providers.faults import Server, answering

CALLBACK = "https://cc.example.com/hooks/sms?m=0198f0c2-0000-7000-8000-000000000001"


def _request(**changes: object) -> SmsRequest:
    values: dict[str, object] = {
        "to": "+420601000001",
        "sender": "+15017122661",
        "body": "  Žluťoučký kůň\r\n& + = 😀 ",
        "callback_url": CALLBACK,
        "media_urls": ("https://cc.example.com/a.png", "https://cc.example.com/b.png"),
        **changes,
    }
    return SmsRequest(**values)  # type: ignore[arg-type]


def test_the_twilio_request(twilio: SmsProvider, serve: Callable[..., Server]) -> None:
    carrier = Carrier(twilio)
    server = serve(answering("201 Created", carrier.accepted_body()))
    stored = json.loads(json.dumps(twilio.wire_request(_request())))
    assert stored == {
        "To": "+420601000001",
        "From": "+15017122661",
        "Body": "  Žluťoučký kůň\r\n& + = 😀 ",
        "MediaUrl": ["https://cc.example.com/a.png", "https://cc.example.com/b.png"],
        "StatusCallback": f"{CALLBACK}#rc=3&rp=all",
    }

    assert isinstance(twilio.send(carrier.credentials(server.url), stored, Timeouts(5, 10)), Accepted)

    (received,) = server.requests
    account = carrier.credentials(server.url).account_id
    assert (received.method, received.path) == ("POST", f"/2010-04-01/Accounts/{account}/Messages.json")
    fields = parse_qs(received.body.decode(), keep_blank_values=True, strict_parsing=True)
    assert fields == {name: value if isinstance(value, list) else [value] for name, value in stored.items()}
    kind, _, secret = received.headers["authorization"].partition(" ")
    assert (kind, b64decode(secret).decode()) == ("Basic", f"{account}:{TOKEN}")


def test_the_telnyx_request(telnyx: SmsProvider, serve: Callable[..., Server]) -> None:
    carrier = Carrier(telnyx)
    server = serve(answering("200 OK", carrier.accepted_body()))
    stored = json.loads(json.dumps(telnyx.wire_request(_request())))
    assert stored == {
        "to": "+420601000001",
        "from": "+15017122661",
        "text": "  Žluťoučký kůň\r\n& + = 😀 ",
        "media_urls": ["https://cc.example.com/a.png", "https://cc.example.com/b.png"],
        "webhook_url": CALLBACK,
    }

    assert isinstance(telnyx.send(carrier.credentials(server.url), stored, Timeouts(5, 10)), Accepted)

    (received,) = server.requests
    assert (received.method, received.path) == ("POST", "/v2/messages")
    assert json.loads(received.body) == stored
    assert received.headers["authorization"] == "Bearer KEYtest"
    # The SDK's own header for repeats must not look like an idempotency key of ours.
    assert "idempotency-key" not in received.headers


def test_a_telnyx_key_is_a_header_and_a_repeat_has_the_same_bytes(
    telnyx: SmsProvider, serve: Callable[..., Server]
) -> None:
    carrier = Carrier(telnyx)
    server = serve(answering("200 OK", carrier.accepted_body()))
    wire = telnyx.wire_request(_request(idempotency_key="key-1"))
    for fields in (wire, dict(reversed(wire.items()))):  # PostgreSQL gives a stored request back in its own order.
        telnyx.send(carrier.credentials(server.url), fields, Timeouts(5, 10))
    first, second = server.requests
    assert (first.headers["idempotency-key"], second.headers["idempotency-key"]) == ("key-1", "key-1")
    assert first.body == second.body
    assert "idempotency_key" not in json.loads(first.body)


def test_the_same_request_is_written_the_same(carrier: Carrier) -> None:
    first, second = (json.dumps(carrier.adapter.wire_request(_request())) for _ in range(2))
    assert first == second


def test_a_service_may_choose_the_sender(carrier: Carrier) -> None:
    wire = carrier.adapter.wire_request(_request(sender="", messaging_service_id="MG1", media_urls=()))
    text = "  Žluťoučký kůň\r\n& + = 😀 "
    expected: dict[str, object] = (
        {
            "To": "+420601000001",
            "MessagingServiceSid": "MG1",
            "Body": text,
            "StatusCallback": f"{CALLBACK}#rc=3&rp=all",
        }
        if carrier.is_twilio
        else {
            "to": "+420601000001",
            "messaging_profile_id": "MG1",
            "text": text,
            "webhook_url": CALLBACK,
        }
    )
    assert wire == expected


def test_whatsapp_is_a_prefix_at_twilio_and_refused_at_telnyx(twilio: SmsProvider, telnyx: SmsProvider) -> None:
    request = _request(to="whatsapp:+420601000001")
    wire = twilio.wire_request(request)
    assert (wire["To"], wire["From"]) == ("whatsapp:+420601000001", "whatsapp:+15017122661")
    with pytest.raises(UnsupportedChannel):
        telnyx.wire_request(request)


def test_reprs_hide_secrets_numbers_and_texts(carrier: Carrier) -> None:
    shown = repr(carrier.credentials("http://127.0.0.1")) + repr(_request())
    for hidden in (TOKEN, "KEYtest", "601000001", "5017122661", "kůň"):
        assert hidden not in shown
