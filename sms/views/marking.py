"""Shows what a search found: the words marked, and of a long text the part around them."""

import re
from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from sms.words import plain

_EXCERPT = 90
_BEFORE = 24


def marked(text: str, words: Iterable[str], *, digits: str = "") -> SafeString:
    """Return the text as HTML with the beginnings of its words marked that were searched for, or the digits."""
    spans = _spans(text, words, digits)
    parts, end = [], 0
    for start, stop in spans:
        parts += [conditional_escape(text[end:start]), format_html("<mark>{}</mark>", text[start:stop])]
        end = stop
    return SafeString("".join([*parts, conditional_escape(text[end:])]))


def excerpt(text: str, words: tuple[str, ...]) -> SafeString:
    """Return one line of the text, around the first of the words, with all of them marked."""
    line = " ".join(text.split())
    spans = _spans(line, words, "")
    start = max(spans[0][0] - _BEFORE, 0) if spans else 0
    # From the beginning of a word on.
    start = line.rfind(" ", 0, start) + 1 if start else 0
    shown = line[start : start + _EXCERPT]
    return SafeString(f"{'… ' if start else ''}{marked(shown, words)}{' …' if start + _EXCERPT < len(line) else ''}")


def _spans(text: str, words: Iterable[str], digits: str) -> list[tuple[int, int]]:
    """Where the text is to be marked: positions in the text as it was written, in order, none over another."""
    folded, origin = _folded(text)
    wanted = [rf"(?<![^\W_]){re.escape(word)}" for word in sorted(words, key=len, reverse=True)]
    if digits:
        wanted.append(r"\D*?".join(digits))
    if not wanted:
        return []
    found = re.finditer("|".join(wanted), folded)
    return [(origin[match.start()], origin[match.end() - 1] + 1) for match in found]


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its characters the position that it comes from."""
    parts = [plain(char) for char in text]
    origin = [position for position, part in enumerate(parts) for _char in part]
    return "".join(parts), origin
