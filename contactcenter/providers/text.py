"""Making the carriers' strings safe to store, and safe to log."""

import re
from typing import Any

_TITLE_LENGTH = 120
_NUMBERISH = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_TOKENISH = re.compile(r"[0-9A-Za-z_-]{24,}")
# Longer quotations may be the text of the message itself; 'To' and 'From' stay readable.
_QUOTED = re.compile(r"(['\"]).{13,}?\1")


def clean(value: Any) -> str:
    """A string PostgreSQL can store: NUL and lone surrogates (both legal in JSON) become U+FFFD."""
    if not isinstance(value, str):
        return ""
    text = value.replace("\x00", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def scrub(value: Any) -> str:
    """A provider's sentence without phone numbers, identifiers, tokens or quotations; 120 characters."""
    text = _QUOTED.sub("…", clean(value))
    text = _TOKENISH.sub("…", text)
    text = _NUMBERISH.sub("…", text)
    return " ".join(text.split())[:_TITLE_LENGTH]
