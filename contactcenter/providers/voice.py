"""Phone calls over one carrier: the interface, and the plain data that crosses it.

A call of ours is the leg to the customer. A second leg, to an agent's phone, is rung by a step of the first one and
reported under the same call with `Leg.AGENT`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from contactcenter.providers.base import (
    Credentials,
    MediaRequest,
    OtherEvent,
    ProviderError,
    ProviderName,
    RawWebhook,
    Refused,
    Timeouts,
    Unknown,
    WebhookIdentity,
)


class CallWord(StrEnum):
    """What a provider says about a call, in the words of the API contract."""

    QUEUED = "QUEUED"
    RINGING = "RINGING"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    COMPLETED = "COMPLETED"
    NO_ANSWER = "NO_ANSWER"
    BUSY = "BUSY"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class Leg(StrEnum):
    """Whose phone an event is about."""

    CUSTOMER = "customer"
    AGENT = "agent"


# --- What a call does: steps, played one after the other ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a sentence. `language` is BCP 47: en-US, cs-CZ, es-ES."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class RingPhone:
    """Ring a phone and connect both when it is answered.

    `caller_id` is what that phone shows. `result_url` is asked what comes next when the ringing is over (Twilio; at
    Telnyx events tell); each step of a call needs another one. `status_url` takes the reports about the second leg.
    `tag` comes back in them (Telnyx).
    """

    number: str = field(repr=False)
    caller_id: str = field(repr=False)
    seconds: int
    result_url: str
    status_url: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """Record what the caller says (a voicemail) and hang up. `result_url`: what comes next (Twilio).

    `recording_url` takes the report that the recording is there.
    """

    most_seconds: int
    result_url: str
    recording_url: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Keep the caller in a room of this name, with music (Twilio), until somebody joins or hangs up."""

    room: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Record:
    """Record both sides from here on."""

    recording_url: str


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Write down live what both sides say from here on."""

    language: str
    status_url: str


CallStep = Say | RingPhone | TakeMessage | Wait | HangUp | Record | Transcribe


# --- Requests and what came of them ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DialRequest:
    """A call to a customer. `steps` is what they hear when they answer.

    `dial_id` is ours (a UUID): Telnyx ignores a second dial with the same one. `callback_url` carries it as well.
    `connection_id` is Telnyx's Call Control application. `seconds` is how long it may ring.
    """

    to: str = field(repr=False)
    sender: str = field(repr=False)
    dial_id: str
    callback_url: str
    seconds: int
    connection_id: str = ""
    steps: tuple[CallStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialled:
    """The provider gave the call an id. `leg_id` and `session_id` are Telnyx's other two."""

    provider_call_id: str
    status: CallWord | None
    raw_status: str
    leg_id: str = ""
    session_id: str = ""


DialOutcome = Dialled | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Done:
    """A command was taken. `too_late`: the call was over already (Twilio 21220, Telnyx 90018, or unknown by now)."""

    too_late: bool = False


CommandOutcome = Done | Refused | Unknown


@dataclass(frozen=True, slots=True)
class CallReport:
    """What the provider says about a call now. `status` is None for a word we do not know.

    Telnyx tells only that a call is over: COMPLETED then, and earlier events know whether anybody answered.
    `cost` is positive and None while unknown.
    """

    provider_call_id: str
    status: CallWord | None
    raw_status: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration: int | None = None
    cost: Decimal | None = None
    currency: str | None = None


# --- Webhooks -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VoiceEvent:
    """What every event about a call carries.

    `dedupe_key` is the same for every delivery of the same event. `sequence` orders the events of one leg (Twilio),
    `occurred_at` does at Telnyx. `tag` is what we gave to a dial or to RingPhone (Telnyx's client_state, decoded).
    `parent_call_id`: the leg that rang this one (Twilio).
    """

    provider_call_id: str
    dedupe_key: str
    raw_status: str = ""
    leg_id: str = ""
    session_id: str = ""
    parent_call_id: str = ""
    tag: str = ""
    sequence: int | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallStatusEvent(VoiceEvent):
    """A leg reached a status; None for a word that we do not know, or one that moves nothing.

    `answered` is what the event itself proves: True when the leg was answered before, False when it certainly was not,
    None when that depends on earlier events (a Telnyx hang-up says normal_clearing either way). `bridged`: both legs
    hear each other now. `duration` in whole seconds.
    """

    status: CallWord | None = None
    direction: str = ""  # INBOUND or OUTBOUND, as the provider sees the leg; empty when it does not say
    answered: bool | None = None
    bridged: bool = False
    duration: int | None = None
    hangup_cause: str = ""
    error: ProviderError | None = None
    sender: str = field(default="", repr=False)
    to: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class InboundCall(VoiceEvent):
    """Somebody calls a number of ours, and it rings."""

    sender: str = field(default="", repr=False)
    to: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RingResult(VoiceEvent):
    """Twilio asks what comes next, because the ringing of a RingPhone is over. `status` is the second leg's end.

    `caller_is_gone`: the first leg is over as well, nobody hears the answer.
    """

    status: CallWord | None = None
    bridged: bool = False
    caller_is_gone: bool = False
    agent_call_id: str = ""
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class MessageTaken(VoiceEvent):
    """Twilio asks what comes next, because a TakeMessage is over."""

    recording_id: str = ""
    recording_url: str = field(default="", repr=False)
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class StepDone(VoiceEvent):
    """A step of ours is over and the next one may begin (Telnyx: speaking or playing has ended)."""


