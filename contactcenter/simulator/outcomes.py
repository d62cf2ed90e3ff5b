"""What may happen to a message, as values: the answer, what follows, what the customer does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """How the create request itself is answered."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    SERVER_ERROR = "server_error"
    HANG = "hang"
    CUT = "cut"
    TRUNCATED = "truncated"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Step:
    """One status that an accepted message reaches, ``after`` seconds from its acceptance.

    ``status`` is Twilio's word; Telnyx's is derived from it. A word that neither knows is sent as it is.
    """

    status: str
    after: float
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the customer writes back, ``after`` seconds from the delivery.

    Without ``text`` a friendly line in the language of our text is chosen.
    """

    text: str | None = None
    media_count: int = 0
    after: float = 2.5
    opt_out_type: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A definite no. With ``times`` only the first so many requests for the same text are refused."""

    http_status: int
    code: str
    message: str = ""
    retry_after: float | None = None
    times: int = 0


@dataclass(frozen=True, slots=True)
class Taking:
    """How a create request is answered, and whether it was taken.

    ``accepted`` matters for answers other than accept and refuse: was it taken before the fault?
    ``latency``: seconds until the answer.
    """

    answer: Answer = Answer.ACCEPT
    accepted: bool = True
    refusal: Refusal | None = None
    latency: float = 0.0


NORMAL_STEPS = (Step("sending", 0.3), Step("sent", 0.6), Step("delivered", 1.2))


@dataclass(frozen=True, slots=True)
class Outcome(Taking):
    """Everything that happens to one message.

    ``duplicate``: how often each callback is sent, at the same time. ``shuffle``: callbacks in a random order.
    ``early``: the last callback before the answer, the others backwards. ``silent``: the message moves on, but
    nobody is called. ``reply`` None: the customer is silent. ``price_after``: seconds from the end until Twilio bills.
    """

    steps: tuple[Step, ...] = NORMAL_STEPS
    duplicate: int = 1
    shuffle: bool = False
    early: bool = False
    silent: bool = False
    reply: Reply | None = Reply()
    price_after: float = 0.0


NORMAL = Outcome()


def refused(http_status: int, code: str, *, retry_after: float | None = None, times: int = 0) -> Outcome:
    """Return the outcome of a definite refusal."""
    refusal = Refusal(http_status, code, retry_after=retry_after, times=times)
    return Outcome(answer=Answer.REFUSE, accepted=False, refusal=refusal)


def ends(status: str, error_code: str = "") -> Outcome:
    """Return the outcome of a message that is accepted and then ends in a status of failure."""
    if status == "failed":
        return Outcome(steps=(Step("sending", 0.3), Step(status, 1.2, error_code)), reply=None)
    return Outcome(steps=(*NORMAL_STEPS[:2], Step(status, 1.2, error_code)), reply=None)


def faulty(answer: Answer, *, accepted: bool) -> Outcome:
    """Return the outcome of a broken answer, with or without the message having been taken."""
    return Outcome(answer=answer, accepted=accepted, reply=None)
