"""How many segments a text takes (3GPP TS 23.038 and 23.040): the twin of static/js/segments.js, with the same vectors.

GSM-7: 160 septets in one segment, 153 in each of several; extension characters take two and are never split.
UCS-2: 70 UTF-16 code units in one, 67 in each of several; a grapheme cluster is split only if longer than a segment.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from sms.enums import Encoding

MAX_SEGMENTS = 10
MAX_CHARACTERS = 1600

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà \n\r"
)
GSM7_EXTENSION = frozenset("^{}\\[~]|€\f")
_CLUSTERS = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Segmentation:
    """How a text travels. `units` are septets for GSM-7 and UTF-16 code units for UCS-2."""

    encoding: Encoding
    segments: int
    units: int


def count(text: str) -> Segmentation:
    """Count the segments of `text`; the empty text takes one."""
    if all(char in GSM7_BASIC or char in GSM7_EXTENSION for char in text):
        sizes = [2 if char in GSM7_EXTENSION else 1 for char in text]
        return Segmentation(Encoding.GSM7, _fill(sizes, single=160, each=153), sum(sizes))
    sizes = [_utf16_units(cluster) for cluster in _CLUSTERS.findall(text)]
    return Segmentation(Encoding.UCS2, _fill(sizes, single=70, each=67), sum(sizes))


def _utf16_units(cluster: str) -> int:
    return sum(2 if ord(char) > 0xFFFF else 1 for char in cluster)


def _fill(sizes: Iterable[int], *, single: int, each: int) -> int:
    sizes = list(sizes)
    if sum(sizes) <= single:
        return 1
    segments, used = 1, 0
    for size in sizes:
        if used + size > each:
            if size > each:  # A cluster longer than a segment is cut wherever the segment ends.
                overflow = used + size
                segments += (overflow - 1) // each
                used = (overflow - 1) % each + 1
                continue
            segments, used = segments + 1, 0
        used += size
    return segments
