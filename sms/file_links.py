"""Links to files of ours for whoever carries them: they work without a log-in, for one file, and for a while.

What stands in a link is signed, not secret: the file and the end. Nobody can make one for another file or a later end.
"""

import time
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer


class BadLink(Exception):
    """Nobody of ours made this link."""


class ExpiredLink(Exception):
    """The link was ours, and its time is over."""


def make(upload_id: UUID, *, now: float | None = None) -> str:
    """Return an address of the file that works for `MEDIA_LINK_SECONDS`: as long as a provider may try."""
    ends = int((time.time() if now is None else now) + settings.MEDIA_LINK_SECONDS)
    token = _signer().sign(f"{upload_id.hex}-{ends}")
    return f"{settings.PUBLIC_BASE_URL}/sms/carried/{token}"


def read(token: str, *, now: float | None = None) -> UUID:
    """Return the id of the file. Raises BadLink and ExpiredLink."""
    try:
        identifier, _dash, ends = _signer().unsign(token).partition("-")
    except BadSignature as error:
        raise BadLink from error
    if int(ends) < (time.time() if now is None else now):
        raise ExpiredLink
    return UUID(hex=identifier)


def _signer() -> Signer:
    return Signer(salt="sms.file_links", sep=".")
