"""The scripted customer: answers in the language of our text, and not for ever.

Two robots that answer each other would talk until the disk is full, so a conversation gets at most
``MAX_REPLIES`` automatic answers an hour.
"""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict

MAX_REPLIES = 5
WINDOW_SECONDS = 3600.0
_REMEMBERED = 10_000

_CZECH = re.compile(
    r"[ěščřžďťňů]|\b(dobr[ýáé]|ahoj|dekuj|prosim|zasilk|objednav|vase|jsme|budeme|zitra|dnes)", re.IGNORECASE
)
_SPANISH = re.compile(
    r"[ñ¿¡]|\b(hola|gracias|buen[oa]s|pedido|usted|estimad[oa]|favor|mañana|su cita|le esperamos)\b",
    re.IGNORECASE,
)

LINES = {
    "cs": (
        "Děkuji, to mi vyhovuje 😀",
        "Super, díky za rychlou odpověď!",
        "Dobře, ozvu se zítra. ",
        "Moc děkuji za informaci.",
    ),
    "es": (
        "¡Perfecto, muchas gracias! 😀",
        "Gracias por avisar.",
        "Vale, mañana lo confirmo. ",
        "De acuerdo, así queda.",
    ),
    "en": (
        "Great, thank you! 😀",
        "Thanks for letting me know.",
        "OK, I will check and get back to you. ",
        "Perfect, that works for me.",
    ),
}


def language_of(text: str) -> str:
    """Return cs, es or en for a text; English when nothing speaks for another."""
    if _CZECH.search(text):
        return "cs"
    return "es" if _SPANISH.search(text) else "en"


def friendly_line(text: str) -> str:
    """Return an answer in the language of the text; the same text always gets the same answer."""
    lines = LINES[language_of(text)]
    return lines[zlib.crc32(text.encode()) % len(lines)]


class Patience:
    """Counts automatic answers per conversation (our number, customer)."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def reset(self) -> None:
        """Forget all conversations."""
        self._answers.clear()

    def allows(self, ours: str, customer: str, now: float) -> bool:
        """Return whether the customer may answer once more, and count the answer if so."""
        started, count = self._answers.pop((ours, customer), (now, 0))
        if now - started > WINDOW_SECONDS:
            started, count = now, 0
        allowed = count < MAX_REPLIES
        self._answers[ours, customer] = (started, count + allowed)
        if len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)
        return allowed
