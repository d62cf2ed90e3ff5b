"""What Telnyx's words about calls mean. Sources: the enums of its OpenAPI document, its page "Voice API webhooks"."""

from collections.abc import Mapping
from dataclasses import dataclass

from contactcenter.providers.base import ProviderError, ProviderName
from contactcenter.providers.errors import Phase, describe
from contactcenter.providers.voice import CallWord


@dataclass(frozen=True, slots=True)
class End:
    """How a leg ended, and whether that proves that it had been answered (None: earlier events know)."""

    status: CallWord
    answered: bool | None


# By `hangup_cause`.
ENDS: Mapping[str, End] = {
    "normal_clearing": End(CallWord.COMPLETED, None),
    "time_limit": End(CallWord.COMPLETED, True),
    "user_busy": End(CallWord.BUSY, False),
    "timeout": End(CallWord.NO_ANSWER, False),
    "no_answer": End(CallWord.NO_ANSWER, False),
    "originator_cancel": End(CallWord.CANCELED, False),
    "not_found": End(CallWord.FAILED, False),
    "call_rejected": End(CallWord.FAILED, False),
    "unspecified": End(CallWord.FAILED, None),
}
# A cause we do not know is no failure, but an end all the same: as with a normal one, earlier events tell which.
UNKNOWN_END = End(CallWord.COMPLETED, None)
DIRECTIONS: Mapping[str, str] = {"incoming": "INBOUND", "outgoing": "OUTBOUND"}


def failure_of(end: End, cause: str) -> ProviderError | None:
    """The error of a leg that failed."""
    if end.status is not CallWord.FAILED:
        return None
    return describe(ProviderName.TELNYX, cause, phase=Phase.DLR)
