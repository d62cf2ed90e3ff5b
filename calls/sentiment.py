"""The mood of a transcript, by the words in it.

A list of words for each language, each with a weight, and negations that turn the next words round: coarse, but the
same words always give the same score, and `keywords` says which they were. Words are compared by their beginnings,
because Czech and Spanish inflect.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from calls.enums import Sentiment

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_CLEAR = 0.15
_MOST_KEYWORDS = 10
_TURNED_WORDS = 3

_ENGLISH = {
    **dict.fromkeys(("thank", "great", "excellent", "perfect", "happy", "love", "wonderful", "amazing"), 2),
    **dict.fromkeys(("good", "nice", "help", "glad", "pleas", "solved", "appreciat", "satisf", "fine"), 1),
    **dict.fromkeys(("terribl", "awful", "angry", "furious", "hate", "unacceptabl", "horribl", "worst"), -2),
    **dict.fromkeys(("bad", "problem", "broken", "wrong", "disappoint", "complain", "late", "slow", "fail"), -1),
}
_CZECH = {
    **dict.fromkeys(("děkuj", "výborn", "skvěl", "perfektn", "úžasn", "spokojen", "nadšen"), 2),
    **dict.fromkeys(("dobř", "dobr", "prima", "rád", "pomohl", "hezk", "pěkn", "vyřešen"), 1),
    **dict.fromkeys(("hrozn", "strašn", "naštvan", "nepřijateln", "otřesn", "nejhorší", "ostuda"), -2),
    **dict.fromkeys(("špatn", "problém", "rozbit", "chyb", "zklama", "stížnost", "reklamac", "pozdě", "pomal"), -1),
}
_SPANISH = {
    **dict.fromkeys(("gracias", "excelente", "perfect", "encanta", "maravill", "genial", "feliz"), 2),
    **dict.fromkeys(("bien", "buen", "amable", "ayud", "content", "satisfech", "resuelt", "agradec"), 1),
    **dict.fromkeys(("terribl", "horribl", "enfadad", "furios", "odio", "inaceptabl", "peor", "vergüenza"), -2),
    **dict.fromkeys(("mal", "problema", "rot", "error", "decepcion", "queja", "tarde", "lent", "fall"), -1),
}
_WORDS: Mapping[str, Mapping[str, int]] = {"en": _ENGLISH, "cs": _CZECH, "es": _SPANISH}
_NEGATIONS = {
    "en": frozenset({"not", "no", "never", "don't", "isn't", "wasn't", "didn't", "can't", "won't"}),
    "cs": frozenset({"ne", "není", "nebyl", "nebyla", "nikdy", "nejsem"}),
    "es": frozenset({"no", "nunca", "jamás", "tampoco"}),
}


@dataclass(frozen=True, slots=True)
class Mood:
    """`score` from -1 to 1; `keywords` are the words that decided, in the order in which they were said."""

    sentiment: Sentiment
    score: float
    keywords: tuple[str, ...]


def of(text: str, *, language: str) -> Mood:
    """Return the mood of a text; `language` is BCP 47, and one that is not known is read as English."""
    code = language.partition("-")[0].lower()
    weights, negations = _WORDS.get(code, _ENGLISH), _NEGATIONS.get(code, _NEGATIONS["en"])
    total, strength, found, turned = 0.0, 0.0, [], 0
    for word in _WORD.findall(text.lower().replace("’", "'")):
        if word in negations:
            turned = _TURNED_WORDS
            continue
        weight = _weight(word, weights)
        if weight:
            total += -weight if turned else weight
            strength += abs(weight)
            found.append(word)
        turned = max(0, turned - 1)
    score = round(total / strength, 3) if strength else 0.0
    return Mood(_word_for(score), score, tuple(dict.fromkeys(found))[:_MOST_KEYWORDS])


def _weight(word: str, weights: Mapping[str, int]) -> int:
    beginnings = (word[:length] for length in range(len(word), 2, -1))
    return next((weights[beginning] for beginning in beginnings if beginning in weights), 0)


def _word_for(score: float) -> Sentiment:
    if score > _CLEAR:
        return Sentiment.POSITIVE
    return Sentiment.NEGATIVE if score < -_CLEAR else Sentiment.NEUTRAL
