"""What a file is, by its first bytes. Its name and what a browser says of it prove nothing."""

HEAD_BYTES = 64

_STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
    b"BEGIN:VCARD": "text/vcard",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"\xff\xf2": "audio/mpeg",
}
# The brand of a file of the ISO base media family (ISO/IEC 14496-12, the box "ftyp").
_BRANDS = {
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1", b"mp41", b"mp42", b"M4V "), "video/mp4"),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3gg6"), "video/3gpp"),
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
}
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "application/pdf": ".pdf",
    "text/vcard": ".vcf",
}


def type_of(head: bytes) -> str:
    """Return the media type of a file that begins with `head`; empty for one that is not known here."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "")
    return next((kind for start, kind in _STARTS.items() if head.startswith(start)), "")


def extension_of(content_type: str) -> str:
    """Return how the name of a file of this type ends, with the dot."""
    return _EXTENSIONS.get(content_type, ".bin")
