"""Outcomes of calls: the table, and scripts in the JSON of the control endpoint (docs/simulator.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .callendings import CALL_ENDINGS, NASTY_CALLS
from .calloutcomes import NORMAL_CALL, UNTIL_WE_HANG_UP, Caller, CallOutcome, Phone
from .scriptjson import ANSWER_KEYS, mapping, parse_taking, seconds, whole
from .scripts import Table

_KEYS = ANSWER_KEYS | {
    "result", "before_ringing", "ring", "talk", "hold", "machine", "duplicate", "shuffle", "early", "late", "drop",
}  # fmt: skip
_CALLER_KEYS = frozenset({"patience", "talk", "voicemail", "stays", "hang_up_after"})


def parse_call_outcome(value: Any) -> CallOutcome:
    """Return the outcome that the JSON describes; raises ValueError with the reason."""
    data = mapping(value, "outcome", _KEYS)
    taking, normal = parse_taking(data), NORMAL_CALL
    return CallOutcome(
        answer=taking.answer,
        accepted=taking.accepted,
        refusal=taking.refusal,
        latency=taking.latency,
        phone=_phone(data.get("result", normal.phone.value)),
        before_ringing=seconds(data.get("before_ringing", normal.before_ringing), "before_ringing"),
        rings=seconds(data.get("ring", normal.rings), "ring"),
        talks=_talks(data, normal.talks),
        holds=seconds(data.get("hold", 0), "hold"),
        machine=bool(data.get("machine", False)),
        copies=_copies(data.get("duplicate", 1)),
        shuffle=bool(data.get("shuffle", False)),
        early=bool(data.get("early", False)),
        late=seconds(data.get("late", 0), "late"),
        silent=bool(data.get("drop", False)),
    )


def parse_caller(value: Any) -> Caller:
    """Return what somebody who calls us does; raises ValueError with the reason."""
    data = mapping(value, "script", _CALLER_KEYS)
    usual = Caller()
    after = data.get("hang_up_after")
    return Caller(
        patience=seconds(data.get("patience", usual.patience), "patience"),
        talks=_talks(data, usual.talks) or 0.0,
        voicemail=seconds(data.get("voicemail", usual.voicemail), "voicemail"),
        stays=bool(data.get("stays", False)),
        hangs_up_after=None if after is None else seconds(after, "hang_up_after"),
    )


def _phone(value: Any) -> Phone:
    if value not in list(Phone):
        raise ValueError(f"result must be one of {', '.join(Phone)}")
    return Phone(value)


def _talks(data: Mapping[str, Any], usual: float | None) -> float | None:
    if "talk" not in data:
        return usual
    return UNTIL_WE_HANG_UP if data["talk"] is None else seconds(data["talk"], "talk")


def _copies(value: Any) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2:
        low = whole(value[0], "duplicate", 1, 100)
        return low, whole(value[1], "duplicate", low, 100)
    number = whole(value, "duplicate", 1, 100)
    return number, number


CALLS = Table(CALL_ENDINGS, NASTY_CALLS, NORMAL_CALL, parse_call_outcome)
