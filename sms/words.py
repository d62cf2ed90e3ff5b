"""Words as the search compares them: without accents, punctuation and capitals. The twin of core_plain() in SQL."""

import re
import unicodedata

_STROKES = str.maketrans("łŁđĐøØ", "lLdDoO")
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 8
# The beginning of a word is enough from here on; shorter ones would stand for half of a language.
_SHORTEST_BEGINNING = 2


def plain(text: str) -> str:
    """Return the text without accents, in small letters. It may be longer than what was given ("ﬁ" has two)."""
    parts = (char for char in unicodedata.normalize("NFKD", text) if not "\u0300" <= char <= "\u036f")
    return "".join(parts).translate(_STROKES).lower()


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a search, each once, no more than eight."""
    return tuple(dict.fromkeys(_WORD.findall(plain(text))))[:_MOST_WORDS]


def digits_of(text: str) -> str:
    """Return the digits of a search that can only mean a number; empty when it has letters or too few digits."""
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    return digits if len(digits) >= 3 and not any(char.isalpha() for char in text) else ""


def query_of(words: tuple[str, ...], *, whole: bool = False) -> str:
    """Return the words for to_tsquery(): all of them, each as the beginning of one. Words hold no operators.

    `whole`: only the last one, which may still be typed, is a beginning.
    """
    beginnings = words[-1:] if whole else words
    asked = (f"{word}:*" if word in beginnings and len(word) >= _SHORTEST_BEGINNING else word for word in words)
    return " & ".join(asked)
