import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contactcenter.providers import registry
from contactcenter.providers.base import (
    Credentials,
    ProviderName,
    RawWebhook,
    SendOutcome,
    SmsProvider,
    SmsRequest,
    Timeouts,
)
from contactcenter.providers.telnyx import signature as telnyx_signature
from contactcenter.providers.twilio import signature as twilio_signature
from tests.providers.faults import Behaviour, Server

SAMPLES = Path(__file__).parent.parent / "samples"
TOKEN = "twilio-test-token"
TELNYX_KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC_KEY = base64.b64encode(TELNYX_KEY.public_key().public_bytes_raw()).decode()
NOW = 1_760_000_000.0
FORM = "application/x-www-form-urlencoded"
URL = "https://cc.example.com/hooks/twilio/sms/status?m=0198f0c2-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start a misbehaving carrier; it ends with the test."""
    with ExitStack() as stack:

        def start(behaviour: Behaviour, **options: Any) -> Server:
            return stack.enter_context(Server(behaviour, **options))

        yield start


@dataclass
class Carrier:
    """One adapter and how a test talks to it."""

    adapter: SmsProvider

    @property
    def is_twilio(self) -> bool:
        return self.adapter.name is ProviderName.TWILIO

    def credentials(self, url: str) -> Credentials:
        if self.is_twilio:
            return Credentials(account_id="AC" + "a" * 32, secret=TOKEN, base_url=url)
        return Credentials(secret="KEYtest", base_url=f"{url}/v2", public_key=PUBLIC_KEY)

    def request(self) -> SmsRequest:
        return SmsRequest(
            to="+420601000001",
            sender="+15017122661",
            body="Dobrý den 😀",
            callback_url="https://cc.example.com/h?m=1",
        )

    def send(self, url: str, *, connect: float = 5.0, total: float = 10.0) -> SendOutcome:
        wire = self.adapter.wire_request(self.request())
        return self.adapter.send(self.credentials(url), wire, Timeouts(connect, total))

    def accepted_body(self) -> str:
        name = "twilio/rest/messages_201_create.json" if self.is_twilio else "telnyx/messages_send_200.json"
        return (SAMPLES / name).read_text()

    def error_body(self, code: str) -> str:
        if self.is_twilio:
            return f'{{"code": {code}, "message": "No", "status": 400}}'
        return f'{{"errors": [{{"code": "{code}", "title": "No", "detail": "No"}}]}}'


@pytest.fixture(params=list(ProviderName), ids=str)
def carrier(request: pytest.FixtureRequest) -> Carrier:
    return Carrier(registry.get(request.param))


@pytest.fixture
def twilio() -> SmsProvider:
    return registry.get(ProviderName.TWILIO)


@pytest.fixture
def telnyx() -> SmsProvider:
    return registry.get(ProviderName.TELNYX)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def twilio_webhook(body: bytes, *, url: str = URL, signed_url: str | None = None, token: str = TOKEN) -> RawWebhook:
    """A form webhook as it arrives at `url`, signed over `signed_url` (the same unless told otherwise)."""
    signature = twilio_signature.sign(token, signed_url or url, twilio_signature.read_form(body))
    return RawWebhook(url, body, {twilio_signature.HEADER: signature}, FORM)


def telnyx_webhook(body: bytes, *, at: float = NOW) -> RawWebhook:
    stamp = str(int(at))
    signature = base64.b64encode(TELNYX_KEY.sign(stamp.encode() + b"|" + body)).decode()
    headers = {telnyx_signature.TIMESTAMP_HEADER: stamp, telnyx_signature.SIGNATURE_HEADER: signature}
    return RawWebhook("https://cc.example.com/hooks/telnyx/sms", body, headers, "application/json")
