"""From an HTTP answer, or its absence, to one of the three outcomes of a send, a dial or a command."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from contactcenter.providers.base import ProviderName, Refused, Unknown
from contactcenter.providers.deadline import Deadline
from contactcenter.providers.errors import (
    AMBIGUOUS_STATUSES,
    READ_TIMEOUT,
    RESET_OR_GARBAGE,
    UNUSABLE_CREDENTIALS,
    ContactEffect,
    Nature,
    ProviderError,
    ProviderUnavailable,
    describe,
)

_LONGEST_WAIT = 86_400.0

Outcome = TypeVar("Outcome")
Report = TypeVar("Report")

logger = logging.getLogger(__name__)


class TransportFault(Exception):
    """No complete answer came. `code` is one of our table codes, `detail` the name of the exception."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json_object(self) -> dict[str, Any]:
        """The JSON object of the body, empty when the body is anything else."""
        try:
            value = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


def finished(answer: Answer, limit: Deadline) -> Answer:
    """The answer, unless the deadline cut it: the libraries take a cut header for an empty body.

    Raises TransportFault.
    """
    if limit.fired and not answer.json_object():
        raise TransportFault(READ_TIMEOUT, "Deadline")
    return answer


def fault(error: BaseException, code: str, limit: Deadline) -> TransportFault:
    """The fault of a transport exception; one that our own deadline caused is a timeout."""
    cut = limit.fired and code == RESET_OR_GARBAGE
    return TransportFault(READ_TIMEOUT if cut else code, type(error).__name__)


@dataclass(frozen=True, slots=True)
class SaidError:
    """A code and a sentence out of a provider's error body."""

    code: str
    sentence: str = ""


def unusable(provider: ProviderName, *needed: str) -> Refused | None:
    """Refuse before dialling when something needed is empty or could not be written into a header.

    The SDKs report that as a network fault, crash while they build the request, or take what is missing
    from the environment, which may be another account's.
    """
    if all(part and part.isascii() and part.isprintable() and " " not in part for part in needed):
        return None
    return Refused(describe(provider, UNUSABLE_CREDENTIALS))


def send_once(
    provider: ProviderName, post: Callable[[], Answer], read: Callable[[Answer], Outcome]
) -> Outcome | Refused | Unknown:
    """Run one POST and read its answer; whatever goes wrong, the result is an outcome."""
    try:
        return read(post())
    except TransportFault as lost:
        return transport_outcome(provider, lost.code, lost.detail)
    except Exception as error:  # noqa: BLE001 - once dialled, an unforeseen error must stay "unknown"
        # Only the type: the message of the error may quote the request.
        logger.error("send through %s failed in an unforeseen way: %s", provider, type(error).__name__)
        return transport_outcome(provider, RESET_OR_GARBAGE, type(error).__name__)


def ask_once(provider: ProviderName, get: Callable[[], Answer]) -> Answer:
    """Run one GET. Raises ProviderUnavailable when no complete answer came."""
    try:
        return get()
    except TransportFault as lost:
        raise ProviderUnavailable(transport_outcome(provider, lost.code, lost.detail).error) from None


def look_up(
    provider: ProviderName,
    get: Callable[[], Answer],
    read: Callable[[Mapping[str, Any]], Report | None],
    said: Callable[[Mapping[str, Any]], Sequence[SaidError]],
) -> Report | None:
    """Run one GET for one thing; None when the provider says that there is none.

    `read` finds the thing in the body of a 2xx. Raises ProviderUnavailable for every other answer.
    """
    answer = ask_once(provider, get)
    body = answer.json_object()
    found = read(body) if answer.ok else None
    if found is not None:
        return found
    errors = said(body)
    if answer.status == 404 and errors:
        return None
    raise ProviderUnavailable(failure(provider, answer.status, errors))


def judge_failure(provider: ProviderName, answer: Answer, said: Sequence[SaidError]) -> Refused | Unknown:
    """Refused only for a parsed 4xx (not 408, not 409) or a 429; everything else stays unknown."""
    error = failure(provider, answer.status, said)
    if error.facts.nature is Nature.AMBIGUOUS:
        return Unknown(error)
    return Refused(error, retry_after(answer.headers))


def failure(provider: ProviderName, status: int, said: Sequence[SaidError]) -> ProviderError:
    """The error of an answer that carries no message id."""
    refused = 400 <= status < 500 and status not in AMBIGUOUS_STATUSES and (bool(said) or status == 429)
    candidates = [describe(provider, one.code, http_status=status, said=one.sentence, certain=refused) for one in said]
    if not candidates:
        code = f"http_{status}" if refused else RESET_OR_GARBAGE
        return describe(provider, code, http_status=status, certain=refused)
    return min(candidates, key=weight)


def weight(error: ProviderError) -> int:
    """Of several codes the one that binds most: doubt, then an opt-out, then a known cause."""
    if error.facts.nature is Nature.AMBIGUOUS:
        return 0
    if error.facts.contact is ContactEffect.OPTED_OUT:
        return 1
    return 2 if error.facts.title else 3


def transport_outcome(provider: ProviderName, code: str, detail: str) -> Refused | Unknown:
    """The outcome when no complete answer came."""
    error = describe(provider, code)
    error = replace(error, title=f"{error.title} ({detail})")
    return Unknown(error) if error.facts.nature is Nature.AMBIGUOUS else Refused(error)


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds to wait by `Retry-After` (number or date), else by a relative `x-ratelimit-reset`."""
    for name in ("retry-after", "x-ratelimit-reset"):
        seconds = _seconds(headers.get(name, ""), now or datetime.now(UTC))
        # A greater number is a clock time, not a wait.
        if seconds is not None and seconds <= _LONGEST_WAIT:
            return max(0.0, seconds)
    return None


def _seconds(value: str, now: datetime) -> float | None:
    value = value.strip()
    if not value:
        return None
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