@dataclass(frozen=True, slots=True)
class RecordingEvent(VoiceEvent):
    """A recording is there (`is_available`), or will never be. `url` may expire after minutes: copy it."""

    recording_id: str = ""
    url: str = field(default="", repr=False)
    content_type: str = ""
    is_available: bool = True
    duration: int | None = None
    channels: int | None = None


@dataclass(frozen=True, slots=True)
class TranscriptEvent(VoiceEvent):
    """A piece of what was said. `position` orders the pieces of one transcription, `ends` marks its last event.

    `is_whole`: the text is the whole transcript of a recording. `speaker` is Leg.CUSTOMER, Leg.AGENT or empty.
    `confidence` from 0 to 1.
    """

    transcription_id: str = ""
    position: int | None = None
    text: str = field(default="", repr=False)
    confidence: float | None = None
    language: str = ""
    speaker: str = ""
    is_final: bool = True
    is_whole: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class CostEvent(VoiceEvent):
    """What the call was billed at. `cost` is positive."""

    cost: Decimal | None = None
    currency: str | None = None
    billed_seconds: int | None = None


AnyVoiceEvent = (
    CallStatusEvent
    | InboundCall
    | RingResult
    | MessageTaken
    | StepDone
    | RecordingEvent
    | TranscriptEvent
    | CostEvent
    | OtherEvent
)


class VoiceProvider(ABC):
    """Calls over one carrier. Instances hold no state and no credentials, so threads may share them."""

    name: ProviderName
    # True: the answer to an inbound webhook is a document of steps (TwiML). False: steps become commands.
    answers_with_document: bool

    @abstractmethod
    def warm_up(self) -> None:
        """Load the SDK now, so that no lease waits for imports."""

    @abstractmethod
    def dial_request(self, request: DialRequest) -> dict[str, Any]:
        """The exact request, JSON-able and the same for the same input, to be stored before it is sent.

        Telnyx begins Record and Transcribe with it, its other steps by commands. Raises InstructionsTooLong.
        """

    @abstractmethod
    def dial(self, credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> DialOutcome:
        """POST `wire` once. Never raises for what the provider or the network does."""

    @abstractmethod
    def document(self, steps: Sequence[CallStep]) -> str:
        """The answer to a webhook that asks what comes next. Empty steps: an empty document."""

    @abstractmethod
    def commands(self, step: CallStep) -> list[dict[str, Any]]:
        """The wire commands that begin one step of a live call, JSON-able; empty where documents do it.

        Raises InstructionsTooLong.
        """

    @abstractmethod
    def hang_up_request(self) -> dict[str, Any]:
        """The wire command that ends a call."""

    @abstractmethod
    def answer_request(self) -> dict[str, Any] | None:
        """The wire command that answers an incoming call; None where the document does it."""

    @abstractmethod
    def command(
        self,
        credentials: Credentials,
        provider_call_id: str,
        wire: Mapping[str, Any],
        command_id: str,
        timeouts: Timeouts,
    ) -> CommandOutcome:
        """Give a live call one command, once. Repeating it with the same `command_id` does nothing more."""

    @abstractmethod
    def fetch_call(self, credentials: Credentials, provider_call_id: str, timeouts: Timeouts) -> CallReport | None:
        """Ask for the current state; None when the provider does not know the id. Raises ProviderUnavailable."""

    @abstractmethod
    def find_calls(
        self, credentials: Credentials, *, to: str, sender: str, since: datetime, timeouts: Timeouts
    ) -> list[CallReport] | None:
        """List calls to `to` from `sender` that began since then; None where the provider has no such list.

        Finding one proves that it was accepted, not finding one proves nothing. Raises ProviderUnavailable.
        """

    @abstractmethod
    def verify(self, credentials: Credentials, webhook: RawWebhook, *, now: float) -> bool:
        """True only when the webhook is genuine. `now` in Unix seconds. Never raises."""

    @abstractmethod
    def parse(self, webhook: RawWebhook) -> AnyVoiceEvent:
        """Read a verified webhook. Raises MalformedWebhook."""

    @abstractmethod
    def identify(self, webhook: RawWebhook) -> WebhookIdentity:
        """Our side of the call, to look the account up by. Never raises: empty when unreadable."""

    @abstractmethod
    def media_request(self, credentials: Credentials, url: str) -> MediaRequest:
        """How to fetch a recording that a webhook named. Raises MediaRefused unless the host is the provider's."""
