"""How many parts a text has: GSM-7 160/153 septets, UCS-2 70/67 units (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

import regex

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€\f")


def measure(text: str) -> tuple[str, int]:
    """Return the encoding as Telnyx spells it ("GSM-7" or "UCS-2") and the number of parts, at least 1.

    A part never breaks an extension character or a grapheme cluster, so it may end some units early.
    """
    if all(char in _BASIC or char in _EXTENSION for char in text):
        return "GSM-7", _parts([2 if char in _EXTENSION else 1 for char in text], 160, 153)
    if _units(text) <= 70:
        return "UCS-2", 1
    return "UCS-2", _parts([_units(cluster) for cluster in regex.findall(r"\X", text)], 70, 67)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _parts(sizes: list[int], single: int, multiple: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, free = 1, multiple
    for size in sizes:
        rest = size
        if rest > free:
            parts, free = parts + 1, multiple
        while rest > free:  # a cluster longer than a part is cut
            parts, rest, free = parts + 1, rest - free, multiple
        free -= rest
    return parts
