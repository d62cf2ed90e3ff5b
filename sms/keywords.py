"""The words by which people end, allow again or ask about our texts.

Words of the providers: their documentation of default opt-out handling (Twilio "Support for opt-out keywords", Telnyx
"Opt-out keywords"). The Czech and Spanish ones are ours: no provider knows them.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from contactcenter.core.models import Provider

_MOST_READ = 2000  # Longer than any text; a hook may bring more.


class Word(StrEnum):
    """What a keyword is about."""

    STOP = "stop"
    START = "start"
    HELP = "help"


# What the provider itself obeys and answers, when nobody switched that off there.
BY_PROVIDER: dict[str, dict[Word, frozenset[str]]] = {
    Provider.TWILIO: {
        Word.STOP: frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}),
        Word.START: frozenset({"START", "YES", "UNSTOP"}),
        Word.HELP: frozenset({"HELP", "INFO"}),
    },
    Provider.TELNYX: {
        Word.STOP: frozenset({"STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}),
        Word.START: frozenset({"START", "UNSTOP"}),
        Word.HELP: frozenset({"HELP"}),
    },
}
_CZECH_STOP = {"ODHLASIT", "ODHLASIT SE", "ODHLASUJI", "ODHLASUJI SE", "KONEC", "ZRUSIT", "NEPOSILAT", "NEPOSILEJTE"}
_CZECH_STOP |= {"NEPSAT", "NEPISTE", "NEPISTE MI", "ODVOLAT", "ODVOLAVAM SOUHLAS"}
_SPANISH_STOP = {"BAJA", "DARME DE BAJA", "ALTO", "PARAR", "PARE", "CANCELAR", "DETENER", "FIN", "NO MAS"}
# They answer many questions; they allow texts only for somebody who is opted out.
_YES = frozenset({"YES", "ANO", "SI"})
STOP_WORDS = frozenset().union(*(words[Word.STOP] for words in BY_PROVIDER.values())) | {"OPT OUT"}
STOP_WORDS |= _CZECH_STOP | _SPANISH_STOP
START_WORDS = frozenset().union(*(words[Word.START] for words in BY_PROVIDER.values())) - _YES
START_WORDS |= {"PRIHLASIT", "PRIHLASIT SE", "ZAPNOUT", "POVOLIT", "ALTA", "INICIAR", "REANUDAR"}
HELP_WORDS = frozenset({"HELP", "INFO", "POMOC", "AYUDA"})
_MEANINGS = (
    dict.fromkeys(HELP_WORDS, Word.HELP) | dict.fromkeys(START_WORDS, Word.START) | dict.fromkeys(STOP_WORDS, Word.STOP)
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. `word`: which keyword it is (or holds), as the lists write it; `is_exact`: it says no more."""

    meaning: Word
    word: str
    is_exact: bool


def normalised(body: str) -> str:
    """Return the words of a text in capitals, without what does not change them.

    Letter case, diacritics, punctuation, quotes, emoji, invisible characters and full-width forms make no difference.
    """
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", body[:_MOST_READ]).casefold())
    kept = (_kept(char) for char in spread)
    return " ".join("".join(kept).upper().split())


@lru_cache(maxsize=4096)
def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cf", "Mn", "Me"}:  # Zero-width characters and marks on letters stand inside words.
        return ""
    return char if category[0] in "LN" else " "


def read(body: str, *, opted_out: bool) -> Reading | None:
    """Tell which keyword a text is, or which stop word its sentence holds; None when it is about something else."""
    text = normalised(body)
    if meaning := _MEANINGS.get(text):
        return Reading(meaning, text, is_exact=True)
    if opted_out and text in _YES:
        return Reading(Word.START, text, is_exact=True)
    padded = f" {text} "
    held = [word for word in STOP_WORDS if f" {word} " in padded]
    return Reading(Word.STOP, max(held, key=lambda word: (len(word), word)), is_exact=False) if held else None


def is_answered_by(provider: str, reading: Reading) -> bool:
    """Whether the provider obeys and answers this word by itself, by its defaults."""
    return reading.word in BY_PROVIDER.get(provider, {}).get(reading.meaning, frozenset())
