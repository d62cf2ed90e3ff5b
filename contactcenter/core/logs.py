"""How log lines look: structured, with the request's or task's id, and with numbers masked whatever a caller passed in.

docs/operations.md lists the fields. No line holds a text, a whole number or a token: exceptions are shown by their
types and places in the code, because their words may quote a row of the database.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog
from structlog.typing import EventDict

_ULID = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
# Not inside a ULID, a UUID or another hexadecimal id; the plus may be percent-encoded.
_NUMBER = re.compile(rf"\b{_ULID}\b|(?:%2[Bb]|(?<![0-9a-fA-F-])\+?)\d{{7,15}}(?![0-9a-fA-F-])")
_ULID_LENGTH = 26
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
# What could be a number: seven digits, however they are separated.
_MANY_DIGITS = re.compile(r"\d(?:[._-]*\d){6}")
# Ids that hold many digits by their nature: UUID, hexadecimal of 16, 24 or 32 places, ULID, W3C `traceparent`,
# AWS X-Ray.
_MADE_BY_MACHINES = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16}(?:[0-9a-f]{8}){0,2}"
    rf"|(?-i:{_ULID})|[0-9a-f]{{2}}-[0-9a-f]{{32}}-[0-9a-f]{{16}}-[0-9a-f]{{2}}|1-[0-9a-f]{{8}}-[0-9a-f]{{24}}",
    re.IGNORECASE,
)
# What a caller of the logger may add by `extra`.
_FIELDS = (
    *("request_id", "organization_id", "message_id", "attempt_id", "call_id", "account_id", "provider_error_code"),
    *("agent_id", "number_id", "report_id", "export_id"),
    *("route", "method", "status", "duration_ms", "task", "state"),
)


def mask_number(text: str) -> str:
    """Return `text` with every run of 7 to 15 digits reduced to its last four."""
    return _NUMBER.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    return found.group() if len(found.group()) == _ULID_LENGTH else "…" + found.group()[-4:]


def begin(*, request_id: str = "", **fields: str) -> None:
    """Begin a request, a task or the work of a thread: every line until `end` carries its fields."""
    structlog.contextvars.clear_contextvars()
    bind(request_id=request_id, **fields)


def bind(**fields: str) -> None:
    """Let every line of this request, task or thread from now on carry `fields`; empty ones are left out."""
    structlog.contextvars.bind_contextvars(**{name: value for name, value in fields.items() if value})


def end() -> None:
    """Forget the fields of what has ended."""
    structlog.contextvars.clear_contextvars()


def request_id() -> str:
    """Return the id of the request that is served here, or that woke this task; empty without one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def id_for(given: str) -> str:
    """Return the id for a request that came with `given` as X-Request-ID: that one, unless it is no plain id.

    One that could hold somebody's number is none.
    """
    is_plain = _REQUEST_ID.fullmatch(given) is not None
    is_known = _MADE_BY_MACHINES.fullmatch(given) is not None or _MANY_DIGITS.search(given) is None
    return given if is_plain and is_known else str(uuid4())


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for machines. Every request passes here, so it is written out rather than assembled."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"event": record.getMessage(), **structlog.contextvars.get_contextvars()}
        line |= {"level": record.levelname.lower(), "logger": record.name}
        given = record.__dict__
        line |= {name: given[name] for name in _FIELDS if name in given}
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = _without_words(record.exc_info[1])
        masked = {name: mask_number(value) if type(value) is str else value for name, value in line.items()}
        masked["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
        return json.dumps(masked, default=lambda value: mask_number(str(value)))


def _mask_values(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if key != "timestamp" and isinstance(value, str):
            event[key] = mask_number(value)
    return event


def _without_words(error: BaseException) -> str:
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        stack = "".join(traceback.StackSummary.extract(traceback.walk_tb(current.__traceback__)).format())
        parts.append(f"{stack}{type(current).__module__}.{type(current).__qualname__}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n\nwhile dealing with\n\n".join(parts)


class ExpectedAnswers(logging.Filter):
    """Takes the traceback from lines about answers below 500: a missing right or page is no fault of the program.

    Django's lines about answers name the path, which may hold a key; here they name the route.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        request = getattr(record, "request", None)
        if record.name.startswith("django.") and request is not None:
            found = getattr(request, "resolver_match", None)
            record.msg, record.args = "%s at %s", (_reason(record), found.view_name if found else "no page")
        return True


def _reason(record: logging.LogRecord) -> object:
    """The first word of Django's line (for instance "Internal Server Error"), before the path."""
    return record.args[0] if isinstance(record.args, tuple) and record.args else "An answer"


def json_formatter() -> logging.Formatter:
    """One JSON object a line, for machines."""
    return JsonFormatter()


def text_formatter() -> logging.Formatter:
    """One plain line an event, for people at a terminal of their own: exceptions with their words."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(_FIELDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _mask_values,
            structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
        ],
    )
