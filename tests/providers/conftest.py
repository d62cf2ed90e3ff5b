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
from contactcenter.providers.voice import CommandOutcome, DialOutcome, DialRequest, Say, VoiceProvider
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


class Account:
    """What texts and calls over one carrier have in common."""

    adapter: Any

    @property
    def is_twilio(self) -> bool:
        return bool(self.adapter.name is ProviderName.TWILIO)

    def credentials(self, url: str) -> Credentials:
        if self.is_twilio:
            return Credentials(account_id="AC" + "a" * 32, secret=TOKEN, base_url=url)
        return Credentials(secret="KEYtest", base_url=f"{url}/v2", public_key=PUBLIC_KEY)

    def error_body(self, code: str) -> str:
        if self.is_twilio:
            return f'{{"code": {code}, "message": "No", "status": 400}}'
        return f'{{"errors": [{{"code": "{code}", "title": "No", "detail": "No"}}]}}'


@dataclass
class Carrier(Account):
    """One adapter for texts and how a test talks to it."""

    adapter: SmsProvider

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


@dataclass
class VoiceCarrier(Account):
    """One adapter for calls and how a test talks to it."""

    adapter: VoiceProvider

    @property
    def call_id(self) -> str:
        return "CA" + "4" * 32 if self.is_twilio else "v3:MdI91X4lWFEs7IgbBEOT9M4AigoY08M0WWZFISt1Yw2axZ_IiE4pqg"

    def request(self) -> DialRequest:
        return DialRequest(
            to="+420601000001",
            sender="+15017122661",
            dial_id="0198f0c2-0000-7000-8000-000000000001",
            callback_url="https://cc.example.com/h?m=1",
            seconds=30,
            connection_id="1684641123236054244",
            steps=(Say("Dobrý den 😀", "cs-CZ"),),
        )

    def dial(self, url: str, *, connect: float = 5.0, total: float = 10.0) -> DialOutcome:
        wire = self.adapter.dial_request(self.request())
        return self.adapter.dial(self.credentials(url), wire, Timeouts(connect, total))

    def hang_up(self, url: str, *, connect: float = 5.0, total: float = 10.0) -> CommandOutcome:
        wire = self.adapter.hang_up_request()
        timeouts = Timeouts(connect, total)
        return self.adapter.command(self.credentials(url), self.call_id, wire, "command-1", timeouts)

    def dialled_body(self) -> str:
        name = "twilio/rest/calls_201_createWithTwiml.json" if self.is_twilio else "telnyx/calls_dial_200.json"
        return (SAMPLES / name).read_text()

    def commanded_body(self) -> str:
        if self.is_twilio:
            return (SAMPLES / "twilio/rest/calls_update_200_update.json").read_text()
        return '{"data": {"result": "ok"}}'


@pytest.fixture(params=list(ProviderName), ids=str)
def carrier(request: pytest.FixtureRequest) -> Carrier:
    return Carrier(registry.get(request.param))


@pytest.fixture(params=list(ProviderName), ids=str)
def voice_carrier(request: pytest.FixtureRequest) -> VoiceCarrier:
    return VoiceCarrier(registry.voice(request.param))


@pytest.fixture
def twilio_voice() -> VoiceProvider:
    return registry.voice(ProviderName.TWILIO)


@pytest.fixture
def telnyx_voice() -> VoiceProvider:
    return registry.voice(ProviderName.TELNYX)


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
