"""The mood of a transcript, by the words in it.

A list of words for each language, each with a weight, and negations that turn the next words round: coarse, but the
same words always give the same score, and `keywords` says which they were. Greetings say nothing. Words that are
inflected are known by their beginnings; where these are short, by their forms.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from calls.enums import Sentiment

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_CLEAR = 0.15
_MOST_KEYWORDS = 10
_TURNED_WORDS = 3

# A star stands for whatever may follow; without one it is the whole word, because short beginnings are everywhere.
_ENGLISH = {
    **dict.fromkeys(("thank*", "great", "greatly", "excellent*", "perfect*", "happy", "happily"), 2),
    **dict.fromkeys(("love", "loved", "lovely", "wonderful*", "amazing*"), 2),
    **dict.fromkeys(("good", "nice", "nicely", "helped", "helpful", "helps", "glad", "gladly", "pleased"), 1),
    **dict.fromkeys(("pleasant*", "pleasure", "solved", "appreciat*", "satisf*", "fine"), 1),
    **dict.fromkeys(("terribl*", "awful*", "angry", "angrily", "furious*", "hate", "hated", "unacceptabl*"), -2),
    **dict.fromkeys(("horribl*", "worst", "useless"), -2),
    **dict.fromkeys(("bad", "badly", "problem*", "broke", "broken", "wrong*", "disappoint*", "complain*"), -1),
    **dict.fromkeys(("late", "slow", "slowly", "fail", "fails", "failed", "failure*", "unhappy", "helpless"), -1),
}
_CZECH = {
    **dict.fromkeys(("děkuj*", "výborn*", "skvěl*", "perfektn*", "úžasn*", "spokojen*", "nadšen*"), 2),
    **dict.fromkeys(("dobře", "dobrý", "dobrá", "dobré", "dobrého", "dobrou", "prima", "rád", "ráda", "rádi"), 1),
    **dict.fromkeys(("pomohl*", "hezk*", "pěkn*", "vyřešen*", "vyřešil*"), 1),
    **dict.fromkeys(("hrozn*", "strašn*", "naštvan*", "nepřijateln*", "otřesn*", "nejhorší*", "ostud*"), -2),
    **dict.fromkeys(("špatn*", "problém*", "rozbit*", "chyba", "chyby", "chybu", "chybou", "zklama*"), -1),
    **dict.fromkeys(("stížnost*", "reklamac*", "pozdě", "pomalu", "pomalý", "pomalá", "pomalé"), -1),
}
_SPANISH = {
    **dict.fromkeys(("gracias", "excelente*", "perfect*", "encanta*", "maravill*", "genial*", "feliz", "felices"), 2),
    **dict.fromkeys(("bien", "buen", "bueno", "buena", "buenos", "buenas", "amable*", "ayudó", "ayudado"), 1),
    **dict.fromkeys(("contento", "contenta", "satisfech*", "resuelt*", "agradec*"), 1),
    **dict.fromkeys(("terribl*", "horribl*", "enfadad*", "furios*", "odio", "inaceptabl*", "peor", "vergüenza"), -2),
    **dict.fromkeys(("mal", "malo", "mala", "malos", "malas", "problema*", "roto", "rota", "rotos", "rotas"), -1),
    **dict.fromkeys(("error", "errores", "decepcion*", "queja", "quejas", "tarde", "lento", "lenta"), -1),
    **dict.fromkeys(("lentos", "lentas", "fallo", "fallos", "falla", "fallas", "falló", "fallado"), -1),
}
_WORDS: Mapping[str, Mapping[str, int]] = {"en": _ENGLISH, "cs": _CZECH, "es": _SPANISH}
# Said in every call, whatever the mood.
_GREETINGS = re.compile(
    r"\b(?:good (?:morning|afternoon|evening|day|night)|dobr(?:ý|é|ou|ej) (?:den|ráno|večer|odpoledne|noc)"
    r"|hezk(?:ý|ého) (?:den|dne)|buen[oa]s (?:días|tardes|noches)|buen día)\b"
)
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
    for word in _WORD.findall(_GREETINGS.sub(" ", text.lower().replace("’", "'"))):
        if word in negations:
            turned = _TURNED_WORDS
            continue
        weight = _weight(word, weights) or (_turned_in_czech(word) if code == "cs" else 0)
        if weight:
            total += -weight if turned else weight
            strength += abs(weight)
            found.append(word)
        turned = max(0, turned - 1)
    score = round(total / strength, 3) if strength else 0.0
    return Mood(_word_for(score), score, tuple(dict.fromkeys(found))[:_MOST_KEYWORDS])


def _weight(word: str, weights: Mapping[str, int]) -> int:
    if word in weights:
        return weights[word]
    beginnings = (f"{word[:length]}*" for length in range(len(word), 2, -1))
    return next((weights[beginning] for beginning in beginnings if beginning in weights), 0)


def _turned_in_czech(word: str) -> int:
    """Return the weight of a word that begins with its negation: nespokojený, nepomohli."""
    return -_weight(word[2:], _CZECH) if word.startswith("ne") else 0


def _word_for(score: float) -> Sentiment:
    if score > _CLEAR:
        return Sentiment.POSITIVE
    return Sentiment.NEGATIVE if score < -_CLEAR else Sentiment.NEUTRAL
