"""Pictures that customers send: small real PNGs, made when asked for, never stored.

A media id is derived from the message's id, so that links stay good across restarts without any memory.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import lru_cache

CONTENT_TYPE = "image/png"
_WIDTH, _HEIGHT = 160, 120


def media_id(message_id: str, index: int) -> str:
    """Return the id (32 hex digits) of a message's picture."""
    return hashlib.sha256(f"{message_id}/{index}".encode()).hexdigest()[:32]


def index_of(message_id: str, candidate: str) -> int | None:
    """Return which picture of the message the id names, or None for an invented id."""
    for index in range(10):
        if media_id(message_id, index) == candidate:
            return index
    return None


def picture(identifier: str) -> bytes:
    """Return the PNG of a media id: a sky over hills whose colours depend on the id."""
    return _png(int(hashlib.sha256(identifier.encode()).hexdigest()[:2], 16) % 8)


@lru_cache(maxsize=8)
def _png(variant: int) -> bytes:
    rows = b"".join(b"\0" + _row(y, variant) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _row(y: int, variant: int) -> bytes:
    sky = bytes((120 + 12 * variant, 170 + y // 3, 235 - y // 4))
    hill = bytes((40 + y // 2, 120 - y // 4 + 8 * variant, 70 + 6 * variant))
    return b"".join(hill if y > _horizon(x, variant) else sky for x in range(_WIDTH))


def _horizon(x: int, variant: int) -> int:
    offset = abs((x * 3 + variant * 20) % 160 - 80)
    return 55 + offset // 3


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
