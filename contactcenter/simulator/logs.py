"""One line per request on standard output, with masked numbers and ids; never bodies or credentials."""

from __future__ import annotations

import logging
import re
import sys

logger = logging.getLogger("contactcenter.simulator")

_LONG_ID = re.compile(r"\b(AC|SM|MM|ME|MG|CA|RE)[0-9a-f]{28}([0-9a-f]{4})\b")
_CALL_ID = re.compile(r"\bv3:[\w-]{16,}([\w-]{4})")


def configure(*, requests: bool) -> None:
    """Give the logger an output unless the surrounding program did; silence the lines of uvicorn and httpx.

    uvicorn's access log prints query strings, and Twilio's list puts phone numbers into them.
    """
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logger.setLevel(logging.INFO if requests else logging.WARNING)
    if not logger.hasHandlers():
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)


def masked(number: str) -> str:
    """Return a phone number as its last four characters."""
    return f"…{number[-4:]}" if number else "-"


def masked_path(path: str) -> str:
    """Return a request path with the long ids shortened and without a query."""
    return _CALL_ID.sub(r"v3:…\1", _LONG_ID.sub(r"\1…\2", path))
