"""The one interface to every carrier, and the plain data that crosses it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from contactcenter.providers.enums import DeliveryStatus, OptOut, ProviderName
from contactcenter.providers.errors import ProviderError

__all__ = [
    "Accepted",
    "Credentials",
    "DeliveryStatus",
    "InboundMedia",
    "InboundMessage",
    "MediaRequest",
    "OptOut",
    "OtherEvent",
    "ProviderError",
    "ProviderName",
    "RawWebhook",
    "Refused",
    "SendOutcome",
    "SmsProvider",
    "SmsRequest",
    "StatusEvent",
    "StatusReport",
    "Timeouts",
    "Unknown",
    "WebhookEvent",
    "WebhookIdentity",
]


@dataclass(frozen=True, slots=True)
class Credentials:
    """One provider account. Secrets never show in a repr, and so not in a log or a traceback either."""

    secret: str = field(repr=False)  # Twilio auth token, Telnyx API key
    base_url: str
    account_id: str = ""  # Twilio AccountSid; Telnyx organization id, may be empty
    public_key: str = field(default="", repr=False)  # Telnyx: base64 of 32 bytes
    next_secret: str = field(default="", repr=False)  # Twilio: the second token while it is rotated
    messaging_service_id: str = ""  # Twilio MessagingServiceSid, Telnyx messaging_profile_id


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `total` bounds the whole request, also against a server that answers drop by drop."""

    connect: float
    total: float


@dataclass(frozen=True, slots=True)
class SmsRequest:
    """`sender` is empty when a messaging service or number pool chooses it.

    `idempotency_key` makes a repeat of the same request harmless where the provider knows such keys (Telnyx).
    """

    to: str = field(repr=False)
    sender: str = field(repr=False)
    body: str = field(repr=False)
    callback_url: str
    media_urls: tuple[str, ...] = ()
    messaging_service_id: str = ""
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider gave the message an id. `cost` is positive; None while unknown."""

    provider_message_id: str
    status: DeliveryStatus | None
    raw_status: str
    segments: int | None = None
    sender: str | None = None
    cost: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not accepted: a parsed 4xx, a 429, or a failure before anything was written.

    `retry_after` is the provider's wish in seconds, None when it did not say.
    """

    error: ProviderError
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether the provider has it. Never to be resent or failed over by a machine."""

    error: ProviderError


SendOutcome = Accepted | Refused | Unknown


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What the provider says about a message now. `status` is None for a word we do not know.

    `rank` orders statuses (only ever move up); `unconfirmed` marks an end without
    proof of delivery. `cost` is positive.
    """

    provider_message_id: str
    status: DeliveryStatus | None
    raw_status: str
    rank: int | None = None
    unconfirmed: bool = False
    error: ProviderError | None = None
    occurred_at: datetime | None = None
    cost: Decimal | None = None
    currency: str | None = None
    segments: int | None = None
    to: str = field(default="", repr=False)
    sender: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StatusEvent(StatusReport):
    """A status webhook. `dedupe_key` is the same for every delivery of the same event."""

    dedupe_key: str = ""


@dataclass(frozen=True, slots=True)
class InboundMedia:
    url: str
    content_type: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A text from outside. `to` has several numbers in a group MMS. `channel` is sms, whatsapp, …"""

    provider_message_id: str
    sender: str = field(repr=False)
    to: tuple[str, ...] = field(repr=False)
    body: str = field(repr=False)
    dedupe_key: str
    media: tuple[InboundMedia, ...] = ()
    segments: int | None = None
    opt_out: OptOut | None = None
    messaging_service_id: str = ""
    occurred_at: datetime | None = None
    channel: str = "sms"


@dataclass(frozen=True, slots=True)
class OtherEvent:
    """A genuine webhook that is neither a status nor a text: store it, do nothing."""

    event_type: str
    dedupe_key: str
    occurred_at: datetime | None = None


WebhookEvent = StatusEvent | InboundMessage | OtherEvent


@dataclass(frozen=True, slots=True)
class RawWebhook:
    """A request as it came. `path_url`: public base URL plus path and query, as the provider called it.

    Header names are lower case.
    """

    path_url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True)
class WebhookIdentity:
    """Whose webhook it claims to be, unverified: only good for choosing the credentials to verify with."""

    numbers: tuple[str, ...] = field(default=(), repr=False)
    messaging_service_id: str = ""
    account_id: str = ""
    connection_id: str = ""  # Telnyx's Call Control application, in webhooks about calls


@dataclass(frozen=True, slots=True)
class MediaRequest:
    """How to GET a media file. Follow redirects by asking `media_request` again for each address."""

    url: str
    auth: tuple[str, str] | None = field(default=None, repr=False)


class SmsProvider(ABC):
    """Texts over one carrier. Instances hold no state and no credentials, so threads may share them."""

    name: ProviderName

    @abstractmethod
    def warm_up(self) -> None:
        """Load the SDK now. A worker calls it at start, so that no lease waits for imports (seconds)."""

    @abstractmethod
    def wire_request(self, request: SmsRequest) -> dict[str, Any]:
        """The exact request, JSON-able and the same for the same input, to be stored before it is sent.

        Raises UnsupportedChannel.
        """

    @abstractmethod
    def send(self, credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> SendOutcome:
        """POST `wire` once. Never raises for what the provider or the network does."""

    @abstractmethod
    def fetch(self, credentials: Credentials, provider_message_id: str, timeouts: Timeouts) -> StatusReport | None:
        """Ask for the current state; None when the provider does not know the id.

        Raises ProviderUnavailable.
        """

    @abstractmethod
    def verify(self, credentials: Credentials, webhook: RawWebhook, *, now: float) -> bool:
        """True only when the webhook is genuine. `now` in Unix seconds. Never raises."""

    @abstractmethod
    def parse(self, webhook: RawWebhook) -> WebhookEvent:
        """Read a verified webhook. Raises MalformedWebhook."""

    @abstractmethod
    def identify(self, webhook: RawWebhook) -> WebhookIdentity:
        """Our side of the conversation, to look the account up by. Never raises: empty when unreadable."""

    @abstractmethod
    def media_request(self, credentials: Credentials, url: str) -> MediaRequest:
        """How to fetch media that a webhook named. Raises MediaRefused unless the host is the provider's."""
