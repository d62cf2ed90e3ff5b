"""How many parts a text has: GSM-7 160/153 septets, UCS-2 70/67 units (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€\f")


def measure(text: str) -> tuple[str, int]:
    """Return the encoding as Telnyx spells it ("GSM-7" or "UCS-2") and the number of parts, at least 1.

    A part never breaks an extension character or a surrogate pair, so it may end one unit early.
    """
    gsm = all(char in _BASIC or char in _EXTENSION for char in text)
    if gsm:
        sizes = [2 if char in _EXTENSION else 1 for char in text]
        return "GSM-7", _parts(sizes, 160, 153)
    return "UCS-2", _parts([2 if ord(char) > 0xFFFF else 1 for char in text], 70, 67)


def _parts(sizes: list[int], single: int, multiple: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > multiple:
            parts, used = parts + 1, 0
        used += size
    return parts
