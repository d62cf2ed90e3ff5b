"""How log lines look: structured, with the request's id, and with numbers masked whatever a caller passed in."""

import logging
import re
from typing import Any

import structlog
from structlog.typing import EventDict

# Not inside a UUID or another hexadecimal id.
_NUMBER = re.compile(r"(?<![0-9a-fA-F-])\+?\d{7,15}(?![0-9a-fA-F-])")
_QUERY = re.compile(r"(\?)[^\s\"']*")


def mask_number(text: str) -> str:
    """Return `text` with every run of 7 to 15 digits reduced to its last four."""
    return _NUMBER.sub(lambda found: "…" + found.group()[-4:], text)


def _mask_values(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if key != "timestamp" and isinstance(value, str):
            event[key] = mask_number(_QUERY.sub(r"\1…", value) if key == "request" else value)
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ExtraAdder(["request_id", "organization_id", "message_id", "attempt_id"]),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    _mask_values,
]


class ExpectedAnswers(logging.Filter):
    """Takes the traceback from lines about answers below 500: a missing right or page is no fault of the program."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


def _formatter(renderer: Any) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _mask_values, renderer],
    )


def json_formatter() -> logging.Formatter:
    """One JSON object a line, for machines."""
    return _formatter(structlog.processors.JSONRenderer())


def text_formatter() -> logging.Formatter:
    """One plain line an event, for people at a terminal."""
    return _formatter(structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0))


structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
