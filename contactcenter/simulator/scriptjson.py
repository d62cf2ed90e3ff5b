"""Reads an outcome from the JSON of the control endpoint. Nothing is guessed: an unknown key is an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .outcomes import NORMAL_STEPS, Answer, Outcome, Refusal, Reply, Step, Taking

_ANSWERS = frozenset(answer.value for answer in Answer)
ANSWER_KEYS = _ANSWERS | {"latency"}
_OTHER_KEYS = frozenset({"callbacks", "delays", "duplicate", "shuffle", "early", "drop", "reply", "price_after"})
_MAX_SECONDS = 86_400.0


def parse_outcome(value: Any) -> Outcome:
    """Return the outcome that the JSON describes (docs/simulator.md); raises ValueError with the reason."""
    data = mapping(value, "outcome", ANSWER_KEYS | _OTHER_KEYS)
    taking = parse_taking(data)
    return Outcome(
        answer=taking.answer,
        accepted=taking.accepted,
        refusal=taking.refusal,
        latency=taking.latency,
        steps=_steps(data.get("callbacks"), data.get("delays")),
        duplicate=whole(data.get("duplicate", 1), "duplicate", 1, 100),
        shuffle=bool(data.get("shuffle", False)),
        early=bool(data.get("early", False)),
        silent=bool(data.get("drop", False)),
        reply=_reply(data.get("reply")),
        price_after=seconds(data.get("price_after", 0), "price_after"),
    )


def parse_taking(data: Mapping[str, Any]) -> Taking:
    """Return the part of an outcome that is about the answer to the create request."""
    chosen = [Answer(key) for key in data if key in _ANSWERS and data[key] not in (None, False)]
    if len(chosen) > 1:
        raise ValueError("an outcome has one answer")
    answer = chosen[0] if chosen else Answer.ACCEPT
    return Taking(
        answer=answer,
        accepted=_accepted(answer, data.get(answer.value)),
        refusal=_refusal(data["refuse"]) if answer is Answer.REFUSE else None,
        latency=seconds(data.get("latency", 0), "latency"),
    )


def _accepted(answer: Answer, detail: Any) -> bool:
    if answer is Answer.REFUSE:
        return False
    if isinstance(detail, Mapping):
        return bool(mapping(detail, answer.value, frozenset({"accepted"})).get("accepted", True))
    return True


def _refusal(value: Any) -> Refusal:
    data = mapping(value, "refuse", frozenset({"http_status", "code", "message", "retry_after", "times"}))
    retry_after = data.get("retry_after")
    return Refusal(
        http_status=whole(data.get("http_status", 400), "http_status", 400, 599),
        code=str(data.get("code", "")),
        message=str(data.get("message", "")),
        retry_after=None if retry_after is None else seconds(retry_after, "retry_after"),
        times=whole(data.get("times", 0), "times", 0, 1000),
    )


def _steps(callbacks: Any, delays: Any) -> tuple[Step, ...]:
    steps = NORMAL_STEPS if callbacks is None else tuple(_step(item) for item in listed(callbacks, "callbacks"))
    if delays is None:
        return steps
    given = [seconds(item, "delays") for item in listed(delays, "delays")]
    if len(given) != len(steps):
        raise ValueError("delays must be as many as callbacks")
    return tuple(Step(step.status, after, step.error_code) for step, after in zip(steps, given, strict=True))


def _step(value: Any) -> Step:
    if isinstance(value, str):
        normal = {step.status: step.after for step in NORMAL_STEPS}
        return Step(value, normal.get(value, 1.2))
    data = mapping(value, "callbacks", frozenset({"status", "after", "error_code"}))
    if not data.get("status"):
        raise ValueError("a callback needs a status")
    return Step(str(data["status"]), seconds(data.get("after", 0), "after"), str(data.get("error_code") or ""))


def _reply(value: Any) -> Reply | None:
    if value is None or value is False or value == "none":
        return None
    if value is True or value == "auto":
        return Reply()
    if isinstance(value, str):
        return Reply(text=value)
    data = mapping(value, "reply", frozenset({"text", "media_count", "after", "opt_out_type"}))
    return Reply(
        text=None if data.get("text") is None else str(data["text"]),
        media_count=whole(data.get("media_count", 0), "media_count", 0, 10),
        after=seconds(data.get("after", 2.5), "after"),
        opt_out_type=str(data.get("opt_out_type") or ""),
    )


def mapping(value: Any, name: str, known: frozenset[str]) -> Mapping[str, Any]:
    """Return an object that has only known keys, or raise ValueError."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} must be an object")
    unknown = sorted(str(key) for key in value if key not in known)
    if unknown:
        raise ValueError(f"{name}: unknown key {unknown[0]}")
    return value


def listed(value: Any, name: str) -> list[Any]:
    """Return a list, or raise ValueError."""
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list")
    return value


def whole(value: Any, name: str, low: int, high: int) -> int:
    """Return a whole number within the limits, or raise ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}")
    return value


def seconds(value: Any, name: str) -> float:
    """Return a number of seconds of a day at most, or raise ValueError."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _MAX_SECONDS:
        raise ValueError(f"{name} must be seconds")
    return float(value)
